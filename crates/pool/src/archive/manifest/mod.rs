//! A manifest: what stands in a snapshot.

mod entry;
mod head;
mod pen;
mod reader;
mod window;

pub(crate) use entry::{Entry, Spot};
pub(crate) use head::ManifestHead;
pub(crate) use pen::ManifestPen;
pub(crate) use reader::ManifestReader;
