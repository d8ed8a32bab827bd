//! An order at its look-out for the next to leave.

use std::sync::Arc;

use forebay_store::sync::atomic::{AtomicU64, Ordering};

use super::shelf::Shelf;
use crate::slot::Stored;

/// Counts comings and goings. A hit leaves the lower half of it in its slot.
#[derive(Debug)]
pub(super) struct Epochs(AtomicU64);

impl Epochs {
    pub(super) fn new() -> Self {
        Self(AtomicU64::new(1))
    }

    #[inline]
    pub(super) fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Counts up, and says what it was: a hit from now on is later than that.
    pub(super) fn pass(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }

    /// The lower half, as hits leave it.
    #[inline]
    pub(super) fn stamp(&self) -> u32 {
        lower(self.now())
    }

    /// When it was that a stamp was left. One of more than 2^32 epochs ago seems newer than it is.
    fn of(&self, stamp: u32) -> u64 {
        let now = self.now();
        now.saturating_sub(u64::from(lower(now).wrapping_sub(stamp)))
    }
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the lower half is what is wanted")]
pub(super) fn lower(epoch: u64) -> u32 {
    epoch as u32
}

/// An order at its look-out for the next to leave, under the lock.
pub(super) struct Walk<'a> {
    pub(super) entries: &'a mut Shelf,
    pub(super) epochs: &'a Epochs,
    /// What was looked at: it is let go of after the lock, as it may be the last reference.
    pub(super) met: Vec<Arc<dyn Stored>>,
}

impl Walk<'_> {
    /// When it was last touched, if it was since it was last seen.
    pub(super) fn touched(&mut self, at: u32) -> Option<u64> {
        let slot = self.entries[at].slot.upgrade()?;
        let touched = self.epochs.of(slot.stamp());
        self.met.push(slot);
        (touched > self.entries[at].seen).then_some(touched)
    }

    /// It is seen now: a hit from now on is later.
    pub(super) fn see(&mut self, at: u32) {
        self.entries[at].seen = self.epochs.pass();
    }
}
