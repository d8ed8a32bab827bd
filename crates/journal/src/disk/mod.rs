//! The disk as the journal sees it: one flat directory of files, and what can be done to them.
//!
//! Everything comes in through these traits, so that the same journal runs on the real file
//! system and on a simulated one that tears, reorders, loses and lies. They are as weak as the
//! weakest file system that the journal is to be right on: what is not said here is not promised.

mod directories;
mod directory;
mod real;
pub mod simulated;

pub use directories::{Directories, Place};
pub use directory::{Directory, DiskFile, Pages};
pub use real::RealDirectory;
