//! Joint writes on their way through the journal: locked, prepared, appended, finished.

use std::sync::Arc;

use forebay_journal::{Channel, Frame, Partner};
use forebay_store::sync::RwLockWriteGuard;
use forebay_store::{Done, Error, Key, Op, Result, Value};

use super::budget::Room;
use super::joint::Joint;
use super::line::Account;
use super::room::Asker;
use super::shared::Shared;
use crate::journal::Id;
use crate::table::{Effects, Part, Shard, Unready};

/// A shard that is locked.
struct Locked<'a, K, V> {
    n: usize,
    table: RwLockWriteGuard<'a, Shard<K, V>>,
    /// What it weighed.
    before: u64,
    effects: Effects<K, V>,
}

/// A part, and the place of its shard among those that are locked.
type Placed = (usize, Part);

impl<K: Key, V: Value> Joint<K, V> {
    /// Locks the shards that it writes to.
    fn lock<'a>(&self, shared: &'a Shared<K, V>) -> Vec<Locked<'a, K, V>> {
        let mut places: Vec<_> = self.writes.iter().map(|write| write.n).collect();
        // Rising: whoever takes several takes them in this order.
        places.sort_unstable();
        places.dedup();
        let lock = |n: usize| {
            let table = shared.cells[n].lock.write();
            Locked { n, before: table.weight(), table, effects: Effects::default() }
        };
        places.into_iter().map(lock).collect()
    }

    /// Prepares all writes under the locks, and puts their ids into the frame. Says what was prepared, and why
    /// there is no more of it.
    fn prepare(
        &self,
        locked: &mut [Locked<'_, K, V>],
        frame: &mut Frame,
    ) -> (Vec<Placed>, Option<Unready>) {
        let mut parts = Vec::with_capacity(self.writes.len());
        let (mut at, mut used) = (0, Room::default());
        for write in &self.writes {
            while locked.get(at).is_some_and(|locked| locked.n != write.n) {
                at += 1;
            }
            let (Some(Locked { table, effects, .. }), Some(accept), Some(mark)) =
                (locked.get_mut(at), &write.accept, write.mark)
            else {
                let error = Error::invalid("it has not been encoded into this frame");
                return (parts, Some(Unready::Failed(error)));
            };
            // All that is taken is in the permit until the writes are accepted: whatever happens, it is
            // given back.
            let before = self.permit.room().beyond(used);
            let mut permit = before;
            match table.prepare_joint(accept, &mut permit, &self.shared.budget, effects) {
                Ok((part, id)) => {
                    self.permit.add(part.need().beyond(before));
                    used.add(part.need());
                    frame.overwrite_at(mark, &id.0.to_le_bytes());
                    parts.push((at, part));
                }
                Err(error) => {
                    // What the shard took of it goes back with the effects.
                    self.permit.hand_on(before.beyond(permit));
                    return (parts, Some(error));
                }
            }
        }
        (parts, None)
    }

    /// Why it could not be prepared.
    fn unready(&mut self, error: Unready) -> Error {
        match error {
            Unready::NoRoom(_) => {
                self.wants_room = true;
                self.shared.busy(self.need, Account::default())
            }
            Unready::Changed => Error::invalid("a joint write expects nothing"),
            Unready::Failed(error) => error,
        }
    }

    /// All writes are accepted.
    fn finish(&mut self, locked: &mut [Locked<'_, K, V>], parts: Vec<Placed>, number: u64) {
        for (write, (at, part)) in self.writes.iter_mut().zip(parts) {
            let (Some(locked), Some(accept)) = (locked.get_mut(at), write.accept.take()) else {
                continue;
            };
            self.permit.hand_on(part.need());
            let accepted = locked.table.finish_joint(part, accept, number, &mut locked.effects);
            self.accepted.push((locked.n, accepted));
        }
        self.is_spent = true;
    }

    /// Nothing is accepted.
    fn withdraw(locked: &mut [Locked<'_, K, V>], parts: &[Placed]) {
        for (at, part) in parts {
            if let Some(Locked { table, effects, .. }) = locked.get_mut(*at) {
                table.withdraw_joint(part, effects);
            }
        }
    }
}

impl<K: Key, V: Value> Partner for Joint<K, V> {
    fn channel(&self) -> &Channel {
        &self.channel
    }

    fn encode(&mut self, frame: &mut Frame) -> Result<()> {
        self.check_unspent()?;
        let Some(journal) = self.shared.journal() else { return Ok(()) };
        self.writes.sort_by_key(|write| write.n);
        self.by_hash.clear();
        for (at, write) in self.writes.iter_mut().enumerate() {
            let Some(accept) = &write.accept else { continue };
            self.by_hash.insert(accept.hash, at);
            let before = frame.length();
            frame.push_with(|bytes| {
                journal.encode(&accept.key, &accept.held, accept.deadline, Id(0), bytes)
            })?;
            if self.shared.is_too_long(frame.length() - before) {
                let message = "a value is too long for the journal, and so to be written together";
                return Err(Error::refused(message));
            }
            (write.mark, write.length) = (Some(frame.mark()), (frame.length() - before) as u64);
        }
        Ok(())
    }

    fn room(&mut self) -> Op<()> {
        if !std::mem::take(&mut self.wants_room) {
            return Op::ready(());
        }
        let (done, op) = Op::pending();
        let permit = Arc::clone(&self.permit);
        self.shared.room_or_busy(self.need, Asker::default(), done, move |done: Done<()>, room| {
            permit.add(room);
            done.complete(Ok(()));
        });
        op
    }

    fn yield_room(&mut self) {
        self.yields_room = true;
    }

    fn enter(
        &mut self,
        frame: &mut Frame,
        append: &mut dyn FnMut(&mut Frame) -> Result<u64>,
    ) -> Result<u64> {
        self.check_unspent()?;
        if self.writes.is_empty() {
            return append(frame).inspect(|_| self.is_spent = true);
        }
        let shared = Arc::clone(&self.shared);
        let now = shared.parts.seams.clock.now();
        for accept in self.writes.iter_mut().filter_map(|write| write.accept.as_mut()) {
            (accept.now, accept.is_over) = (now, shared.is_over(accept.deadline));
        }
        let mut locked = self.lock(&shared);
        let (parts, error) = self.prepare(&mut locked, frame);
        let entered = match error {
            None => self.channel.include(|| append(frame)),
            Some(error) => Err(self.unready(error)),
        };
        match &entered {
            Ok(number) => self.finish(&mut locked, parts, *number),
            Err(_) => Self::withdraw(&mut locked, &parts),
        }
        for Locked { n, mut table, before, mut effects } in locked {
            let after = shared.cells[n].leave(&mut table, before, &mut effects);
            drop(table);
            shared.note_weight(before, after);
            self.left.push((n, effects));
        }
        entered
    }

    fn end(&mut self) {
        let shared = Arc::clone(&self.shared);
        for (n, mut effects) in self.left.drain(..) {
            shared.finish_late(n, &mut effects);
        }
        if self.is_spent || self.wants_room || std::mem::take(&mut self.yields_room) {
            self.permit.give_back();
        }
        if let (false, Some(journal)) = (self.accepted.is_empty(), shared.journal()) {
            journal.log.growth().wrote(self.writes.iter().map(|write| write.length).sum());
        }
        let now = shared.parts.seams.clock.now();
        for (n, accepted) in self.accepted.drain(..) {
            self.receipts.push(shared.accepted(n, accepted, now));
        }
    }
}
