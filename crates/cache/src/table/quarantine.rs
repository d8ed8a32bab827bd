//! Quarantine: what the store will never have is kept, read, and holds up no other write (G8).

use std::fmt::{self, Write as _};
use std::hash::Hash;

use forebay_journal::Frame;
use forebay_store::{Edit, Error, Moment, WallTime};

use super::accept::{Accept, Rejected};
use super::effects::{Effects, copied};
use super::entry::{Held, ListId};
use super::queue::{barred, waits};
use super::shard::Shard;
use super::work::Work;
use crate::engine::{Account, Budget, Room};
use crate::journal::Mark;
use crate::quarantine::{Quarantined, QuarantinedWrite, Refusal};

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
        let now = self.seams.clock.wall();
        let refusal = self.flown(at, version).refused_again(cause, now);
        let attempts = refusal.attempts;
        let is_placed = self.put_in_quarantine(at, version, refusal, budget, effects);
        // A newer write may have superseded it.
        if is_placed && self.work(at).is_some_and(|work| work.quarantined().is_some()) {
            effects.quarantined.push((attempts, told(cause)));
        }
        is_placed
    }

    fn put_in_quarantine(
        &mut self,
        at: u32,
        version: u64,
        refusal: Refusal,
        budget: &Budget,
        effects: &mut Effects<K, V>,
    ) -> bool {
        let queues = self.queues();
        let work = self.flown(at, version);
        let is_newest = work.version == version;
        if !is_newest && !queues {
            work.inflight = 0;
            effects.drop_error(work.set_failure(refusal.cause));
            // G4: superseded. `since` stays: a flush waits for the newer one in its stead.
            let room = work.take_inflight_room();
            effects.room.add(room);
            // The key has been dirty all along, so its place is before those that came since.
            work.set_met(true);
            self.overtaken -= room.bytes;
            self.unlist(at);
            self.settle(at, effects);
            return true;
        }
        if refusal.attempts == 0 {
            // It waits there since before a restart: without room it would go to the store.
            budget.quarantine_anyway(work.quarantine_bytes());
        } else if !budget.try_quarantine(work.quarantine_bytes()) {
            if is_newest {
                work.note_refused(&refusal);
            }
            return false;
        }
        // What came while it was refused waits behind it.
        let refusal = if is_newest { refusal } else { Refusal { attempts: 0, ..refusal } };
        self.enter_quarantine(at, version, refusal, effects);
        true
    }

    /// What is visible is in quarantine from now on, because `refused` was: it, or one before it. It has room there.
    fn enter_quarantine(
        &mut self,
        at: u32,
        refused: u64,
        refusal: Refusal,
        effects: &mut Effects<K, V>,
    ) {
        let work = &mut self.works[self.entries.ties(at).work];
        work.inflight = 0;
        work.park(0);
        let room = work.take_inflight_room();
        self.overtaken -= room.bytes;
        effects.room.add(room);
        effects.room.add(work.room());
        effects.drop_error(work.quarantine(&refusal));
        let (version, since, failed_in) = (work.version, work.since, work.failed_in());
        for (waited, done) in std::mem::take(work.waiters_mut()) {
            let is_refused = waited <= refused;
            let error = if is_refused { refusal.cause.clone() } else { waits(&refusal.cause) };
            effects.answer(done, Err(error));
        }
        self.fail_barrier(at, since, failed_in, u64::MAX, &refusal.cause, effects);
        if self.queues() {
            // G3: what is in line is newer, and nothing newer goes before it.
            self.refuse_line(at, &barred(&refusal.cause), effects);
        }
        effects.marks.push(Mark::Refused(version, refusal));
        self.settle(at, effects);
    }

    /// An older refused value is superseded by a write that was stored.
    pub(super) fn end_quarantine(&mut self, at: u32, effects: &mut Effects<K, V>) {
        let work = &mut self.works[self.entries.ties(at).work];
        if let Some(cause) = work.leave_quarantine() {
            effects.drop_error(Some(cause));
            effects.drop_error(work.forget_failure());
            effects.quarantine_bytes += work.quarantine_bytes();
            work.take_room();
        } else {
            effects.room.add(work.take_room());
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
            work.quarantined().is_some() && work.inflight == 0 && !work.has_line()
        };
        let Some(work) = self.work_mut(at).filter(is_free) else { return false };
        let room = Room { bytes: work.room().bytes, entries: 1 };
        if !budget.try_take(room, Account::default()) {
            return false;
        }
        if let (Some(pen), Some(mut frame)) = (&self.pen, frame)
            && pen.write_instead(&mut frame, self.seq + 1).is_err()
        {
            effects.room.add(room);
            return false;
        }
        let work = &mut self.works[self.entries.ties(at).work];
        if work.is_queued() {
            // What is told is told of the one before it.
            effects.drop_error(work.forget_failure());
        }
        effects.drop_error(work.leave_quarantine());
        effects.quarantine_bytes += work.quarantine_bytes();
        // It was dirtied before whatever else is dirty: `settle` puts it at the head. The time that it was in
        // quarantine is no delay of the store.
        work.set_met(true);
        let now = self.dated(now);
        self.date(at, now);
        self.seq += 1;
        self.works[self.entries.ties(at).work].version = self.seq;
        self.settle(at, effects);
        true
    }

    /// Gives up a value in quarantine: what the store has of its key is what counts from now on. `false` if it
    /// is not in quarantine, was never refused itself, or a write-through of its key is under way.
    pub(crate) fn discard(&mut self, at: u32, effects: &mut Effects<K, V>) -> bool {
        let is_free = |work: &&mut Work<V>| {
            let is_refused = work.quarantined().is_some() && !work.is_queued();
            is_refused && work.inflight == 0 && !work.has_line()
        };
        let Some(work) = self.work_mut(at).filter(is_free) else { return false };
        let (version, since) = (work.version, work.since);
        work.stored = version;
        // G9, too: it is not back after a restart.
        effects.marks.push(Mark::Settled(version));
        self.end_quarantine(at, effects);
        self.count_gone();
        self.leave_barrier(at, since, None, effects);
        self.hold(at, Held::Nothing, 0, 0, effects);
        self.settle(at, effects);
        true
    }

    /// Takes in a write that an earlier owner of the journal had accepted and not stored.
    pub(crate) fn restore(
        &mut self,
        mut write: Accept<K, V>,
        refused: Option<&Refusal>,
        room: Room,
        budget: &Budget,
        effects: &mut Effects<K, V>,
    ) -> Result<(), Rejected<K, V>>
    where
        K: Clone,
    {
        if let (Some(pen), Some(frame), Some(refusal)) = (&self.pen, &mut write.frame, refused)
            // Both in one frame: there must be no moment at which only the write is in the journal.
            && let Err(error) = pen.add_refusal(frame, self.seq + 1, refusal)
        {
            effects.room.add(room);
            return Err(Rejected::Failed(error));
        }
        let accepted = self.accept_behind(write, Some(room), budget, effects)?;
        let Some(refusal) = refused.cloned() else { return Ok(()) };
        let attempts = refusal.attempts;
        self.unlist(accepted.at);
        self.works[self.entries.ties(accepted.at).work].inflight = accepted.version;
        if !self.put_in_quarantine(accepted.at, accepted.version, refusal, budget, effects) {
            // No room in quarantine: it is tried again, and told again.
            let work = &mut self.works[self.entries.ties(accepted.at).work];
            work.inflight = 0;
            work.set_tries(attempts);
            self.settle(accepted.at, effects);
        }
        Ok(())
    }
}

