//! Tells an observer what a store does.

use std::sync::Arc;
use std::time::Duration;

use super::observer::{ApplyReport, CountReport, LoadReport, Observer, ScanReport};
use crate::backing::{BackingStore, Key, SharedStore, Value};
use crate::batch::Batch;
use crate::capabilities::Capabilities;
use crate::done::Done;
use crate::error::Result;
use crate::into_store::{IntoStore, kind};
use crate::outcome::Outcome;
use crate::page::{Cursor, Page};
use crate::seam::{Clock, Seams};

/// A store that tells an [`Observer`] how long each call took and how it ended.
#[derive(Clone, Debug)]
pub struct Observed<S, O> {
    store: S,
    observer: O,
}

impl<S, O: Observer> Observed<S, O> {
    /// `store`, seen by `observer`.
    pub fn new(store: S, observer: O) -> Self {
        Self { store, observer }
    }
}

impl<K: Key, V: Value, S, O: Observer, Kind> IntoStore<K, V, kind::ByWrapping<Kind>>
    for Observed<S, O>
where
    S: IntoStore<K, V, Kind>,
{
    fn into_store(self, seams: &Seams) -> SharedStore<K, V> {
        let store = self.store.into_store(seams);
        let clock = Arc::clone(&seams.clock);
        Arc::new(ObservedStore { store, clock, observer: Arc::new(self.observer) })
    }
}

struct ObservedStore<K, V, O> {
    store: SharedStore<K, V>,
    clock: Arc<dyn Clock>,
    observer: Arc<O>,
}

impl<K, V, O: Observer> ObservedStore<K, V, O> {
    /// An end that shows the answer and the time it took to `tell`, then hands it on.
    fn seen<T: Send + 'static>(
        &self,
        done: Done<T>,
        tell: impl FnOnce(&O, Duration, &Result<T>) + Send + 'static,
    ) -> Done<T> {
        let (clock, observer) = (Arc::clone(&self.clock), Arc::clone(&self.observer));
        let called = clock.now();
        Done::call(move |answer| {
            tell(&observer, clock.now().since(called), &answer);
            done.complete(answer);
        })
    }
}

impl<K: Key, V: Value, O: Observer> BackingStore<K, V> for ObservedStore<K, V, O> {
    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn load(&self, keys: Arc<[K]>, done: Done<Vec<Option<V>>>) {
        let asked = keys.len();
        let done = self.seen(done, move |observer, took, answer| {
            let found = answer.iter().flatten().flatten().count();
            let error = answer.as_ref().err();
            observer.on_load(&LoadReport { took, keys: asked, found, error });
        });
        self.store.load(keys, done);
    }

    fn apply(&self, batch: Arc<Batch<K, V>>, done: Done<Vec<Outcome>>) {
        let writes = batch.ops.len();
        let done = self.seen(done, move |observer, took, answer| match answer {
            Ok(outcomes) => observer.on_apply(&ApplyReport::of(took, outcomes)),
            Err(error) => {
                let each = vec![Outcome::of_error(error); writes];
                observer.on_apply(&ApplyReport::of(took, &each));
            }
        });
        self.store.apply(batch, done);
    }

    fn scan(&self, cursor: Option<Cursor>, limit: usize, done: Done<Page<K, V>>) {
        let done = self.seen(done, |observer, took, answer| {
            let entries = answer.as_ref().map_or(0, |page| page.entries.len());
            observer.on_scan(&ScanReport { took, entries, error: answer.as_ref().err() });
        });
        self.store.scan(cursor, limit, done);
    }

    fn count(&self, done: Done<u64>) {
        let done = self.seen(done, |observer, took, answer| {
            observer.on_count(&CountReport { took, error: answer.as_ref().err() });
        });
        self.store.count(done);
    }
}
