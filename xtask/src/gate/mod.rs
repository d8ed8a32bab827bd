//! What must pass before a change is taken: `test` all day long, `ci` before it is offered.
//!
//! `ci` is `test` and more, so whatever CI finds can be found at home with the same command.

mod examples;
mod fuzz;
mod steps;
mod test_count;

pub use steps::{Depth, plan};
