//! What an answer of the store does to an entry.

use std::hash::Hash;

use forebay_store::{Error, ErrorKind, Moment};

use super::effects::{Effects, copied};
use super::entry::Held;
use super::shard::Shard;
use super::work::{Company, Turn, TurnWrite};
use crate::journal::Mark;

/// What is said of a write through behind one that cannot be stored now.
#[cold]
pub(super) fn not_yet(cause: &Error) -> Error {
    let message = "an earlier write of this key is not stored yet: see `Cache::explain`";
    Error::unavailable(message).with_source(cause.clone())
}

/// The wall time of an answer, and how a stored delete is remembered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Absence {
    /// Until when absence may be answered from memory; 0 is not at all.
    pub(crate) deadline: u64,
    pub(crate) wall: u64,
}

impl<K: Eq + Hash, V: Clone> Shard<K, V> {
    /// The store has `version`.
    pub(crate) fn stored(
        &mut self,
        at: u32,
        version: u64,
        absence: Absence,
        effects: &mut Effects<K, V>,
    ) {
        self.stores += 1;
        effects.marks.push(Mark::Settled(version));
        let work = self.flown(at, version);
        work.inflight = 0;
        effects.drop_error(work.forget_failure());
        let since = work.since;
        if work.version == version {
            effects.room.add(work.take_room());
            work.stored = version;
            self.count_stored();
            self.leave_barrier(at, since, None, effects);
            self.now_clean(at, absence, effects);
        } else {
            let room = work.take_inflight_room();
            work.stored = version;
            let since_next = work.since_next();
            work.since = since_next;
            self.overtaken -= room.bytes;
            effects.room.add(room);
            self.forget_hint();
            self.leave_barrier(at, since, Some(since_next), effects);
        }
        self.wake_stored(at, effects);
        self.settle(at, effects);
    }

    /// The caller says that the store has the visible version. `false` if it is being stored.
    pub(crate) fn mark_clean(
        &mut self,
        at: u32,
        absence: Absence,
        effects: &mut Effects<K, V>,
    ) -> bool {
        let Some(work) = self.work_mut(at) else { return false };
        let is_free = work.inflight == 0 && !work.has_line() && work.quarantined().is_none();
        if !work.is_unstored() || !is_free {
            return false;
        }
        let version = work.version;
        let parked = work.park(0);
        work.inflight = version;
        if parked != 0 {
            effects.unparked.push((parked, at));
        }
        self.unlist(at);
        self.stored(at, version, absence, effects);
        true
    }

    fn now_clean(&mut self, at: u32, absence: Absence, effects: &mut Effects<K, V>) {
        if matches!(self.entries[at].held(), Held::Tombstone) {
            let weight = if absence.deadline == 0 { 0 } else { self.entries[at].weight() };
            self.hold(at, Held::Absent, weight, absence.deadline, effects);
        } else {
            self.begin_times(at, absence.wall);
        }
    }

    /// The attempt of `flight` failed and is to be repeated: the entry waits in the flight `parked`.
    pub(crate) fn failed(
        &mut self,
        at: u32,
        version: u64,
        dirtied_at: Moment,
        cause: &Error,
        (flight, parked): (u64, u64),
        effects: &mut Effects<K, V>,
    ) {
        let work = self.flown(at, version);
        work.inflight = 0;
        // Flight 0: it was only in bad company, and that was no attempt of its own.
        let is_attempt = flight != 0;
        if is_attempt {
            work.set_tries(work.tries().saturating_add(1));
            effects.drop_error(work.set_failure(cause.clone()));
        }
        let room = work.take_inflight_room();
        effects.room.add(room);
        work.park(parked);
        work.set_met(false);
        let (since, failed_in) = (work.since, work.failed_in());
        if work.version != version {
            // The key has been dirty all along.
            let first = work.dirtied.at().min(dirtied_at);
            self.date(at, first);
        }
        self.overtaken -= room.bytes;
        self.unlist(at);
        self.fail_barrier(at, since, failed_in, flight, cause, effects);
        if is_attempt {
            self.refuse_line(at, &not_yet(cause), effects);
        }
        self.settle(at, effects);
    }

    /// Writes-through that stand behind a write that cannot be stored now are told so, rather than
    /// kept waiting for as long as the store is down.
    pub(super) fn refuse_line(&mut self, at: u32, error: &Error, effects: &mut Effects<K, V>) {
        let Some(work) = self.work_mut(at).filter(|work| work.has_line()) else { return };
        let line = std::mem::take(work.line_mut());
        for turn in line {
            match turn {
                Turn::Write(write) => {
                    self.fail_through(at, write, error.clone(), effects);
                }
                mut modify @ Turn::Modify { .. } => {
                    modify.refuse_older(error, effects);
                    self.works[self.entries.ties(at).work].line_mut().push_back(modify);
                }
            }
        }
    }

    /// The flusher takes an entry out of its parked flight. `false` if it is there no more.
    pub(crate) fn unpark(&mut self, at: u32, parked: u64) -> bool {
        match self.work_mut(at) {
            Some(work) if work.parked() == parked => {
                work.park(0);
                true
            }
            _ => false,
        }
    }

