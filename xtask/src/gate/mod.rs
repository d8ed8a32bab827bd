//! What must pass before a change is taken.
//!
//! CI runs the very command that everybody runs at home, so whatever it finds can be found there.

mod examples;
mod fuzz;
mod steps;
mod test_count;

pub use steps::{Depth, plan, schedules_alone};
