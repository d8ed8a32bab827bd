//! What is good of a damaged state is brought back, and everything stays that was there.

mod scene;

mod crashes;
mod journals;
mod real;
mod snapshots;
