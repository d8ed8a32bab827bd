//! Indexes.

mod library;

mod freeing;
mod opening;
mod panics;
mod rebuilt;
mod unique;
