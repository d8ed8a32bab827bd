//! The disk as Forebay sees it: directories of files, and what can be done to them.
//!
//! Everything comes in through these traits, so that the same code runs on the real file
//! system and on a simulated one that tears, reorders, loses and lies. They are as weak as the
//! weakest file system that the project is to be right on: what is not said here is not promised.

mod directories;
mod directory;
mod open_files;
mod real;
pub mod simulated;

pub use directories::{Directories, Place};
pub use directory::{Directory, DiskFile, Pages};
pub use open_files::are_files_used_up;
pub use real::RealDirectory;
