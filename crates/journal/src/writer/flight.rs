//! A sync under way, and who gives way to it.
//!
//! A segment is filled piece by piece beside the syncs of others. A sync that finds the device busy with a
//! piece takes twice as long, so before each piece whoever fills waits for the end of the sync that is under
//! way: for that one only, so that he comes on however many there are.
//!
//! He has the lock of the files meanwhile. So who has begun a sync and asks for that lock, because the segment
//! is full or has failed, gives the flight up first ([`Writer::files`]): nobody waits for him then. And while
//! anybody waits for that lock whoever fills gives way to nobody: the sooner he is done, the sooner all go on.

#[cfg(all(test, shuttle))]
mod schedules;
#[cfg(test)]
mod tests;

use forebay_store::sync::MutexGuard;
use forebay_store::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::bell::Bell;
use super::files::Files;
use super::tail::Writer;

/// Whether a sync is under way.
#[derive(Debug, Default)]
pub(super) struct Flight {
    is_under_way: AtomicBool,
    /// How many wait for the lock of the files.
    waiting: AtomicUsize,
    over: Bell,
}

/// A sync under way, until it is dropped.
#[derive(Debug)]
pub(super) struct Flying<'a>(&'a Flight);

impl Flight {
    /// There is one at a time.
    pub(super) fn begin(&self) -> Flying<'_> {
        self.is_under_way.store(true, Ordering::Release);
        Flying(self)
    }

    fn end(&self) {
        self.is_under_way.store(false, Ordering::Release);
        self.over.ring();
    }

    /// Waits for the end of the sync that is under way, unless somebody waits for the files.
    pub(super) fn give_way(&self) {
        if self.waiting.load(Ordering::Acquire) > 0 {
            return;
        }
        // Before the look at the flag: one that ends in between has rung.
        let heard = self.over.heard();
        if self.is_under_way.load(Ordering::Acquire) {
            self.over.wait(heard);
        }
    }
}

impl Drop for Flying<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

impl Writer {
    /// The lock of the files. Whoever makes a segment may have it for long.
    pub(super) fn files(&self) -> MutexGuard<'_, Files> {
        if self.flight.is_under_way.load(Ordering::Acquire) {
            self.flight.end();
        }
        self.flight.waiting.fetch_add(1, Ordering::AcqRel);
        let files = self.files.lock();
        self.flight.waiting.fetch_sub(1, Ordering::AcqRel);
        files
    }
}
