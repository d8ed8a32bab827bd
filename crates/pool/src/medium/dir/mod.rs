//! Blobs in files of directories, which nobody finds there afterwards.
//!
//! A file that blobs are in has no name, so that it is gone with its process, however that ends. What a
//! process does have in a directory is a *session*: a folder with a lock in it. Whoever begins a session
//! sweeps those of the dead, both behind one door, so that nobody sweeps one that is just being made.

mod builder;
mod cell_writing;
mod cells;
mod descriptors;
mod dir_medium;
mod door;
mod failure;
mod large;
mod marker;
mod names;
mod open_file;
mod opened;
mod pack;
mod packs;
mod quota;
mod session;
mod site;
mod spares;
mod stock;
mod sweep;
#[cfg(test)]
mod tests;

pub use builder::DirBuilder;
pub(crate) use descriptors::{Descriptor, Descriptors};
pub use dir_medium::DirMedium;
pub use quota::Quota;
pub use sweep::Swept;
