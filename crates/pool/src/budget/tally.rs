//! What the line has seen so far.

use std::time::Duration;

/// What the line has seen so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// So many have stood in it.
    pub(crate) waits: u64,
    /// So many of them were not served: they have waited for too long, or will never fit.
    pub(crate) in_vain: u64,
    /// The longest that somebody has waited.
    pub(crate) longest: Duration,
}

impl Tally {
    /// Somebody has waited for so long.
    pub(super) fn served(&mut self, waited: Duration) {
        self.longest = self.longest.max(waited);
    }

    /// Somebody has waited for so long, and for nothing.
    pub(super) fn refused(&mut self, waited: Duration) {
        self.in_vain += 1;
        self.longest = self.longest.max(waited);
    }
}
