//! What a shard takes of memory, and what it tells of that.
//!
//! | | |
//! |---|---|
//! | it weighs | its entries, and the works of those that are not stored |
//! | it takes | what it weighs, and what is set aside: what the works of writes weighed that are stored by now |
//! | it tells | what it takes, and what it has ahead |
//!
//! Writes are stored many at once. Were the room of all their works free from then on, the next puts of new keys would push
//! out nothing until it is taken, and those after them twice as much as comes in: what has gone would be out of the
//! processor's cache by the time its memory is used again. So a put has its work from what is set aside, and pushes out
//! about what its entry weighs. A value that is read in needs no work: it takes that room itself, before anything is
//! evicted for it. And when all of the shard is stored but what is in quarantine, what was not used since the last time
//! that it was is free again: then fewer keys are dirty at once than there were before. It is also free again when twice as
//! many writes were stored since as there were keys that room was set aside for or that were dirty: so one that the store fails
//! again and again does not keep it.

use super::shard::Shard;
use super::work::WORK_BYTES;

impl<K, V> Shard<K, V> {
    /// What its entries weigh, and the works of those that are not stored. No entry knows of the latter, so that one
    /// that is overwritten weighs the same. Loads are bounded by themselves, and what they take is not in it.
    #[inline]
    pub(crate) fn weight(&self) -> u64 {
        self.weight + WORK_BYTES * u64::from(self.unstored)
    }

    /// What it takes of memory: what it weighs, and what is set aside for works.
    #[inline]
    pub(crate) fn takes(&self) -> u64 {
        self.weight() + WORK_BYTES * u64::from(self.aside)
    }

    /// Another key has a write that is not stored: its work uses what is set aside, if there is any.
    #[inline]
    pub(super) fn count_unstored(&mut self) {
        self.unstored += 1;
        self.aside = self.aside.saturating_sub(1);
        self.unused = self.unused.min(self.aside);
    }

    /// The newest write of a key is stored: what its work weighed is set aside.
    pub(super) fn count_stored(&mut self) {
        // Together with those that are not stored they are no more than there were at once, which a number of this size counts.
        self.aside += 1;
        self.stored_since += 1;
        self.count_gone();
    }

    /// One of them came to an end in which nothing is set aside for another.
    pub(super) fn count_gone(&mut self) {
        self.unstored -= 1;
        // What is in quarantine may be there for long, and so may a write that fails.
        if self.unstored() <= self.quarantined() || self.stored_since > self.stored_until {
            // So many were not used since this was last so.
            self.aside -= self.unused;
            self.unused = self.aside;
            (self.stored_since, self.stored_until) =
                (0, 2 * (u64::from(self.aside) + u64::from(self.unstored)));
        }
    }

    /// Whether anything is set aside.
    #[inline]
    pub(crate) fn has_aside(&self) -> bool {
        self.aside > 0
    }

    /// Gives up so many bytes of what is set aside, or all of it if that is less. Says whether there was any.
    #[inline]
    pub(crate) fn let_go_aside(&mut self, bytes: u64) -> bool {
        let works = u32::try_from(bytes.div_ceil(WORK_BYTES)).unwrap_or(u32::MAX).min(self.aside);
        self.aside -= works;
        self.unused = self.unused.min(self.aside);
        works > 0
    }

    /// By how much what it has told is more than what it takes.
    #[inline]
    pub(crate) fn ahead(&self) -> i64 {
        self.told.cast_signed().wrapping_sub(self.takes().cast_signed())
    }

    /// It tells what it takes, and so much more. Says by how much what it tells has changed.
    #[inline]
    pub(crate) fn tell(&mut self, ahead: u64) -> i64 {
        let told = self.takes() + ahead;
        let before = std::mem::replace(&mut self.told, told);
        self.told.cast_signed().wrapping_sub(before.cast_signed())
    }
}
