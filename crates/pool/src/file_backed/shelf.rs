//! Where the bytes of objects are.

use std::fmt::Debug;

use forebay_store::{Error, Result};

use super::blob_source::BlobSource;
use crate::key::Key;

/// Where the bytes of objects are.
pub(super) trait Shelf: Debug + Send + Sync {
    /// Shows the bytes of an object. `None` if it is not there.
    fn show(
        &self,
        key: Key,
        act: &mut dyn FnMut(&mut BlobSource<'_>) -> Result<()>,
    ) -> Result<Option<()>>;

    /// Whether after this error nothing more can be read.
    fn is_lost(&self, _error: &Error) -> bool {
        false
    }

    /// Where it is, for messages.
    fn place_of(&self, key: Key) -> String;
}

/// What is in a place.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Ascending.
    pub(super) keys: Vec<Key>,
    /// The first of what is nobody's object.
    pub(super) strangers: Vec<String>,
    /// All of them.
    pub(super) strange: u64,
}

impl Listing {
    /// So many are named.
    const NAMED: usize = 256;

    pub(super) fn stranger(&mut self, name: impl FnOnce() -> String) {
        self.strange += 1;
        if self.strangers.len() < Self::NAMED {
            self.strangers.push(name());
        }
    }
}
