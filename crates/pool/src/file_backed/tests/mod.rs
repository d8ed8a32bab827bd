//! What is promised of places of `file_backed`.

mod fixtures;
mod importing;
mod looking;
#[cfg(feature = "redb")]
mod redb_files;
mod rig;
