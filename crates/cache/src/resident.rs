//! Going through what is in memory.

use std::fmt;
use std::sync::Arc;

use forebay_store::{Key, Value};

use crate::engine::Shared;

/// Copies of the entries in memory, in no order: what [`Cache::resident`](crate::Cache::resident) gives.
///
/// It holds a lock only while it copies a few entries, and none in between. An entry that is there from
/// beginning to end comes once. One that comes, goes or changes meanwhile may be missing, or come with a value that it
/// had. Looking at it does not count as a use for the eviction policy.
pub struct Resident<K: Key, V: Value> {
    shared: Arc<Shared<K, V>>,
    /// The shard and the slot that come next.
    next: Option<(usize, u32)>,
    ready: std::vec::IntoIter<(K, V)>,
}

impl<K: Key, V: Value> Resident<K, V> {
    pub(crate) fn of(shared: &Arc<Shared<K, V>>) -> Self {
        Self { shared: Arc::clone(shared), next: Some((0, 0)), ready: Vec::new().into_iter() }
    }
}

impl<K: Key, V: Value> Iterator for Resident<K, V> {
    type Item = (K, V);

    fn next(&mut self) -> Option<(K, V)> {
        loop {
            if let Some(entry) = self.ready.next() {
                return Some(entry);
            }
            let (entries, next) = self.shared.resident_from(self.next?);
            (self.ready, self.next) = (entries.into_iter(), next);
        }
    }
}

impl<K: Key, V: Value> fmt::Debug for Resident<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resident").field("next", &self.next).finish_non_exhaustive()
    }
}
