//! Writes of several keys that the store takes as a whole: how they take off, and how they land.
//!
//! # States
//!
//! | state | what holds | goes to |
//! |---|---|---|
//! | *in line* | somebody has the turns of all keys that it writes or has looked at; nothing else is known of it | *held up*, *queued* or gone |
//! | *held up* | as *in line*; something older of a key is not stored, and the flusher is at it. What the closure has computed is forgotten | *in line*, when that is stored; gone, if it cannot be stored now, or with a close |
//! | *queued* | in one step under all locks: what was expected held, nothing older was unstored, each turn became a write-through that counts as with the store. The turns of keys that were only looked at are given up | *with the store*; gone, if a close ends before |
//! | *with the store* | one batch, which is sent once and never in part | *landed* |
//! | *landed* | in one step under all locks: all are visible, or nothing has changed, or nobody knows and memory has let go of all of them | gone, and answered once |
//!
//! A write behind that comes from *queued* on is newer, and goes after it. Only until *queued* does it end with
//! its caller. There is no record of it in the journal: a kill leaves what the store makes of a batch that it takes as a
//! whole. It counts no bytes among the unstored: what bounds it is one batch, for each of the writers who may be under way.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_store::{Error, ErrorKind, Key, Op, Outcome, Result, Value, WriteOp};

use super::entering::{Expected, judge, panicked};
use super::together::Together;
use crate::engine::locked::Locked;
use crate::engine::shared::Shared;
use crate::engine::storing::{Flight, Item};
use crate::table::{Picked, Readiness, Unready, closed, edit_of};

/// Writes that have taken off.
pub(in crate::engine) struct TakenOff<K, V> {
    /// What will be told of each.
    pub(in crate::engine) told: Vec<Op<u64>>,
    /// For the flusher.
    pub(in crate::engine) flight: Flight<K, V>,
}

/// Why writes do not take off now.
pub(in crate::engine) enum Grounded {
    /// Something older is not stored; these are answered when it is.
    HeldUp(Vec<Op<()>>),
    Unready(Unready),
}

impl<K: Key, V: Value> Together<K, V> {
    /// What the store is asked to do, in the order of the writes; their versions are not known yet. Foreign code
    /// runs here.
    pub(in crate::engine) fn operations(&self) -> Vec<WriteOp<K, V>> {
        let accepts = self.writes.iter().filter_map(|write| write.accept.as_ref());
        let operation = |accept: &crate::table::Accept<K, V>| WriteOp {
            key: accept.key.clone(),
            edit: edit_of(accept.held.value(), accept.deadline),
            version: 0,
            condition: forebay_store::Condition::Always,
        };
        accepts.map(operation).collect()
    }

