//! What a cache tells while it works.

use std::time::Duration;

use crate::mode::Mode;

/// What a cache tells while it works, to those who [listen](crate::Builder::listen).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// If it goes on like this, a write will stay unstored for longer than
    /// [`max_staleness`](crate::Builder::max_staleness): what is unstored takes the store, as fast as it was
    /// lately, longer than there is time.
    PromiseAtRisk {
        /// How long the oldest has been dirty.
        age: Duration,
        /// Keys whose newest write is not stored.
        unstored: u64,
    },
    /// A write that the store would take has been unstored for longer than
    /// [`max_staleness`](crate::Builder::max_staleness). It is told once, until the promise is kept again.
    PromiseBroken {
        /// How long the oldest has been dirty.
        age: Duration,
        /// Keys whose newest write is not stored.
        unstored: u64,
    },
    /// After one of the two above: nothing is late, and nothing will be.
    PromiseKept,
    /// The [mode](crate::Cache::mode) is another one: a worse one is told at once, a better one after it has held for a
    /// second.
    ModeChanged {
        /// What it was.
        from: Mode,
        /// What it is.
        to: Mode,
    },
}
