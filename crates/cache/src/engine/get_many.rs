//! Getting many keys at once.

use std::sync::Arc;

use forebay_store::{Key, Op, Value};

use super::join::join;
use super::shared::Shared;

impl<K: Key, V: Value> Shared<K, V> {
    pub(crate) fn get_many(self: &Arc<Self>, keys: &[K]) -> Op<Vec<Option<V>>> {
        let gets: Vec<_> = keys.iter().map(|key| self.get(key)).collect();
        let (done, op) = Op::pending();
        join(gets, move |values| done.complete(values.into_iter().collect()));
        op
    }
}
