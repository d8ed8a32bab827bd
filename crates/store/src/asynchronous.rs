//! The face for authors of async code, and its lift.

use std::future::Future;
use std::sync::Arc;

use crate::backing::BackingStore;
use crate::batch::Batch;
use crate::capabilities::Capabilities;
use crate::done::Done;
use crate::error::{Error, Result};
use crate::outcome::Outcome;
use crate::page::{Cursor, Page};
use crate::seam::Spawn;

/// A backing store written as async code. See [`BackingStore`] for the contract.
///
/// Its futures are spawned as whole tasks and never dropped half-way because a caller went away:
/// cancelled transactions poison connection pools. A store that needs a certain runtime is given a
/// [`Spawn`] that runs futures there.
pub trait AsyncStore<K, V>: Send + Sync + 'static {
    /// What the store declares about itself.
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    /// Loads many keys: one entry per key, in order; absence is `None`.
    fn load(&self, keys: &[K]) -> impl Future<Output = Result<Vec<Option<V>>>> + Send;

    /// Applies an ordered batch: one outcome per write, in order.
    fn apply(&self, batch: &Batch<K, V>) -> impl Future<Output = Result<Vec<Outcome>>> + Send;

    /// One page of all entries. Declare `scan` when you implement it.
    fn scan(
        &self,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> impl Future<Output = Result<Page<K, V>>> + Send {
        let _ = (cursor, limit);
        async { Err(Error::unsupported("this store cannot be scanned")) }
    }

    /// How many keys are present.
    fn count(&self) -> impl Future<Output = Result<u64>> + Send {
        async { Err(Error::unsupported("this store cannot count its keys")) }
    }
}

/// An [`AsyncStore`] lifted to [`BackingStore`]: each call is one task of a [`Spawn`].
#[derive(Debug)]
pub struct Asynchronous<S> {
    store: Arc<S>,
    spawn: Arc<dyn Spawn>,
}

impl<S> Asynchronous<S> {
    /// Lifts `store`; its futures run on `spawn`.
    pub fn new(store: S, spawn: Arc<dyn Spawn>) -> Self {
        Self { store: Arc::new(store), spawn }
    }
}

impl<K, V, S> BackingStore<K, V> for Asynchronous<S>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: AsyncStore<K, V>,
{
    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn load(&self, keys: Arc<[K]>, done: Done<Vec<Option<V>>>) {
        let store = Arc::clone(&self.store);
        self.spawn.spawn(Box::pin(async move {
            let result = store.load(&keys).await;
            drop(store);
            done.complete(result);
        }));
    }

    fn apply(&self, batch: Arc<Batch<K, V>>, done: Done<Vec<Outcome>>) {
        let store = Arc::clone(&self.store);
        self.spawn.spawn(Box::pin(async move {
            let result = store.apply(&batch).await;
            drop(store);
            done.complete(result);
        }));
    }

    fn scan(&self, cursor: Option<Cursor>, limit: usize, done: Done<Page<K, V>>) {
        let store = Arc::clone(&self.store);
        self.spawn.spawn(Box::pin(async move {
            let result = store.scan(cursor.as_ref(), limit).await;
            drop(store);
            done.complete(result);
        }));
    }

    fn count(&self, done: Done<u64>) {
        let store = Arc::clone(&self.store);
        self.spawn.spawn(Box::pin(async move {
            let result = store.count().await;
            drop(store);
            done.complete(result);
        }));
    }
}
