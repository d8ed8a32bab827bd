//! What is in an archive, as its manifests say.

mod census;
mod index;
mod known;

pub(crate) use census::{Census, Present};
pub(crate) use index::{Index, read_manifest};
pub(crate) use known::{Known, Manifest};
