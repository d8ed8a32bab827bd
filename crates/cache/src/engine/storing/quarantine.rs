//! What the store refuses: looking at it, trying it again, putting another value in its stead, giving it up.

use std::sync::Arc;

use forebay_journal::Frame;
use forebay_store::{Condition, Durability, Error, Key, Moment, Op, Result, Value};

use crate::engine::pressure::{Account, Asker, Room};
use crate::engine::shared::Shared;
use crate::journal::Id;
use crate::quarantine::{Quarantined, QuarantinedWrite};
use crate::receipt::Receipt;
use crate::table::{Accept, Accepted, Expect, Held, Rejected, Shard, Work};
use crate::write::Write;

impl<K: Key, V: Value> Shared<K, V> {
    /// What is in quarantine from a place on, and the place where that goes on. A place is a shard, and the entry
    /// in its list; none is the first one. Looking at n of them costs n, and a lock a shard.
    pub(crate) fn quarantined_from(
        &self,
        (first, mut from): (usize, Option<u32>),
        max: usize,
    ) -> (Vec<Quarantined<K>>, Option<(usize, u32)>) {
        let mut found = Vec::new();
        for (n, cell) in self.cells.iter().enumerate().skip(first) {
            let shard = cell.lock.read();
            for at in shard.quarantine_from(from.take()) {
                if found.len() >= max {
                    return (found, Some((n, at)));
                }
                found.extend(shard.quarantined_at(at));
            }
        }
        (found, None)
    }

    pub(crate) fn quarantined_write(&self, key: &K) -> Option<QuarantinedWrite<K, V>> {
        let hash = self.hash(key);
        let shard = self.cells[self.place(hash)].lock.read();
        shard.quarantined_write(shard.find(hash, key)?)
    }

    /// Takes a value out of quarantine, to be tried again, if it is of this version. `false` if that is not possible now.
    pub(crate) fn replay(self: &Arc<Self>, key: &K, version: Option<u64>) -> bool {
        let hash = self.hash(key);
        let n = self.place(hash);
        let Some((stamp, frame)) = self.quarantined_frame(n, hash, key) else { return false };
        let length = frame.as_ref().map_or(0, |frame| frame.length());
        let now = self.parts.seams.clock.now();
        let replayed = self.step(n, |shard, effects| {
            let at = shard.find(hash, key);
            let at = at.filter(|at| shard.entry(*at).is_some_and(|entry| entry.stamp == stamp));
            let at = at.filter(|at| is_of(shard, *at, version));
            at.is_some_and(|at| shard.replay(at, frame, now, &self.budget, effects))
        });
        if replayed {
            self.flush_later(now);
        } else if length > 0 {
            self.wish_room_instead(length);
        }
        replayed
    }

    /// The record of a value in quarantine, if there is a journal, and what tells whether it is still
    /// that value.
    fn quarantined_frame(&self, n: usize, hash: u64, key: &K) -> Option<(u64, Option<Box<Frame>>)> {
        let journal = self.journal();
        // The codec is the user's and may call the cache, so it gets a copy, which the stamp holds against the entry.
        let (stamp, value, deadline) = {
            let shard = self.cells[n].lock.read();
            let at = shard.find(hash, key)?;
            shard.work(at)?.quarantined()?;
            let entry = shard.entry(at)?;
            let value = journal.and_then(|_| entry.value().cloned());
            (entry.stamp, value, shard.deadline(at))
        };
        let Some(journal) = journal else { return Some((stamp, None)) };
        let mut frame = Box::<Frame>::default();
        let encode =
            |bytes: &mut Vec<u8>| journal.encode(key, value.as_ref(), deadline, Id(0), bytes);
        frame.push_with(encode).ok()?;
        Some((stamp, Some(frame)))
    }

