//! Opening over a journal: what an earlier owner could not store is dirty again.

use std::sync::Arc;

use forebay_journal::Frame;
use forebay_store::{Durability, Edit, Key, Result, Value};

use super::budget::Room;
use super::journaled::Journaling;
use super::shared::Shared;
use crate::journal::{Fold, Id, Unstored};
use crate::table::{Accept, Held, Rejected};

impl<K: Key, V: Value> Shared<K, V> {
    /// Makes these writes dirty, in their order, and readable; writes them to the journal anew; lets go
    /// of what the journal held before. If that is cut off, the next owner finds the same writes, old
    /// or new, and does it again.
    pub(crate) fn restore(self: &Arc<Self>, fold: Fold) -> Result<()> {
        let Some(journal) = self.journal() else { return Ok(()) };
        let before = journal.log.journal().position().appended;
        journal.log.set_restoring(true);
        for write in fold.unstored() {
            self.restore_one(journal, write)?;
            self.counters.restored.add(1);
        }
        journal.log.set_restoring(false);
        journal.log.pay()?;
        let last = journal.log.journal().position().appended;
        journal.log.journal().wait(last, Durability::Synced)?;
        journal.log.journal().retire(before + 1)?;
        for n in 0..self.cells.len() {
            self.step(n, |shard, _| shard.mark_due());
        }
        self.flush_now();
        Ok(())
    }

    fn restore_one(self: &Arc<Self>, journal: &Journaling<K, V>, write: Unstored) -> Result<()> {
        let key = journal.coder.decode_key(&write.key)?;
        let (held, deadline) = match write.edit {
            Edit::Put { value, expires_at } => {
                let value = journal.coder.decode_value(&value)?;
                (Held::Value(value), expires_at.map_or(0, |at| at.0.max(1)))
            }
            Edit::Delete => (Held::Tombstone, 0),
        };
        let weight = held.value().map_or_else(Self::weigh_absence, |value| self.weigh(&key, value));
        let mut bytes = Vec::new();
        journal.encode(&key, &held, deadline, Id(0), &mut bytes)?;
        let hash = self.hash(&key);
        let mut accept = Accept {
            hash,
            key,
            held,
            weight,
            deadline,
            now: self.parts.seams.clock.now(),
            is_over: self.is_over(deadline),
            expect: None,
            frame: Some(Frame::of(&bytes)?),
        };
        // It was accepted once: it has room even if the bounds are tighter by now.
        let room = Room { bytes: u64::from(weight), entries: 1 };
        loop {
            self.budget.take_anyway(room);
            let restored = self.step(self.place(hash), |shard, effects| {
                shard.restore(accept, write.refused.as_ref(), room, &self.budget, effects)
            });
            accept = match restored {
                Ok(()) => return Ok(()),
                Err(Rejected::JournalFull(again)) => again,
                Err(Rejected::Failed(error)) => return Err(error),
                Err(Rejected::NoRoom(again, _) | Rejected::Changed(again)) => again,
            };
            let length = accept.frame.as_ref().map_or(0, Frame::length);
            journal.log.journal().make_room_own(length)?;
        }
    }
}