    /// An entry that comes out of its parked flight without being sent takes its place again: at
    /// the head, for it was dirtied before the others.
    pub(crate) fn release(&mut self, at: u32, effects: &mut Effects<K, V>) {
        if let Some(work) = self.work_mut(at) {
            work.set_met(true);
        }
        self.settle(at, effects);
    }

    /// A write-through whose batch failed as a whole goes again, alone.
    pub(crate) fn send_alone(
        &mut self,
        at: u32,
        version: u64,
        is_unknown: bool,
        effects: &mut Effects<K, V>,
    ) {
        let work = self.flown(at, version);
        work.inflight = 0;
        if let Some(Turn::Write(write)) = work.head_mut() {
            write.company = Company::None;
            write.is_unknown |= is_unknown;
        }
        self.settle(at, effects);
    }

    /// The outcome of a write-through.
    pub(crate) fn through_ended(
        &mut self,
        at: u32,
        version: u64,
        result: Result<(), Error>,
        absence: Absence,
        effects: &mut Effects<K, V>,
    ) {
        let work = self.flown(at, version);
        work.inflight = 0;
        let Some(Turn::Write(write)) = work.line_mut().pop_front() else {
            debug_assert!(false, "a write-through in flight is the head of its line");
            return self.settle(at, effects);
        };
        debug_assert_eq!(write.version, version, "the head of the line is what was sent");
        match result {
            Ok(()) => self.through_stored(at, write, absence, effects),
            Err(error) => self.fail_through(at, write, error, effects),
        }
        self.settle(at, effects);
    }

    /// A write-through that has left its line is told why it failed. Once an attempt may have
    /// happened, no later failure says that it did not.
    pub(super) fn fail_through(
        &mut self,
        at: u32,
        write: TurnWrite<V>,
        error: Error,
        effects: &mut Effects<K, V>,
    ) {
        let is_unknown = matches!(error.kind(), ErrorKind::Unknown | ErrorKind::Aborted);
        let error = if write.is_unknown && !is_unknown {
            Error::unknown("an earlier attempt may have happened").with_source(error)
        } else {
            error
        };
        if is_unknown || write.is_unknown {
            self.forget_doubtful(at, effects);
        }
        effects.drop(write.held);
        effects.answer_version(write.done, Err(error));
    }

    fn through_stored(
        &mut self,
        at: u32,
        write: TurnWrite<V>,
        absence: Absence,
        effects: &mut Effects<K, V>,
    ) {
        self.stores += 1;
        let work = &mut self.works[self.entries.ties(at).work];
        let was_unstored = work.is_unstored();
        let since = work.since;
        let mut needs_sync = false;
        work.stored = work.stored.max(write.version);
        if write.version > work.version {
            if was_unstored {
                needs_sync = true;
                effects.marks.push(Mark::Settled(work.version));
            }
            work.version = write.version;
            if was_unstored {
                self.end_quarantine(at, effects);
                self.count_gone();
                self.leave_barrier(at, since, None, effects);
            }
            let load = self.works[self.entries.ties(at).work].take_load();
            let is_over = (1..=absence.wall).contains(&write.deadline);
            let visible = if is_over { Ok(None) } else { copied(write.held.value()) };
            if write.is_fenced {
                self.hold(at, Held::Nothing, 0, 0, effects);
            } else {
                self.note_written(at);
                self.hold(at, write.held, write.weight, write.deadline, effects);
                self.now_clean(at, absence, effects);
            }
            if let Some(load) = load {
                effects.answer_load(load, visible);
            }
        } else {
            // What was in quarantine may have been superseded in memory by the newer value only.
            needs_sync = true;
            effects.drop(write.held);
        }
        self.wake_stored(at, effects);
        if needs_sync && self.pen.is_some() {
            // Until what supersedes it is durable, the older value would be back after a power cut.
            effects.safe_versions.push((write.done, write.version));
        } else {
            effects.answer_version(write.done, Ok(write.version));
        }
    }

    /// Nobody knows whether the store has the old value or the new one: memory holds neither.
    fn forget_doubtful(&mut self, at: u32, effects: &mut Effects<K, V>) {
        self.doubt();
        let work = &mut self.works[self.entries.ties(at).work];
        if work.is_unstored() {
            return;
        }
        work.take_load();
        self.hold(at, Held::Nothing, 0, 0, effects);
    }

    pub(super) fn flown(&mut self, at: u32, version: u64) -> &mut super::work::Work<V> {
        self.catch_up(at);
        let work = &mut self.works[self.entries.ties(at).work];
        debug_assert_eq!(work.inflight, version, "the store answers what was sent");
        work
    }

    fn wake_stored(&mut self, at: u32, effects: &mut Effects<K, V>) {
        let work = &mut self.works[self.entries.ties(at).work];
        if !work.has_waiters() {
            return;
        }
        let stored = work.stored;
        for (_, done) in work.waiters_mut().extract_if(.., |(version, _)| *version <= stored) {
            effects.answer(done, Ok(()));
        }
    }
}
