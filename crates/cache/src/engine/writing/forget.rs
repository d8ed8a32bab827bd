//! Taking no writes for a while, and forgetting what is only a copy.

use std::sync::Arc;

use forebay_store::{Key, Value};

use crate::engine::shared::Shared;

impl<K: Key, V: Value> Shared<K, V> {
    /// From now on no write is accepted, or they are again.
    pub(crate) fn set_read_only(&self, is_read_only: bool) {
        // Held until all shards know, so that two who say different things leave them of one mind.
        let mut known = self.read_only.lock();
        if std::mem::replace(&mut *known, is_read_only) != is_read_only {
            for cell in &self.cells {
                cell.lock.write().is_read_only = is_read_only;
            }
        }
    }

    pub(crate) fn is_read_only(&self) -> bool {
        *self.read_only.lock()
    }

    pub(crate) fn invalidate(self: &Arc<Self>, key: &K) -> bool {
        let hash = self.hash(key);
        let forgotten = self.step(self.place(hash), |shard, effects| {
            shard.doubt();
            shard.find(hash, key).is_some_and(|at| shard.invalidate(at, effects))
        });
        // What the journal says of the key is to be as new as what the caller knows.
        self.sync_soon();
        forgotten
    }

    /// Forgets everything that was stored, a few entries under one lock, and says how many that were.
    pub(crate) fn invalidate_all(self: &Arc<Self>) -> u64 {
        let mut forgotten = 0;
        for n in 0..self.cells.len() {
            // In one step: what comes behind `end` is newer than the call, and what was read from the store
            // before it fills nothing (G6), even if the shard is empty.
            let end = self.step(n, |shard, _| {
                shard.doubt();
                shard.slots()
            });
            let mut from = 0;
            while from < end {
                let (next, count) =
                    self.step(n, |shard, effects| shard.invalidate_from(from, end, effects));
                forgotten += count;
                from = next;
            }
        }
        self.sync_soon();
        forgotten
    }
}
