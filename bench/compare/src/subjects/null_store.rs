//! Stores that count and keep nothing, answering at once: what is measured is the cache.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use forebay_store::{BackingStore, Batch, Capabilities, Done, Outcome};
use oximedia_cache::write_behind_cache::BackingStore as BehindStore;
use oximedia_cache::write_through::{BackingStore as ThroughStore, StoreError};

/// Forebay's, which answers on the thread that asks.
#[derive(Debug, Default)]
pub(crate) struct NullStore {
    pub(crate) written: Arc<AtomicU64>,
}

impl BackingStore<u64, u64> for NullStore {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    fn load(&self, keys: Arc<[u64]>, done: Done<Vec<Option<u64>>>) {
        done.complete(Ok(vec![None; keys.len()]));
    }

    fn apply(&self, batch: Arc<Batch<u64, u64>>, done: Done<Vec<Outcome>>) {
        let count = batch.ops.len();
        self.written.fetch_add(count as u64, Ordering::Relaxed);
        done.complete(Ok(vec![Outcome::Stored; count]));
    }
}

/// oximedia's, for both of its traits.
#[derive(Debug, Default)]
pub(crate) struct PlainNullStore {
    pub(crate) written: u64,
}

impl BehindStore for PlainNullStore {
    type Key = u64;
    type Value = u64;
    type Error = std::convert::Infallible;

    fn write(&mut self, _key: &u64, _value: &u64) -> Result<(), Self::Error> {
        self.written += 1;
        Ok(())
    }

    fn read(&self, _key: &u64) -> Result<Option<u64>, Self::Error> {
        Ok(None)
    }

    fn delete(&mut self, _key: &u64) -> Result<(), Self::Error> {
        self.written += 1;
        Ok(())
    }
}

impl ThroughStore<u64, u64> for PlainNullStore {
    fn store(&mut self, _key: &u64, _value: &u64) -> Result<(), StoreError> {
        self.written += 1;
        Ok(())
    }

    fn load(&self, _key: &u64) -> Option<u64> {
        None
    }

    fn remove(&mut self, _key: &u64) -> bool {
        self.written += 1;
        true
    }
}
