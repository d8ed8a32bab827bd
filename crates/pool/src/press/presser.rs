//! Whoever presses: one at a time.

use std::sync::{Arc, Weak};

use forebay_store::Result;

use crate::budget::Press;
use crate::inner::Inner;

/// Makes room: writes ahead, evicts, and says who is in the way.
#[derive(Debug)]
pub(crate) struct Presser {
    inner: Weak<Inner>,
}

impl Presser {
    pub(crate) fn new(inner: Weak<Inner>) -> Arc<Self> {
        Arc::new(Self { inner })
    }

    /// Presses in a job, for those who must not run what others drop: a `Drop` of a guard or a handle.
    pub(crate) fn kick(&self) {}

    /// How a write to the medium has ended. What the medium could not do holds up all writes for a while.
    pub(crate) fn wrote(&self, _outcome: &Result<()>) {}
}

impl Press for Presser {
    fn press(&self) {}
}
