//! What stands in the store's place after a clean close.

use std::sync::Arc;

use forebay_store::{BackingStore, Batch, Capabilities, Cursor, Done, Outcome, Page};

use crate::table::closed;

/// It answers `Closed`.
#[derive(Debug)]
pub(super) struct ClosedStore;

impl<K, V> BackingStore<K, V> for ClosedStore {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    fn load(&self, _: Arc<[K]>, done: Done<Vec<Option<V>>>) {
        done.complete(Err(closed()));
    }

    fn apply(&self, _: Arc<Batch<K, V>>, done: Done<Vec<Outcome>>) {
        done.complete(Err(closed()));
    }

    fn scan(&self, _: Option<Cursor>, _: usize, done: Done<Page<K, V>>) {
        done.complete(Err(closed()));
    }

    fn count(&self, done: Done<u64>) {
        done.complete(Err(closed()));
    }
}
