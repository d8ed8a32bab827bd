//! What all of a pool does with files.

mod failure;
mod writing;

pub(crate) use failure::{LATER, failed};
pub(crate) use writing::write_whole;
