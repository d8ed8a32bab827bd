//! Bounds how many calls a store serves at once.

use std::sync::Arc;

use super::turnstile::Turnstile;
use crate::backing::{BackingStore, Key, SharedStore, Value};
use crate::batch::Batch;
use crate::capabilities::Capabilities;
use crate::done::Done;
use crate::into_store::{IntoStore, kind};
use crate::outcome::Outcome;
use crate::page::{Cursor, Page};
use crate::seam::Seams;

/// A store that has at most so many calls under way in the store inside, of all kinds together.
///
/// Further calls wait in line, first come, first served. The line is bounded by `waiting_max`
/// (default 1024): beyond it a call answers `Busy` at once.
#[derive(Clone, Debug)]
pub struct ConcurrencyLimit<S> {
    store: S,
    calls_max: usize,
    waiting_max: usize,
}

impl<S> ConcurrencyLimit<S> {
    /// `store` with at most `calls_max` (at least 1) calls at once.
    pub fn new(store: S, calls_max: usize) -> Self {
        Self { store, calls_max: calls_max.max(1), waiting_max: 1024 }
    }

    /// The most calls that wait in line; may be 0.
    pub fn waiting_max(mut self, calls: usize) -> Self {
        self.waiting_max = calls;
        self
    }
}

impl<K: Key, V: Value, S, Kind> IntoStore<K, V, kind::ByWrapping<Kind>> for ConcurrencyLimit<S>
where
    S: IntoStore<K, V, Kind>,
{
    fn into_store(self, seams: &Seams) -> SharedStore<K, V> {
        let store = self.store.into_store(seams);
        let clock = Arc::clone(&seams.clock);
        let turnstile = Arc::new(Turnstile::new(clock, self.calls_max, self.waiting_max));
        Arc::new(LimitedStore { store, turnstile, calls_max: self.calls_max })
    }
}

struct LimitedStore<K, V> {
    store: SharedStore<K, V>,
    turnstile: Arc<Turnstile>,
    calls_max: usize,
}

impl<K: Key, V: Value> BackingStore<K, V> for LimitedStore<K, V> {
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = self.store.capabilities();
        capabilities.concurrency = capabilities.concurrency.min(self.calls_max);
        capabilities
    }

    fn load(&self, keys: Arc<[K]>, done: Done<Vec<Option<V>>>) {
        let store = Arc::clone(&self.store);
        self.turnstile.enter(move |done| store.load(keys, done), done);
    }

    fn apply(&self, batch: Arc<Batch<K, V>>, done: Done<Vec<Outcome>>) {
        let store = Arc::clone(&self.store);
        self.turnstile.enter(move |done| store.apply(batch, done), done);
    }

    fn scan(&self, cursor: Option<Cursor>, limit: usize, done: Done<Page<K, V>>) {
        let store = Arc::clone(&self.store);
        self.turnstile.enter(move |done| store.scan(cursor, limit, done), done);
    }

    fn count(&self, done: Done<u64>) {
        let store = Arc::clone(&self.store);
        self.turnstile.enter(move |done| store.count(done), done);
    }
}
