//! Why there is no room.

use forebay_store::Error;

use crate::error::AllPinned;

/// Why there is no room, for who waited in vain.
#[derive(Clone, Debug)]
pub(crate) enum Cause {
    /// The medium does not take what is written.
    Medium(Error),
    /// Nothing in memory can be evicted.
    AllPinned(AllPinned),
}

impl Cause {
    /// The error with this behind it.
    pub(super) fn behind(&self, error: Error) -> Error {
        match self {
            Self::Medium(source) => error.with_source(source.clone()),
            Self::AllPinned(source) => error.with_source(source.clone()),
        }
    }
}
