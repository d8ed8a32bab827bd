//! A cache over a journal: what survives the end of a process, and what it costs.

mod world;

mod bounds;
mod failures;
mod lives;
mod opening;
mod order;
mod quarantine;
mod review;
mod rungs;
