//! Choosing what goes to the store next.

use std::hash::Hash;
use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_store::{Condition, Edit, Error, ErrorKind, Moment, WallTime, WriteOp};

use super::effects::Effects;
use super::shard::Shard;
use super::work::Turn;
use crate::engine::Budget;

/// A write on its way to the store.
#[derive(Debug)]
pub(crate) struct Picked<K, V> {
    pub(crate) at: u32,
    pub(crate) is_through: bool,
    pub(crate) dirtied_at: Moment,
    pub(crate) weight: u32,
    pub(crate) op: WriteOp<K, V>,
}

/// A write that cannot be sent, because its `clone` panics, nor be put in quarantine. It counts as with the store
/// until it is parked.
#[derive(Debug)]
pub(crate) struct Unsendable {
    pub(crate) at: u32,
    pub(crate) version: u64,
    pub(crate) dirtied_at: Moment,
    pub(crate) tries: u32,
    pub(crate) cause: Error,
}

impl<K: Eq + Hash + Clone, V: Clone> Shard<K, V> {
    /// Sends the next version of an entry: the older of the visible one, if it is not stored, and
    /// the head of its line (G3). `None` if it is not its turn.
    pub(crate) fn pick(&mut self, at: u32) -> Option<Picked<K, V>> {
        self.catch_up(at)?;
        let entry = self.entries.get(at)?;
        let work = self.works.get_mut(self.entries.ties(at).work)?;
        if work.inflight != 0 || work.parked() != 0 {
            return None;
        }
        let is_through = work.through().is_some_and(|write| {
            let dirty_first = work.is_to_store() && work.version < write.version;
            !dirty_first
        });
        if !is_through && !work.is_to_store() {
            return None;
        }
        let (version, value, deadline, weight, condition) = match work.head() {
            Some(Turn::Write(write)) if is_through => {
                (write.version, write.held.value(), write.deadline, write.weight, write.condition)
            }
            _ => {
                let deadline = self.entries.deadline(at);
                (work.version, entry.value(), deadline, entry.weight(), Condition::Always)
            }
        };
        let op =
            WriteOp { key: entry.key.clone(), edit: edit_of(value, deadline), version, condition };
        work.inflight = version;
        let dirtied_at = work.dirtied.at();
        if !is_through {
            self.unlist(at);
        }
        Some(Picked { at, is_through, dirtied_at, weight, op })
    }

    /// What the next pick of an entry would be: `Some(true)` for a write-through.
    pub(crate) fn next_kind(&self, at: u32) -> Option<bool> {
        let work = self.work(at)?;
        if work.inflight != 0 || work.parked() != 0 {
            return None;
        }
        match work.through() {
            Some(write) => Some(!(work.is_to_store() && work.version < write.version)),
            None => work.is_to_store().then_some(false),
        }
    }

    /// Sends the oldest dirty entry if `is_due` says so of when it was dirtied, and of whether it is due by a
    /// mark.
    pub(crate) fn pick_dirty(
        &mut self,
        is_due: impl Fn(Moment, bool) -> bool,
        budget: &Budget,
        effects: &mut Effects<K, V>,
    ) -> Option<Picked<K, V>> {
        loop {
            self.fill_dirty();
            let at = self.dirty.head()?;
            let work = &self.works[self.entries.ties(at).work];
            if !is_due(work.dirtied.at(), work.since <= self.due_mark) {
                return None;
            }
            if work.inflight == 0 && !work.is_behind_through() {
                if let Some(picked) = self.pick_caught(at, budget, effects) {
                    return Some(picked);
                }
                // It is in quarantine now, or waits for a back-off; else nothing more is sent here.
                if self.dirty.head() == Some(at) {
                    return None;
                }
                continue;
            }
            self.dirty.unlink(&mut self.entries, at);
            // Not its turn: `settle` brings it back to the head when it is. Each entry is met at
            // most once for each time it is sent, so the cost stays constant.
            if let Some(work) = self.catch_up(at) {
                work.set_met(true);
            }
        }
    }

    /// Picks an entry whose `clone` may panic. Such a value cannot be stored: it goes into
    /// quarantine, where it holds up nobody (G8).
    pub(crate) fn pick_caught(
        &mut self,
        at: u32,
        budget: &Budget,
        effects: &mut Effects<K, V>,
    ) -> Option<Picked<K, V>> {
        let picked = catch_unwind(AssertUnwindSafe(|| self.pick(at)));
        picked.unwrap_or_else(|_| {
            let message = "the clone of a key or value panicked while it was to be stored";
            let error = Error::new(ErrorKind::Aborted, message);
            if self.next_kind(at) == Some(true) {
                let work = self.work_mut(at)?;
                if let Some(Turn::Write(write)) = work.line_mut().pop_front() {
                    self.fail_through(at, write, error, effects);
                }
                self.settle(at, effects);
                return None;
            }
            let work = self.work_mut(at)?;
            let version = work.version;
            work.inflight = version;
            if self.refused(at, version, &error, budget, effects) {
                return None;
            }
            let work = self.work_mut(at)?;
            let (dirtied_at, tries) = (work.dirtied.at(), work.tries());
            let waiters = std::mem::take(work.waiters_mut());
            for (_, waiter) in waiters {
                effects.answer(waiter, Err(error.clone()));
            }
            effects.unsendable.push(Unsendable { at, version, dirtied_at, tries, cause: error });
            self.settle(at, effects);
            None
        })
    }
}

/// What the store is asked to do with a value, or where there is none.
pub(crate) fn edit_of<V: Clone>(value: Option<&V>, deadline: u64) -> Edit<V> {
    match value {
        Some(value) => Edit::Put {
            value: value.clone(),
            expires_at: (deadline != 0).then_some(WallTime(deadline)),
        },
        None => Edit::Delete,
    }
}
