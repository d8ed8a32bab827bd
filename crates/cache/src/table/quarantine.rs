//! Quarantine: what the store will never have is kept, read, and in nobody's way (G8).

use std::hash::Hash;

use forebay_journal::Frame;
use forebay_store::{Error, Moment};

use super::accept::{Accept, Rejected};
use super::effects::Effects;
use super::shard::Shard;
use super::work::Work;
use crate::engine::{Budget, Room};
use crate::journal::Mark;

impl<K: Eq + Hash, V: Clone> Shard<K, V> {
    /// The store will never have `version`. Says whether there was room in quarantine for it;
    /// if not, the write stays dirty and is tried again late.
    pub(crate) fn refused(
        &mut self,
        at: u32,
        version: u64,
        cause: &Error,
        budget: &Budget,
        effects: &mut Effects<K, V>,
    ) -> bool {
        let work = self.flown(at, version);
        if work.version == version && !budget.try_quarantine(work.room.bytes) {
            return false;
        }
        work.inflight = 0;
        work.set_failure(cause.clone());
        if work.version != version {
            // G4: superseded. `since` stays: a flush waits for the newer one in its stead.
            effects.room.add(work.take_inflight_room());
            // The key has been dirty all along, so its place is before those that came since.
            work.met = true;
            self.unlist(at);
            self.settle(at, effects);
            return true;
        }
        effects.room.add(work.room);
        effects.marks.push(Mark::Refused(version, cause.clone()));
        work.room.entries = 0;
        work.quarantine = Some(cause.clone());
        work.parked = 0;
        let (since, failed_in) = (work.since, work.failed_in);
        let waiters = std::mem::take(work.waiters_mut());
        for (_, done) in waiters {
            effects.answer(done, Err(cause.clone()));
        }
        self.quarantined += 1;
        self.fail_barrier(at, since, failed_in, u64::MAX, cause, effects);
        self.settle(at, effects);
        true
    }

    /// An older refused value is superseded by a write that was stored.
    pub(super) fn end_quarantine(&mut self, at: u32, effects: &mut Effects<K, V>) {
        let work = &mut self.works[self.entries[at].work];
        if work.quarantine.take().is_some() {
            self.quarantined -= 1;
            effects.quarantine_bytes += work.room.bytes;
            work.room = Room::default();
        } else {
            effects.room.add(std::mem::take(&mut work.room));
        }
    }

    /// Takes a value out of quarantine to be tried again, as a new version: what was tried after
    /// its refusal may be in the store by now (G3). `false` if it is not in quarantine, a
    /// write-through of its key is under way, or there is no room among the dirty or in the journal.
    pub(crate) fn replay(
        &mut self,
        at: u32,
        frame: Option<Box<Frame>>,
        now: Moment,
        budget: &Budget,
        effects: &mut Effects<K, V>,
    ) -> bool {
        let is_free = |work: &&mut Work<V>| {
            work.quarantine.is_some() && work.inflight == 0 && !work.has_line()
        };
        let Some(work) = self.work_mut(at).filter(is_free) else { return false };
        let room = Room { bytes: work.room.bytes, entries: 1 };
        if !budget.try_take(room) {
            return false;
        }
        if let (Some(pen), Some(mut frame)) = (&self.pen, frame)
            && pen.write_instead(&mut frame, self.seq + 1).is_err()
        {
            effects.room.add(room);
            return false;
        }
        let work = &mut self.works[self.entries[at].work];
        work.quarantine = None;
        effects.quarantine_bytes += room.bytes;
        work.room = room;
        // It was dirtied before whatever else is dirty: `settle` puts it at the head. The time that it was in
        // quarantine is nobody's delay.
        work.met = true;
        self.date(at, now);
        self.seq += 1;
        self.works[self.entries[at].work].version = self.seq;
        self.quarantined -= 1;
        self.settle(at, effects);
        true
    }

    /// Takes in a write that an earlier owner of the journal had accepted and not stored.
    pub(crate) fn restore(
        &mut self,
        mut write: Accept<K, V>,
        refused: Option<&Error>,
        room: Room,
        budget: &Budget,
        effects: &mut Effects<K, V>,
    ) -> Result<(), Rejected<K, V>>
    where
        K: Clone,
    {
        if let (Some(pen), Some(frame), Some(cause)) = (&self.pen, &mut write.frame, refused)
            // Both in one frame: there must be no moment at which only the write is in the journal.
            && let Err(error) = pen.add_refusal(frame, self.seq + 1, cause)
        {
            effects.room.add(room);
            return Err(Rejected::Failed(error));
        }
        let accepted = self.accept_behind(write, Some(room), budget, effects)?;
        let Some(cause) = refused else { return Ok(()) };
        self.unlist(accepted.at);
        self.works[self.entries[accepted.at].work].inflight = accepted.version;
        if !self.refused(accepted.at, accepted.version, cause, budget, effects) {
            // No room in quarantine: it is tried again, and told again.
            self.works[self.entries[accepted.at].work].inflight = 0;
            self.settle(accepted.at, effects);
        }
        Ok(())
    }
}
