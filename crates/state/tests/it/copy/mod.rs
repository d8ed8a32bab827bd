//! Copies of a state as JSON lines.

mod lines;
mod quarantined;