    /// Puts another value in the stead of the one in quarantine, if that is of this version, which the store is then
    /// given. `None` if the key is not in quarantine, or something else of it is under way.
    pub(crate) fn edit_quarantined(
        self: &Arc<Self>,
        key: &K,
        value: V,
        version: Option<u64>,
    ) -> Op<Option<Receipt>> {
        let rung = match self.parts.write.behind() {
            Some(rung) => rung,
            None if self.journal().is_some() => Durability::Journaled,
            None => Durability::Memory,
        };
        let (weight, deadline) = (self.weigh(key, &value), self.deadline(key, &value));
        let held = Held::Value(value);
        let frame = match self.frame(key, &held, deadline, Write::Behind(rung)) {
            Ok(frame) => frame,
            Err(error) => return Op::failed(error),
        };
        let hash = self.hash(key);
        let n = self.place(hash);
        let Some(stamp) = self.quarantined_stamp(n, hash, key) else { return Op::ready(None) };
        if !self.budget.could_hold(Room { bytes: u64::from(weight), entries: 1 }) {
            return Op::failed(Error::refused(
                "the value is heavier than all unstored writes may be",
            ));
        }
        if self.journal().is_some() && frame.is_none() {
            return Op::failed(Error::refused("the value is too long for the journal"));
        }
        let (wall, now) = (self.wall().0, self.parts.seams.clock.now());
        let accept = Accept {
            hash,
            key: key.clone(),
            held,
            weight,
            deadline,
            now,
            is_over: self.is_over(deadline),
            expect: Some(Expect {
                condition: Condition::Always,
                stamp,
                expiry: 0,
                has_turn: false,
                is_edit: true,
                wall,
                is_uncoalesced: false,
            }),
            frame,
            asker: Asker::default(),
        };
        let accepted = self.step(n, |shard, effects| {
            // A replay or an answer of the store leaves the stamp as it was.
            let at = shard.find(hash, key).filter(|at| is_of(shard, *at, version));
            let work = at.and_then(|at| shard.work(at));
            if work.is_none_or(|work| work.quarantined().is_none()) {
                return Err(Rejected::Changed(Box::new(accept)));
            }
            shard.accept_behind(accept, None, &self.budget, effects)
        });
        self.edited(n, accepted, weight, now, rung)
    }

    /// What a caller is answered that has put another value in its stead.
    fn edited(
        self: &Arc<Self>,
        n: usize,
        accepted: Result<Accepted, Rejected<K, V>>,
        weight: u32,
        now: Moment,
        rung: Durability,
    ) -> Op<Option<Receipt>> {
        match accepted {
            Ok(accepted) => {
                let receipt = self.accepted(n, accepted, now);
                self.when_reached(receipt, rung).map(|receipt| receipt.map(Some))
            }
            Err(Rejected::Changed(_)) => Op::ready(None),
            Err(Rejected::Failed(error)) => {
                self.tell_if_journal_failed();
                Op::failed(error)
            }
            Err(Rejected::NoRoom(..) | Rejected::JournalFull(_)) => {
                let need = Room { bytes: u64::from(weight), entries: 1 };
                Op::failed(self.busy(need, Account::default()))
            }
        }
    }

    /// What tells whether what is in quarantine of a key is still the same.
    fn quarantined_stamp(&self, n: usize, hash: u64, key: &K) -> Option<u64> {
        let shard = self.cells[n].lock.read();
        let at = shard.find(hash, key)?;
        shard.work(at)?.quarantined()?;
        Some(shard.entry(at)?.stamp)
    }

    /// Gives up what was refused of a key, if what is in quarantine is of this version: what waits behind it goes to the
    /// store. `false` if that is not possible now.
    pub(crate) fn discard_quarantined(self: &Arc<Self>, key: &K, version: Option<u64>) -> bool {
        let hash = self.hash(key);
        let (discarded, waits) = self.step(self.place(hash), |shard, effects| {
            let at = shard.find(hash, key).filter(|at| is_of(shard, *at, version));
            let Some(at) = at else { return (false, None) };
            if shard.work(at).is_some_and(Work::is_queued) {
                return (false, shard.version(at));
            }
            (shard.discard(at, effects), None)
        });
        if waits.is_some() {
            return self.replay(key, waits);
        }
        self.sync_soon();
        self.drained();
        discarded
    }
}

/// Whether an entry is of this version, if one is asked for.
fn is_of<K, V>(shard: &Shard<K, V>, at: u32, version: Option<u64>) -> bool {
    version.is_none() || shard.version(at) == version
}
