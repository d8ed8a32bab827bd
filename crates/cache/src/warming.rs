//! Filling memory from the store before anybody asks.

use std::fmt;
use std::sync::Arc;

use forebay_store::sync::atomic::{AtomicU64, Ordering};
use forebay_store::{ByteSize, Op};

/// How far a warm-up has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warmed {
    /// Entries that the store has shown.
    pub seen: u64,
    /// Entries that memory has taken. It passes over those that it knew already, those that may be out of date, and
    /// those that were over or too heavy.
    pub filled: u64,
    /// What the filled entries weigh.
    pub bytes: ByteSize,
}

/// A warm-up under way, which [`Cache::warm_up`](crate::Cache::warm_up) has begun. It ends by itself; dropped, it
/// stops after the page that the store is showing.
#[must_use = "a warm-up that is dropped stops"]
pub struct Warming {
    pub(crate) progress: Arc<Progress>,
    pub(crate) end: Op<Warmed>,
}

impl Warming {
    /// How far the warm-up has come.
    pub fn progress(&self) -> Warmed {
        self.progress.now()
    }

    /// Waits for the end of the warm-up: the store has shown all, or memory has its share.
    ///
    /// # Errors
    ///
    /// What the store's scan said: `Unsupported` if it has none. `Closed` if the cache was closed. What was
    /// filled by then stays.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation stops the warm-up.
    pub fn end(self) -> Op<Warmed> {
        self.end
    }
}

impl fmt::Debug for Warming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Warming").field("progress", &self.progress()).finish_non_exhaustive()
    }
}

/// What a warm-up counts.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pub(crate) seen: AtomicU64,
    pub(crate) filled: AtomicU64,
    pub(crate) bytes: AtomicU64,
}

impl Progress {
    pub(crate) fn now(&self) -> Warmed {
        Warmed {
            seen: self.seen.load(Ordering::Relaxed),
            filled: self.filled.load(Ordering::Relaxed),
            bytes: ByteSize::bytes(self.bytes.load(Ordering::Relaxed)),
        }
    }
}
