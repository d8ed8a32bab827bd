//! What ties an entry to its shard.

use super::entry::Print;
use super::roster::NONE;

/// What of an entry neither a hit nor an overwrite of what waits for the flusher looks at, if time does not matter to
/// it: one that does has its deadline here. It lies apart, so that of what they do look at twice as much is in the
/// processor's cache.
#[derive(Debug)]
pub(crate) struct Ties {
    /// If the entry says that time matters, the milliseconds of wall time from which on what it holds is not visible.
    pub(super) deadline: u64,
    pub(crate) print: Print,
    /// Work under way for the key, or `NONE` for a plain clean entry.
    pub(crate) work: u32,
    /// Its neighbours on its list.
    pub(crate) prev: u32,
    pub(crate) next: u32,
}

impl Ties {
    pub(super) fn new(print: Print) -> Self {
        Self { deadline: 0, print, work: NONE, prev: NONE, next: NONE }
    }
}

const _: () = assert!(size_of::<Ties>() == 24);
