//! The chores of this workspace as a library, so that they are tested like the rest.
//!
//! Read in this order: [`Chore`] is what can be done, [`gate`] what must pass, [`plan`] how long
//! work is shown, [`tidy`] the rules of the house.

mod args;
mod bench;
pub mod drill;
mod failure;
pub mod gate;
pub mod plan;
pub mod servers;
pub mod tidy;
pub mod trial;
mod workspace;

pub use args::{Chore, HELP};
pub use bench::bench;
pub use failure::{Failure, Result};
pub use workspace::Workspace;
