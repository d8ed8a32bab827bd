//! Reads places of `file_backed` 0.6, so that their users can move.
//!
//! A place is a directory with a folder for each of the 256 beginnings of a key and a file for each object, or,
//! with the feature `redb`, a redb database. [`Import`] brings it into an archive, [`Persisted`] looks into it.
//! Nothing in it is ever changed or removed.
//!
//! Nothing says of which type an object is. A file of an object has no head and no checksum: what the codec
//! cannot decode is found, and so is what is shorter or longer than its value, but a wrong bit in a number is
//! not, by nobody. A redb database has checksums of its pages, which are compared when it is opened.

mod blob_source;
mod damage;
mod import;
#[cfg(feature = "redb")]
mod overlay;
mod persisted;
mod progress;
#[cfg(feature = "redb")]
mod redb_file;
mod report;
mod shards;
mod shelf;
mod verification;

#[cfg(test)]
mod tests;

pub use damage::Damage;
pub use import::Import;
pub use persisted::Persisted;
pub use progress::Progress;
pub use report::{Refusal, Report};