    /// Takes the locks; judges what is expected; makes sure that nothing older has to go first; and has all writes, of
    /// whose keys the caller has the turns, go as one flight. If it fails nothing
    /// has happened. What it leaves is for [`end`](Self::end).
    pub(in crate::engine) fn take_off(
        &mut self,
        expected: &[Expected<'_, K>],
        operations: Vec<WriteOp<K, V>>,
        keeps: bool,
    ) -> Result<TakenOff<K, V>, Grounded> {
        let shared = Arc::clone(&self.shared);
        let seen = expected.iter().map(|expected| expected.n);
        let mut locked = shared.lock(self.writes.iter().map(|write| write.n).chain(seen));
        // The code of a key may panic. Nothing has changed by then.
        let found = catch_unwind(AssertUnwindSafe(|| {
            judge(&mut locked, expected)?;
            self.readiness(&mut locked)
        }));
        let found = found.unwrap_or_else(|_| Err(Unready::Failed(panicked())));
        let taken = match found {
            Ok(found) => {
                let older = wait_older(&mut locked, &found);
                if older.is_empty() {
                    Ok(self.board(&mut locked, &found, operations, keeps))
                } else {
                    Err(Grounded::HeldUp(older))
                }
            }
            Err(unready) => Err(Grounded::Unready(unready)),
        };
        shared.unlock(locked, &mut self.left);
        let (told, items) = taken?;
        let flight = shared.flight_of(items, 1).map(|flight| Flight { is_group: true, ..flight });
        let nothing = || Grounded::Unready(Unready::Failed(Error::invalid("it writes nothing")));
        Ok(TakenOff { told, flight: flight.ok_or_else(nothing)? })
    }

    /// Where the entries of the writes are, and whether they may go now.
    fn readiness(&self, locked: &mut Locked<'_, K, V>) -> Result<Vec<(usize, Readiness)>, Unready> {
        let mut found = Vec::with_capacity(self.writes.len());
        for write in &self.writes {
            let (Some((table, _)), Some(accept)) = (locked.get(write.n), &write.accept) else {
                return Err(Unready::Failed(Error::invalid("it was written already")));
            };
            let readiness = table.readiness(accept.hash, &accept.key).map_err(Unready::Failed)?;
            found.push((write.n, readiness.ok_or(Unready::Changed)?));
        }
        Ok(found)
    }

    /// All turns become writes that are with the store. It cannot fail.
    fn board(
        &mut self,
        locked: &mut Locked<'_, K, V>,
        found: &[(usize, Readiness)],
        operations: Vec<WriteOp<K, V>>,
        keeps: bool,
    ) -> (Vec<Op<u64>>, Vec<Item<K, V>>) {
        let (mut ops, mut items) = (Vec::new(), Vec::new());
        let writes = self.writes.iter_mut().zip(found).zip(operations);
        for ((write, (n, readiness)), op) in writes {
            let (Some((table, effects)), Some(accept)) = (locked.get(*n), write.accept.take())
            else {
                continue;
            };
            let (Readiness::Now(at) | Readiness::Later(at)) = *readiness;
            if accept.held.value().is_some() {
                self.shared.cells.tally().put();
            } else {
                self.deletes += 1;
            }
            let (weight, dirtied_at) = (accept.weight, accept.now);
            let keeps = keeps && self.shared.is_worth_keeping(weight);
            let (done, told) = Op::pending();
            let version = table.take_off(at, accept, keeps, done, effects);
            let op = WriteOp { version, ..op };
            ops.push(told);
            items.push(Item {
                n: *n,
                picked: Picked { at, is_through: true, dirtied_at, weight, op },
            });
        }
        self.is_spent = true;
        (ops, items)
    }
}

/// Has the flusher see to what is older of these entries; answers who is told when it is stored.
fn wait_older<K: Key, V: Value>(
    locked: &mut Locked<'_, K, V>,
    found: &[(usize, Readiness)],
) -> Vec<Op<()>> {
    let mut older = Vec::new();
    for (n, readiness) in found {
        if let (Readiness::Later(at), Some((table, effects))) = (readiness, locked.get(*n)) {
            let (done, op) = Op::pending();
            table.wait_older(*at, done, effects);
            older.push(op);
        }
    }
    older
}

impl<K: Key, V: Value> Shared<K, V> {
    /// The store has answered a group.
    pub(in crate::engine) fn group_ended(
        self: &Arc<Self>,
        flight: &Flight<K, V>,
        outcomes: Vec<Outcome>,
    ) {
        for outcome in &outcomes {
            self.note_outcome(outcome);
        }
        self.end_group(flight, &verdict(outcomes));
    }

    /// Everything of a group ends in one step, and in the same way.
    pub(in crate::engine) fn end_group(
        self: &Arc<Self>,
        flight: &Flight<K, V>,
        result: &Result<()>,
    ) {
        let absence = self.absence();
        let mut left = Vec::new();
        let mut locked = self.lock(flight.refs.iter().map(|item| item.n));
        for item in &flight.refs {
            if let Some((table, effects)) = locked.get(item.n) {
                table.through_ended(item.at, item.version, result.clone(), absence, effects);
            }
        }
        self.unlock(locked, &mut left);
        self.finish_all(&mut left);
    }

    /// A close has reported: groups that have not gone will not go.
    pub(in crate::engine) fn ground_groups(self: &Arc<Self>) {
        for flight in self.take_groups() {
            self.end_group(&flight, &Err(closed()));
        }
    }
}

/// What became of a group, by what the store says of each write of it.
fn verdict(outcomes: Vec<Outcome>) -> Result<()> {
    let stored = outcomes.iter().filter(|outcome| outcome.is_stored()).count();
    if stored == outcomes.len() {
        return Ok(());
    }
    let gravity = |outcome: &Outcome| match outcome {
        Outcome::Unknown(_) => 3,
        Outcome::Refused(_) => 2,
        Outcome::Stored => 0,
        _ => 1,
    };
    let gravest = outcomes.into_iter().rev().max_by_key(gravity);
    let is_unknown = matches!(gravest, Some(Outcome::Unknown(_)));
    let cause = gravest.and_then(|outcome| outcome.into_result().err());
    let cause = cause.unwrap_or_else(|| Error::unknown("the store says nothing"));
    if stored > 0 {
        let message = "the store has taken a part of what it takes as a whole";
        return Err(Error::unknown(message).with_source(cause));
    }
    let is_told = matches!(cause.kind(), ErrorKind::Unknown | ErrorKind::Aborted);
    if is_unknown && !is_told {
        return Err(Error::unknown("the store may have taken it").with_source(cause));
    }
    Err(cause)
}
