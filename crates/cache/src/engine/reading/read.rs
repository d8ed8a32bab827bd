//! Getting: from memory at once, else by one load.

use std::sync::Arc;

use forebay_store::{Key, Op, Value};

use crate::engine::cells::{Looked, Missed};
use crate::engine::shared::Shared;
use crate::table::{Used, closed};

impl<K: Key, V: Value> Shared<K, V> {
    /// What memory answers, if it does.
    #[inline]
    pub(in crate::engine) fn get_here(self: &Arc<Self>, key: &K) -> Result<Op<Option<V>>, Missed> {
        match self.cells.look(key, || self.wall()) {
            Ok(value) => Ok(Op::ready(Some(value))),
            Err(Looked::Missed(missed)) => Err(missed),
            Err(looked) => Ok(self.get_looked(looked, key)),
        }
    }

    /// What is answered to who has found no plain value.
    #[inline(never)]
    pub(crate) fn get_looked(self: &Arc<Self>, looked: Looked<V>, key: &K) -> Op<Option<V>> {
        match looked {
            Looked::Hit(value) => Op::ready(value),
            Looked::Timed(value, at, used) => self.hit_timed(at, key, value, used),
            Looked::Missed(missed) => self.get_missed(missed, key),
            Looked::Closed => Op::failed(closed()),
        }
    }

    /// A hit of which the times of the entry say that something is to be done.
    #[cold]
    fn hit_timed(
        self: &Arc<Self>,
        at: Missed,
        key: &K,
        value: Option<V>,
        used: Used,
    ) -> Op<Option<V>> {
        let Missed { hash, .. } = at;
        self.note_used(self.place(hash), hash, key, used);
        Op::ready(value)
    }

    /// What the store answers for a key that memory has missed.
    #[cold]
    fn get_missed(self: &Arc<Self>, Missed { hash, .. }: Missed, key: &K) -> Op<Option<V>> {
        self.load_op(self.place(hash), hash, key.clone())
    }
}
