//! Getting: from memory at once, else by one load.

use std::sync::Arc;

use forebay_store::{Key, Op, Value};

use super::shared::Shared;
use crate::table::{Read, Used, closed};

/// A key that memory knows nothing of: its shard and its hash.
pub(super) struct Missed {
    pub(super) n: usize,
    pub(super) hash: u64,
}

impl<K: Key, V: Value> Shared<K, V> {
    pub(crate) fn get(self: &Arc<Self>, key: &K) -> Op<Option<V>> {
        match self.get_here(key) {
            Ok(op) => op,
            Err(Missed { n, hash }) => self.load_op(n, hash, key.clone()),
        }
    }

    /// What memory answers, if it does.
    #[inline]
    pub(super) fn get_here(self: &Arc<Self>, key: &K) -> Result<Op<Option<V>>, Missed> {
        let hash = self.hash(key);
        let n = self.place(hash);
        let cell = &self.cells[n];
        {
            let shard = cell.lock.read();
            if shard.is_closed {
                return Ok(Op::failed(closed()));
            }
            if let Some(at) = shard.find(hash, key)
                && let Read::Hit(value) = shard.read(at, || self.wall())
            {
                let used = shard.touch(at, || self.wall().0);
                cell.hits.add(1);
                if used != Used::default() {
                    drop(shard);
                    self.note_used(n, hash, key, used);
                }
                return Ok(Op::ready(value));
            }
        }
        cell.misses.add(1);
        Err(Missed { n, hash })
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