impl<K: Clone, V> Shard<K, V> {
    /// What is in quarantine, in the order in which it came there: from an entry on, or from the first if that one
    /// has left.
    pub(crate) fn quarantine_from(&self, at: Option<u32>) -> impl Iterator<Item = u32> {
        let is_there =
            |at: &u32| self.entry(*at).is_some_and(|entry| entry.list() == ListId::Quarantine);
        self.quarantine.walk_from(at.filter(is_there), &self.entries)
    }

    pub(crate) fn quarantined_at(&self, at: u32) -> Option<Quarantined<K>> {
        let (entry, refusal) = (self.entry(at)?, self.work(at)?.refusal()?);
        Some(Quarantined {
            key: entry.key.clone(),
            version: self.version(at)?,
            cause: refusal.cause,
            attempts: refusal.attempts,
            first_refused: refusal.first,
            last_refused: refusal.last,
            is_deleted: matches!(entry.held(), Held::Tombstone),
            bytes: u64::from(entry.weight()),
        })
    }
}

impl<K: Clone, V: Clone> Shard<K, V> {
    /// An entry in quarantine with what it holds.
    pub(crate) fn quarantined_write(&self, at: u32) -> Option<QuarantinedWrite<K, V>> {
        let (about, entry) = (self.quarantined_at(at)?, self.entry(at)?);
        let expires_at = entry.is_timed().then(|| WallTime(self.entries.deadline(at)));
        let edit = copied(entry.value()).map(|value| match value {
            Some(value) => Edit::Put { value, expires_at },
            None => Edit::Delete,
        });
        Some(QuarantinedWrite { about, edit })
    }
}

/// The beginning of what an error says of itself: the whole may be long, and the lock is held. Its causes are foreign
/// code, which is not called under a lock.
fn told(cause: &Error) -> String {
    let mut beginning = Beginning { text: String::new(), left: 256 };
    // It fails where it is cut off.
    let _ = write!(beginning, "{cause}");
    beginning.text
}

/// Takes so many characters, and no more.
struct Beginning {
    text: String,
    left: usize,
}

impl fmt::Write for Beginning {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for letter in text.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(letter);
        }
        Ok(())
    }
}

#[cfg(all(test, not(shuttle)))]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_cause_the_beginning_is_told() {
        for length in [0, 255, 256, 257, 1 << 20] {
            let message: String = "äb".chars().cycle().take(length).collect();
            let cause = Error::refused(message);
            let whole = cause.to_string();
            assert_eq!(told(&cause), whole.chars().take(256).collect::<String>(), "{length}");
        }
    }
}
