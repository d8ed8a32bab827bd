//! Writes that are accepted together on their way in: locked, judged, prepared, appended, finished.
//!
//! All shards that are written or looked at are locked until all writes are finished or all are withdrawn. So
//! nothing comes between what was expected and what is written, and whoever sees one of the writes sees all
//! of them from then on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_journal::Frame;
use forebay_store::{Error, ErrorKind, Key, Result, Value};

use super::together::Together;
use crate::engine::locked::Locked;
use crate::engine::pressure::Room;
use crate::table::{Expect, Part, Unready, closed};

/// What must be so of a key for the writes to be accepted.
#[derive(Debug)]
pub(in crate::engine) struct Expected<'a, K> {
    pub(in crate::engine) n: usize,
    pub(in crate::engine) hash: u64,
    pub(in crate::engine) key: &'a K,
    pub(in crate::engine) expect: Expect,
}

impl<K: Key, V: Value> Together<K, V> {
    /// Takes the locks; judges what is expected; makes sure that all writes will be accepted; calls `append`,
    /// once; and makes visible what was accepted. If it fails nothing has happened. What it leaves is for
    /// [`end`](Self::end).
    pub(in crate::engine) fn enter(
        &mut self,
        expected: &[Expected<'_, K>],
        frame: &mut Frame,
        append: impl FnOnce(&mut Frame) -> Result<u64>,
    ) -> Result<u64, Unready> {
        self.check_unspent().map_err(Unready::Failed)?;
        let shared = std::sync::Arc::clone(&self.shared);
        let now = shared.parts.seams.clock.now();
        for accept in self.writes.iter_mut().filter_map(|write| write.accept.as_mut()) {
            (accept.now, accept.is_over) = (now, shared.is_over(accept.deadline));
        }
        let seen = expected.iter().map(|expected| expected.n);
        let mut locked = shared.lock(self.writes.iter().map(|write| write.n).chain(seen));
        let mut parts = Vec::with_capacity(self.writes.len());
        // The code of a key may panic: what was prepared by then is to be withdrawn.
        let prepared = catch_unwind(AssertUnwindSafe(|| {
            judge(&mut locked, expected)?;
            self.prepare(&mut locked, frame, &mut parts)
        }));
        let entered = prepared
            .unwrap_or_else(|_| Err(Unready::Failed(panicked())))
            .and_then(|()| append(frame).map_err(Unready::Failed));
        match &entered {
            Ok(number) => self.finish(&mut locked, parts, *number),
            Err(_) => self.withdraw(&mut locked, &parts),
        }
        shared.unlock(locked, &mut self.left);
        entered
    }

    /// Prepares all writes under the locks, and puts their ids into the frame.
    fn prepare(
        &self,
        locked: &mut Locked<'_, K, V>,
        frame: &mut Frame,
        parts: &mut Vec<Part>,
    ) -> Result<(), Unready> {
        let mut used = Room::default();
        for write in &self.writes {
            let (Some((table, effects)), Some(accept)) = (locked.get(write.n), &write.accept)
            else {
                return Err(Unready::Failed(Error::invalid("it was written already")));
            };
            // All that is taken is in the permit until the writes are accepted: whatever happens, it is
            // given back.
            let before = self.permit.room().beyond(used);
            let mut permit = before;
            match table.prepare_joint(accept, &mut permit, &self.shared.budget, effects) {
                Ok((part, id)) => {
                    let (more, own) = (part.need().beyond(before), part.need().least(before));
                    self.permit.add_noted(more, part.noted().beyond(own), self.asker.account);
                    used.add(part.need());
                    parts.push(part);
                    match (id, write.mark) {
                        (Some(id), Some(mark)) => frame.overwrite_at(mark, &id.0.to_le_bytes()),
                        (Some(_), None) => {
                            let message = "it has not been encoded into this frame";
                            return Err(Unready::Failed(Error::invalid(message)));
                        }
                        (None, _) => {}
                    }
                }
                Err(error) => {
                    // What the shard took of it goes back with the effects.
                    self.permit.hand_on(before.beyond(permit));
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// All writes are accepted.
    fn finish(&mut self, locked: &mut Locked<'_, K, V>, parts: Vec<Part>, number: u64) {
        for (write, part) in self.writes.iter_mut().zip(parts) {
            let (Some((table, effects)), Some(accept)) = (locked.get(write.n), write.accept.take())
            else {
                continue;
            };
            self.permit.hand_on(part.need());
            self.deletes += usize::from(accept.held.value().is_none());
            self.accepted.push((write.n, table.finish_joint(part, accept, number, effects)));
        }
        self.is_spent = true;
    }

    /// Nothing is accepted.
    fn withdraw(&self, locked: &mut Locked<'_, K, V>, parts: &[Part]) {
        for (write, part) in self.writes.iter().zip(parts) {
            if let Some((table, effects)) = locked.get(write.n) {
                table.withdraw_joint(part, effects);
            }
        }
    }
}

/// Whether everything is as expected.
pub(in crate::engine) fn judge<K: Key, V: Value>(
    locked: &mut Locked<'_, K, V>,
    expected: &[Expected<'_, K>],
) -> Result<(), Unready> {
    for Expected { n, hash, key, expect } in expected {
        let Some((table, _)) = locked.get(*n) else { return Err(Unready::Changed) };
        if table.is_closed {
            return Err(Unready::Failed(closed()));
        }
        if table.is_changed(table.find(*hash, key), Some(*expect)) {
            return Err(Unready::Changed);
        }
    }
    Ok(())
}

#[cold]
pub(in crate::engine) fn panicked() -> Error {
    Error::new(ErrorKind::Aborted, "the code of a key panicked; nothing was written")
}
