//! What memory knows of one object.

mod blob;
mod stored;

pub(crate) use blob::Blob;
pub(crate) use stored::{Eviction, Look, Standing, Stored, WriteJob};
