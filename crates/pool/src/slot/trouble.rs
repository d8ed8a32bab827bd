//! Why the last write of an object has failed.

use forebay_store::Error;

/// Why the last write of a version has failed.
#[derive(Clone, Debug)]
pub(crate) struct Trouble {
    pub(crate) error: Error,
}

impl Trouble {
    /// It will fail again as it is: the codec or the medium refuses this object.
    pub(crate) fn is_lasting(&self) -> bool {
        !self.error.is_retryable()
    }
}
