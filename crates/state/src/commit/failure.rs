//! Why a state takes nothing any more, for all who ask.

use std::sync::{Arc, OnceLock};

use forebay_store::Error;

/// Why a state takes nothing any more. It is told once, by whoever has the turn, and stays; to ask waits for
/// nobody.
#[derive(Clone, Debug, Default)]
pub(crate) struct Failure(Arc<OnceLock<Error>>);

impl Failure {
    /// The first cause holds.
    pub(super) fn tell(&self, cause: Error) -> &Error {
        self.0.get_or_init(|| cause)
    }

    /// The cause, if it has failed.
    #[inline]
    pub(crate) fn get(&self) -> Option<&Error> {
        self.0.get()
    }
}
