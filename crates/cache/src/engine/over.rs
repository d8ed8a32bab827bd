//! A put behind at `Memory`, without a journal, where nothing goes on for the key: one lock, and nothing that
//! a step leaves behind it but the values that go.
//!
//! Everything else takes [`Shared::step`].

use std::mem::needs_drop;
use std::sync::Arc;

use forebay_store::{Durability, Key, Value};

use super::shared::Shared;
use super::trampoline::caught;
use crate::receipt::Receipt;
use crate::table::{Entry, Held, Over, Put, Shard};
use crate::write::Write;

/// Who was evicted.
type Gone<K, V> = [Option<Entry<K, V>>; 2];

impl<K: Key, V: Value> Shared<K, V> {
    /// Accepts it if it is as simple as that; else nothing has changed.
    pub(super) fn put_over(self: &Arc<Self>, put: &mut Put<K, V>, write: Write) -> Option<Receipt> {
        if write != Write::Behind(Durability::Memory) || self.journal().is_some() {
            return None;
        }
        let n = self.place(put.hash);
        let cell = &self.cells[n];
        let now = || self.parts.seams.clock.now();
        let mut shard = cell.lock.write();
        match shard.put_over(put, &self.budget, now)? {
            Over::Again(accepted) => Some(Receipt::waiting(self.engine(), n, accepted)),
            Over::Dirtied { accepted, now, before } => {
                let mut resident = self.note_weight(before, shard.weight());
                let gone = self.make_way(&mut shard, &mut resident);
                cell.tell(&mut shard, before);
                drop(shard);
                // Before anybody is answered, so that no caller sees the bound exceeded by his own doing.
                self.fit(n, resident);
                let receipt = self.accepted(n, accepted, now);
                Self::drop_gone(gone);
                Some(receipt)
            }
        }
    }

    /// Evicts under the same lock what the newcomer pushes out of a full memory, if his shard has more than its
    /// share. More than a few are not for one lock; they go as they do after a step.
    fn make_way(&self, shard: &mut Shard<K, V>, resident: &mut i64) -> Gone<K, V> {
        let mut gone = [None, None];
        for place in &mut gone {
            if *resident <= self.capacity() || shard.weight() <= self.share() {
                break;
            }
            let before = shard.weight();
            *place = shard.take_one();
            if place.is_none() {
                break;
            }
            self.counters.evictions.add(1);
            *resident = self.note_weight(before, shard.weight());
        }
        gone
    }

    fn drop_gone(gone: Gone<K, V>) {
        for entry in gone.into_iter().flatten() {
            Self::drop_rest(Some(entry.key), entry.held);
        }
    }

    /// What is left of a put is the key, if it was there, and the value that went. Dropping them may be foreign
    /// code, whose panic is nothing to a put that is accepted.
    pub(super) fn drop_rest(key: Option<K>, held: Held<V>) {
        if needs_drop::<K>() || needs_drop::<V>() {
            // Each alone: two that panic at once would end the process.
            caught(|| drop(key));
            caught(|| drop(held));
        }
    }
}
