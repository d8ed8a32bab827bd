//! What is accepted and not yet safe: how much, and since when.

use std::collections::VecDeque;

use forebay_store::seam::Moment;

use super::tail::{Tail, Writer};
use crate::loss_bound::{Loss, LossBound};

/// Bytes of frames, counted since the journal was opened, and when the oldest of them came.
#[derive(Debug, Default)]
pub(super) struct Exposure {
    accepted: u64,
    /// In the hands of the write role, or beyond it.
    taken: u64,
    written: u64,
    /// What the sync under way makes durable.
    flying: u64,
    synced: u64,
    /// Records, and moments: neither such a record nor one after it came before its moment. There
    /// is one for each sync that is awaited, so the clock is not read for each record.
    marks: VecDeque<(u64, Moment)>,
    /// What comes now belongs to the last mark.
    is_marked: bool,
    /// A sync has failed: what was written before may be gone, until it is written again.
    pub(super) is_doubtful: bool,
}

impl Exposure {
    /// A frame was accepted. `is_first` says that nothing else is exposed.
    pub(super) fn accept(
        &mut self,
        first: u64,
        length: usize,
        is_first: bool,
        now: impl FnOnce() -> Moment,
    ) {
        if is_first || !self.is_marked {
            self.marks.push_back((first, now()));
            self.is_marked = true;
        }
        self.accepted += length as u64;
    }

    /// The write role takes everything that is queued; for a sync, what comes later waits for another.
    pub(super) fn take(&mut self, to_sync: bool) {
        self.taken = self.accepted;
        self.is_marked &= !to_sync;
    }

    /// All that was taken is with the operating system, but for its last `rest` bytes.
    pub(super) fn now_written(&mut self, rest: usize) {
        self.written = self.written.max(self.taken.saturating_sub(rest as u64));
    }

    /// A sync begins.
    pub(super) fn flies(&mut self) {
        self.flying = self.written;
    }

    /// The sync under way went well, up to this record.
    pub(super) fn landed(&mut self, synced: u64) {
        self.synced = self.synced.max(self.flying);
        self.forget(synced);
    }

    /// All that is written is durable, up to this record.
    pub(super) fn now_synced(&mut self, synced: u64) {
        self.synced = self.written;
        self.is_doubtful = false;
        self.forget(synced);
    }

    /// Bytes that are in memory because they are not durable.
    pub(super) fn buffered(&self) -> u64 {
        self.accepted - self.synced
    }

    fn forget(&mut self, synced: u64) {
        while self.marks.get(1).is_some_and(|(first, _)| *first <= synced + 1) {
            self.marks.pop_front();
        }
    }

    /// What is lost if all after `safe` is; `bytes` are safe, and `next` is the next record's number.
    fn loss(&self, safe: u64, bytes: u64, next: u64, now: Moment) -> Loss {
        let records = next - 1 - safe;
        if records == 0 {
            return Loss::default();
        }
        let since = self.marks.iter().rev().find(|(first, _)| *first <= safe + 1);
        let age = since.map_or_else(Default::default, |(_, moment)| now.since(*moment));
        Loss { bytes: self.accepted - bytes, records, age }
    }
}

impl Tail {
    fn loss_bound(&self, now: Moment) -> LossBound {
        let Self { exposure, next, written, synced, .. } = self;
        let power_cut = exposure.loss(*synced, exposure.synced, *next, now);
        let is_sure = !exposure.is_doubtful && self.failed.is_none();
        let killed = exposure.loss(*written, exposure.written, *next, now);
        LossBound { killed: if is_sure { killed } else { power_cut }, power_cut }
    }
}

impl Writer {
    pub(crate) fn loss_bound(&self) -> LossBound {
        let tail = self.tail.lock();
        tail.loss_bound(self.seams().clock.now())
    }
}
