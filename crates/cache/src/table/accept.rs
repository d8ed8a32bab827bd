//! Accepting writes: behind, where the value is visible at once, and through, where it takes a
//! place in the key's line.

use std::hash::Hash;

use forebay_journal::Frame;
use forebay_store::{Condition, Done, Error, ErrorKind, Moment, Result};

use super::effects::{Effects, copied, copied_key};
use super::entry::{Held, ListId, Print};
use super::queue::barred;
use super::shard::Shard;
use super::work::{Company, Turn, TurnWrite, Work};
use crate::engine::{Asker, Budget, Room};

/// A write that asks to be accepted.
#[derive(Debug)]
pub(crate) struct Accept<K, V> {
    pub(crate) hash: u64,
    pub(crate) key: K,
    pub(crate) held: Held<V>,
    pub(crate) weight: u32,
    pub(crate) deadline: u64,
    pub(crate) now: Moment,
    /// Its value has expired already: it is stored, but no caller sees it.
    pub(crate) is_over: bool,
    /// For a modification: what it was computed from, and whether it stands in the line.
    pub(crate) expect: Option<Expect>,
    /// For a write-behind, if there is a journal: its record, which lacks only the version.
    pub(crate) frame: Option<Box<Frame>>,
    /// The account that it is of, and how it waits.
    pub(crate) asker: Asker,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Expect {
    pub(crate) stamp: u64,
    /// When the value that it was computed from is over by itself; 0 is never, or there was none. That the time
    /// to live of its memory copy ends changes nothing.
    pub(crate) expiry: u64,
    pub(crate) has_turn: bool,
    /// It takes the place of what is in quarantine, and waits behind nothing there.
    pub(crate) is_edit: bool,
    /// The wall time now: a value that has expired since it was read has changed.
    pub(crate) wall: u64,
    /// What a store that honours conditions is to see to, if it goes through.
    pub(crate) condition: Condition,
    /// It is to take the place of nothing that is not stored.
    pub(crate) is_uncoalesced: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Accepted {
    pub(crate) at: u32,
    pub(crate) version: u64,
    /// Its number in the journal, if there is one.
    pub(crate) number: u64,
}

#[derive(Debug)]
pub(crate) enum Rejected<K, V> {
    /// So much room is missing: the write is given back.
    NoRoom(Box<Accept<K, V>>, Room),
    /// The journal has no room for it now: the write is given back.
    JournalFull(Box<Accept<K, V>>),
    /// The entry changed under a modification: compute it again.
    Changed(Box<Accept<K, V>>),
    Failed(Error),
}

/// A write-behind that will be accepted: all that may fail has been done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prepared {
    pub(super) at: u32,
    /// The entry alone takes it.
    pub(super) is_quiet: bool,
    /// The room that was taken for it.
    pub(crate) need: Room,
    /// What of it counts as taken by its account.
    pub(super) noted: Room,
    /// What the write that it replaces gives back.
    pub(super) surplus: Room,
    /// It waits behind one that was refused, and so many bytes of the quarantine were taken for it.
    pub(super) queued: Option<u64>,
}

/// Why a write-behind will not be accepted now.
#[derive(Debug)]
pub(crate) enum Unready {
    NoRoom(Room),
    Changed,
    Failed(Error),
}

impl<K, V> Accept<K, V> {
    /// It is not accepted, nor given back: what may run foreign code goes after the step.
    fn let_go(self, effects: &mut Effects<K, V>) {
        effects.drop(self.held);
        effects.drop_key(self.key);
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Shard<K, V> {
    /// Accepts a write-behind. `permit` is room taken already; otherwise room is taken from
    /// `budget` if there is some. What is not needed of it goes back through `effects`.
    pub(crate) fn accept_behind(
        &mut self,
        mut write: Accept<K, V>,
        permit: Option<Room>,
        budget: &Budget,
        effects: &mut Effects<K, V>,
    ) -> Result<Accepted, Rejected<K, V>> {
        let mut permit = permit.unwrap_or_default();
        let prepared = self.prepare_behind(&write, &mut permit, budget, effects);
        // A write that has to ask again does not count twice.
        budget.untake(permit, write.asker.account);
        effects.room.add(permit);
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(Unready::NoRoom(need)) => return Err(Rejected::NoRoom(Box::new(write), need)),
            Err(Unready::Changed) => return Err(Rejected::Changed(Box::new(write))),
            Err(Unready::Failed(error)) => {
                write.let_go(effects);
                return Err(Rejected::Failed(error));
            }
        };
        let number = match self.enter(&prepared, &mut write) {
            Ok(number) => number,
            Err(error) => return Err(self.not_entered(&prepared, write, error, budget, effects)),
        };
        effects.frame = write.frame.take();
        Ok(self.finish_behind(prepared, write, number, effects))
    }

    /// Does all of a write-behind that may fail. Room is taken from `permit`, and what that lacks from
    /// `budget`. What follows under the same lock is [`finish_behind`](Self::finish_behind), or
    /// [`withdraw`](Self::withdraw).
    pub(crate) fn prepare_behind(
        &mut self,
        write: &Accept<K, V>,
        permit: &mut Room,
        budget: &Budget,
        effects: &mut Effects<K, V>,
    ) -> Result<Prepared, Unready> {
        self.check_open().map_err(Unready::Failed)?;
        let found = self.found(write.hash, &write.key).map_err(Unready::Failed)?;
        if self.is_changed(found, write.expect) {
            return Err(Unready::Changed);
        }
        if let Some(at) = found.filter(|at| self.bar(*at, write.expect).is_some()) {
            return self.prepare_queued(at, write, budget).map_err(Unready::Failed);
        }
        // Before room is taken, for a clone may panic.
        let key = match found {
            Some(_) => None,
            None => Some(copied_key(&write.key).map_err(Unready::Failed)?),
        };
        let quiet = found.filter(|at| self.is_quiet(*at));
        let (need, surplus) = match quiet {
            Some(at) => Self::growth(u64::from(self.entries[at].weight()), write.weight),
            None => Self::need(found.and_then(|at| self.work(at)), write.weight),
        };
        // The need may have grown or shrunk since the permit was asked for.
        let lacking = need.beyond(*permit);
        let Some(mut noted) = budget.try_take_noted(lacking, write.asker.account) else {
            if let Some(key) = key {
                effects.drop_key(key);
            }
            return Err(Unready::NoRoom(need));
        };
        noted.add(need.least(*permit));
        *permit = permit.beyond(need);
        if let Some(at) = quiet {
            return Ok(Prepared { at, is_quiet: true, need, noted, surplus, queued: None });
        }
        // Not looked up again: that may panic, and the room would be lost.
        let insert = || self.entries.insert(key?, Print::of(write.hash));
        let Some(at) = found.or_else(insert) else {
            effects.room.add(need);
            return Err(Unready::Failed(full()));
        };
        if self.ensure_work(at).is_none() {
            effects.room.add(need);
            self.settle(at, effects);
            return Err(Unready::Failed(full()));
        }
        Ok(Prepared { at, is_quiet: false, need, noted, surplus, queued: None })
    }

    /// Accepts what was prepared and has the journal's `number`. It cannot fail.
    pub(crate) fn finish_behind(
        &mut self,
        prepared: Prepared,
        write: Accept<K, V>,
        number: u64,
        effects: &mut Effects<K, V>,
    ) -> Accepted {
        effects.room.add(prepared.surplus);
        if prepared.is_quiet {
            let Accept { key, mut held, weight, deadline, .. } = write;
            let accepted = self.overwrite_quiet(prepared.at, &mut held, weight, deadline, number);
            effects.drop(held);
            effects.drop_key(key);
            return accepted;
        }
        let version = self.next_seq();
        if prepared.queued.is_some() {
            return self.queue(prepared.at, write, version, number, effects);
        }
        self.make_dirty(prepared.at, write, version, number, effects)
    }

    /// What was prepared is not accepted. The room that was taken for it is the caller's business.
    pub(crate) fn withdraw(&mut self, prepared: &Prepared, effects: &mut Effects<K, V>) {
        effects.quarantine_bytes += prepared.queued.unwrap_or(0);
        self.settle(prepared.at, effects);
    }

    /// Appends a write to the journal, as the version that comes next. It is accepted after that.
    fn enter(&self, prepared: &Prepared, write: &mut Accept<K, V>) -> Result<u64> {
        match (&self.pen, &mut write.frame) {
            (Some(pen), Some(frame)) if prepared.queued.is_some() => {
                self.enter_queued(prepared.at, pen, frame)
            }
            (Some(pen), Some(frame)) => pen.write(frame, self.seq + 1),
            (Some(_), None) => Err(Error::invalid("a write-behind has no record")),
            (None, _) => Ok(0),
        }
    }

    /// The journal did not take a write, and nothing has changed.
    #[cold]
    fn not_entered(
        &mut self,
        prepared: &Prepared,
        write: Accept<K, V>,
        error: Error,
        budget: &Budget,
        effects: &mut Effects<K, V>,
    ) -> Rejected<K, V> {
        budget.untake(prepared.noted, write.asker.account);
        effects.room.add(prepared.need);
        self.withdraw(prepared, effects);
        if error.kind() == ErrorKind::Busy {
            return Rejected::JournalFull(Box::new(write));
        }
        write.let_go(effects);
        Rejected::Failed(error)
    }

    /// The room that a new visible version needs beyond what its key holds, and what it gives back.
    fn need(work: Option<&Work<V>>, weight: u32) -> (Room, Room) {
        match work {
            Some(work) if work.is_to_store() => Self::growth(work.room().bytes, weight),
            // What the store is working on holds its room until the store has answered.
            Some(work) if work.is_unstored() && work.quarantined().is_none() => {
                (Room { bytes: u64::from(weight), entries: 0 }, Room::default())
            }
            _ => (Room { bytes: u64::from(weight), entries: 1 }, Room::default()),
        }
    }

    /// An overwrite of what waits needs growth only, so hot keys never stall.
    fn growth(held: u64, weight: u32) -> (Room, Room) {
        let weight = u64::from(weight);
        (
            Room { bytes: weight.saturating_sub(held), entries: 0 },
            Room { bytes: held.saturating_sub(weight), entries: 0 },
        )
    }

    pub(super) fn make_dirty(
        &mut self,
        at: u32,
        write: Accept<K, V>,
        version: u64,
        number: u64,
        effects: &mut Effects<K, V>,
    ) -> Accepted {
        let has_turn = write.expect.is_some_and(|expect| expect.has_turn);
        let Accept { key, mut held, weight, deadline, now, is_over, .. } = write;
        effects.drop_key(key);
        self.catch_up(at);
        let was_listed = self.entries[at].list();
        let work = &mut self.works[self.entries.ties(at).work];
        let was_unstored = work.is_unstored();
        self.coalesced += u64::from(was_unstored && work.inflight != work.version);
        let is_waiting = work.is_to_store();
        if let Some(cause) = work.leave_quarantine() {
            // A newer write ends the quarantine of an older one (G4: superseded).
            effects.drop_error(Some(cause));
            effects.drop_error(work.forget_failure());
            effects.quarantine_bytes += work.quarantine_bytes();
        } else if work.was_refused() {
            // Nor does it inherit what is told of one that is tried again.
            effects.drop_error(work.forget_failure());
        }
        if !was_unstored {
            work.since = version;
        } else if work.inflight == work.version {
            self.overtaken += work.overtake_inflight(version);
        }
        work.hold_room(weight);
        work.version = version;
        if let Some(load) = work.take_load() {
            // G6: the load is cut off, and the callers that waited for it are told what is newer.
            effects.answer_load(load, if is_over { Ok(None) } else { copied(held.value()) });
        }
        if has_turn {
            work.line_mut().pop_front();
        }
        if !was_unstored {
            self.count_unstored();
        }
        // An overwrite of what waits does not restart its age.
        if !is_waiting {
            let now = self.dated(now);
            self.date(at, now);
        }
        self.note_written(at);
        if was_listed == ListId::Dirty {
            self.replace_dirty(at, &mut held, weight, deadline);
            effects.drop(held);
        } else {
            self.hold(at, held, weight, deadline, effects);
        }
        self.settle(at, effects);
        Accepted { at, version, number }
    }

    /// Puts a write-through into the key's line. It becomes visible when the store has it.
    pub(crate) fn accept_through(
        &mut self,
        write: Accept<K, V>,
        done: Done<u64>,
        keeps: bool,
        effects: &mut Effects<K, V>,
    ) -> Result<u32, (Rejected<K, V>, Done<u64>)> {
        let found = self.check_open().and_then(|()| self.found(write.hash, &write.key));
        let found = match found {
            Ok(found) => found,
            Err(error) => {
                write.let_go(effects);
                return Err((Rejected::Failed(error), done));
            }
        };
        if self.is_changed(found, write.expect) {
            return Err((Rejected::Changed(Box::new(write)), done));
        }
        if let Some(cause) = found.and_then(|at| self.bar(at, None)) {
            let error = barred(cause);
            write.let_go(effects);
            return Err((Rejected::Failed(error), done));
        }
        let Accept { hash, key, held, weight, deadline, expect, .. } = write;
        let at = match self.ensure_at(found, hash, key, effects) {
            Ok(at) => at,
            Err(error) => {
                effects.drop(held);
                return Err((Rejected::Failed(error), done));
            }
        };
        let Some(work) = self.ensure_work(at) else {
            self.settle(at, effects);
            effects.drop(held);
            return Err((Rejected::Failed(full()), done));
        };
        // What is not stored is perhaps never stored: then the store does not have what the write was computed from.
        let condition = expect.filter(|_| !work.is_unstored()).map(|expect| expect.condition);
        let turn = Turn::Write(TurnWrite {
            version: 0,
            held,
            weight,
            deadline,
            is_fenced: !keeps,
            company: Company::Any,
            is_unknown: false,
            condition: condition.unwrap_or(Condition::Always),
            done,
        });
        let line = self.works[self.entries.ties(at).work].line_mut();
        // A modification that stands in the line writes at its own place.
        if expect.is_some_and(|expect| expect.has_turn) {
            line.pop_front();
            line.push_front(turn);
        } else {
            line.push_back(turn);
        }
        self.settle(at, effects);
        Ok(at)
    }

    /// Whether a modification was computed from something else than what is there now.
    pub(crate) fn is_changed(&self, found: Option<u32>, expect: Option<Expect>) -> bool {
        let Some(expect) = expect else { return false };
        let Some(at) = found else { return true };
        let line_is_mine = match self.work(at) {
            Some(work) => expect.has_turn || !work.has_line(),
            None => !expect.has_turn,
        };
        let entry = &self.entries[at];
        let has_expired = (1..=expect.wall).contains(&expect.expiry);
        let would_coalesce = expect.is_uncoalesced && self.unstored_version(at).is_some();
        entry.stamp != expect.stamp || !line_is_mine || has_expired || would_coalesce
    }

    /// The visible version, if the store is still to get it. What is in quarantine it is not.
    pub(crate) fn unstored_version(&self, at: u32) -> Option<u64> {
        let work = self.work(at)?;
        (work.is_unstored() && work.quarantined().is_none()).then_some(work.version)
    }
}

#[cold]
pub(crate) fn closed() -> Error {
    Error::new(ErrorKind::Closed, "the cache is closed")
}

#[cold]
pub(super) fn read_only() -> Error {
    Error::unsupported("the cache is read-only now: see `Cache::set_read_only`")
        .with_source(ReadOnly)
}

/// What tells this refusal from one of a store below, which is for good.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReadOnly;

impl ReadOnly {
    pub(crate) fn is_cause_of(error: &Error) -> bool {
        std::error::Error::source(error).is_some_and(<dyn std::error::Error>::is::<Self>)
    }
}

impl std::fmt::Display for ReadOnly {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("it was told to take no writes")
    }
}

impl std::error::Error for ReadOnly {}

#[cold]
pub(super) fn full() -> Error {
    Error::unavailable(
        "a shard holds as many entries as it can number: open the cache with more `shards`",
    )
}
