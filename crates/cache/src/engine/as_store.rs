//! A cache as a backing store, so that tiers stack.
//!
//! `Stored` means stored all the way down: writes that come from an upper tier go through, whatever
//! this cache's own default is.

use std::sync::Arc;

use forebay_store::{
    BackingStore, Batch, Capabilities, Cursor, Done, Edit, Error, Key, Outcome, Page, Result, Value,
};

use crate::answers::Answers;
use crate::cache::Cache;
use crate::table::{Barred, Held, ReadOnly};
use crate::write::Write;

impl<K: Key, V: Value> BackingStore<K, V> for Cache<K, V> {
    fn capabilities(&self) -> Capabilities {
        let store = self.shared().capabilities.clone();
        let mut capabilities = Capabilities::default();
        capabilities.batch_ops_max = store.batch_ops_max;
        capabilities.value_bytes_max = store.value_bytes_max;
        // Hits take no place below, so the tier above need not hold back.
        capabilities.concurrency = store.concurrency.max(64);
        capabilities.scan = store.scan;
        capabilities
    }

    fn load(&self, keys: Arc<[K]>, done: Done<Vec<Option<V>>>) {
        self.get_many(&keys).forward(done);
    }

    fn apply(&self, batch: Arc<Batch<K, V>>, done: Done<Vec<Outcome>>) {
        let writes = batch.ops.iter().map(|op| match &op.edit {
            Edit::Put { value, .. } => (op.key.clone(), Held::Value(value.clone())),
            Edit::Delete => (op.key.clone(), Held::Tombstone),
        });
        let written = self.shared().write_many(writes.collect(), Write::Through, self.whose());
        written.forward(Done::mapped(done, move |results: Result<Answers>| {
            let outcomes = results?.into_iter().map(|result| match result {
                Ok(_) => Outcome::Stored,
                // It may take writes again, so the tier above keeps its own.
                Err(error) if ReadOnly::is_cause_of(&error) => Outcome::Retry(error),
                // Nothing of the key is taken here until somebody looks after what was refused: trying again would not
                // end, so it is to be seen there, too.
                Err(error) if Barred::is_behind(&error) => {
                    let message =
                        "an earlier write of this key is in the quarantine of the cache below";
                    Outcome::Refused(Error::refused(message).with_source(error))
                }
                Err(error) => Outcome::of_error(&error),
            });
            Ok(outcomes.collect())
        }));
    }

    fn scan(&self, cursor: Option<Cursor>, limit: usize, done: Done<Page<K, V>>) {
        Self::scan(self, cursor, limit).forward(done);
    }

    fn count(&self, done: Done<u64>) {
        Self::count(self).forward(done);
    }
}
