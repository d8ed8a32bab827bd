//! A shard's part of a flush: counting down, without touching each dirty entry.

use std::hash::Hash;

use forebay_store::Error;

use super::effects::Effects;
use super::shard::{Barrier, Shard};
use super::work::Work;

impl<K: Eq + Hash, V> Shard<K, V> {
    /// Starts the shard's part of flush `number`. It covers every write accepted until now.
    pub(crate) fn start_barrier(
        &mut self,
        number: u64,
        after_flight: u64,
        effects: &mut Effects<K, V>,
    ) {
        self.mark_due();
        let mut barrier = Barrier {
            number,
            mark: self.seq,
            after_flight,
            remaining: self.unstored(),
            failed: self.quarantine.len(),
            cause: None,
        };
        // What is in quarantine is not stored, and nobody will try it.
        for at in self.quarantine.walk(&self.entries) {
            let work = &mut self.works[self.entries.ties(at).work];
            work.fail_in(number);
            barrier.cause = work.quarantined().cloned();
        }
        if self.has_ended {
            barrier.failed = barrier.remaining;
            barrier.cause = Some(super::closed());
        }
        self.barrier = Some(barrier);
        self.end_barrier(effects);
    }

    /// An entry's unstored writes began at `since`; now they begin at `next`, or there are none.
    pub(super) fn leave_barrier(
        &mut self,
        at: u32,
        since: u64,
        next: Option<u64>,
        effects: &mut Effects<K, V>,
    ) {
        let failed_in = self.work(at).map_or(0, Work::failed_in);
        if let Some(barrier) = &mut self.barrier
            && since <= barrier.mark
            && next.is_none_or(|next| next > barrier.mark)
        {
            barrier.remaining -= 1;
            if failed_in == barrier.number {
                barrier.failed -= 1;
            }
            self.end_barrier(effects);
        }
    }

    /// An attempt in `flight` failed for an entry whose unstored writes began at `since`.
    pub(super) fn fail_barrier(
        &mut self,
        at: u32,
        since: u64,
        failed_in: u64,
        flight: u64,
        cause: &Error,
        effects: &mut Effects<K, V>,
    ) {
        let Some(barrier) = &mut self.barrier else { return };
        if since > barrier.mark || failed_in == barrier.number {
            return;
        }
        if flight <= barrier.after_flight {
            // That attempt began before the flush: the flush wants one of its own, now.
            let parked = self.work(at).map_or(0, Work::parked);
            effects.kicked.extend((parked != 0).then_some(parked));
            return;
        }
        barrier.failed += 1;
        barrier.cause.get_or_insert_with(|| cause.clone());
        let number = barrier.number;
        if let Some(work) = self.work_mut(at) {
            work.fail_in(number);
        }
        self.end_barrier(effects);
    }

    fn end_barrier(&mut self, effects: &mut Effects<K, V>) {
        let ended = self.barrier.take_if(|barrier| barrier.failed >= barrier.remaining);
        if let Some(barrier) = ended {
            effects.barrier = Some((barrier.number, barrier.remaining as u64, barrier.cause));
        }
    }

    /// Nobody will try what remains of flush `number`.
    pub(crate) fn abort_barrier(
        &mut self,
        number: u64,
        cause: Option<&Error>,
        effects: &mut Effects<K, V>,
    ) {
        if let Some(barrier) = &mut self.barrier
            && barrier.number == number
        {
            barrier.failed = barrier.remaining;
            if barrier.cause.is_none() {
                barrier.cause = cause.cloned();
            }
            self.end_barrier(effects);
        }
    }
}
