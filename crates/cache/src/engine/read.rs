//! Getting: from memory at once, else by one load.

use std::sync::Arc;

use forebay_store::{Key, Op, Value};

use super::shared::Shared;
use crate::table::{Read, closed};

impl<K: Key, V: Value> Shared<K, V> {
    pub(crate) fn get(self: &Arc<Self>, key: &K) -> Op<Option<V>> {
        let hash = self.hash(key);
        let n = self.place(hash);
        let cell = &self.cells[n];
        {
            let shard = cell.lock.read();
            if shard.is_closed {
                return Op::failed(closed());
            }
            if let Some(at) = shard.find(hash, key)
                && let Read::Hit(value) = shard.read(at, || self.wall())
            {
                shard.touch(at);
                cell.hits.add(1);
                return Op::ready(value);
            }
        }
        cell.misses.add(1);
        self.load_op(n, hash, key.clone())
    }

    /// Memory only: no load, and no trace in the eviction policy.
    pub(crate) fn peek(&self, key: &K) -> Option<V> {
        let hash = self.hash(key);
        let shard = self.cells[self.place(hash)].lock.read();
        if shard.is_closed {
            return None;
        }
        let at = shard.find(hash, key)?;
        match shard.read(at, || self.wall()) {
            Read::Hit(value) => value,
            Read::Miss => None,
        }
    }
}
