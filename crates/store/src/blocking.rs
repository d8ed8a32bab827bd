//! The face for authors of plain blocking code, and its lift.

use std::sync::Arc;

use crate::backing::BackingStore;
use crate::batch::Batch;
use crate::capabilities::Capabilities;
use crate::done::Done;
use crate::error::{Error, Result};
use crate::outcome::Outcome;
use crate::page::{Cursor, Page};
use crate::seam::Spawn;

/// A backing store written as blocking code. See [`BackingStore`] for the contract.
///
/// ```
/// use forebay_store::{Batch, BlockingStore, Edit, Outcome, Result};
/// use std::{collections::HashMap, sync::Mutex};
///
/// #[derive(Default)]
/// struct Ledger(Mutex<HashMap<String, u64>>);
///
/// impl BlockingStore<String, u64> for Ledger {
///     fn load(&self, keys: &[String]) -> Result<Vec<Option<u64>>> {
///         let map = self.0.lock().unwrap();
///         Ok(keys.iter().map(|key| map.get(key).copied()).collect())
///     }
///
///     fn apply(&self, batch: &Batch<String, u64>) -> Result<Vec<Outcome>> {
///         let mut map = self.0.lock().unwrap();
///         for op in &batch.ops {
///             match &op.edit {
///                 Edit::Put { value, .. } => map.insert(op.key.clone(), *value),
///                 Edit::Delete => map.remove(&op.key),
///             };
///         }
///         Ok(vec![Outcome::Stored; batch.ops.len()])
///     }
/// }
/// ```
pub trait BlockingStore<K, V>: Send + Sync + 'static {
    /// What the store declares about itself.
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    /// Loads many keys: one entry per key, in order; absence is `None`.
    fn load(&self, keys: &[K]) -> Result<Vec<Option<V>>>;

    /// Applies an ordered batch: one outcome per write, in order.
    fn apply(&self, batch: &Batch<K, V>) -> Result<Vec<Outcome>>;

    /// One page of all entries. Declare `scan` when you implement it.
    fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<K, V>> {
        let _ = (cursor, limit);
        Err(Error::unsupported("this store cannot be scanned"))
    }

    /// How many keys are present.
    fn count(&self) -> Result<u64> {
        Err(Error::unsupported("this store cannot count its keys"))
    }
}

impl<K: 'static, V: 'static, S: BlockingStore<K, V>> BlockingStore<K, V> for Arc<S> {
    fn capabilities(&self) -> Capabilities {
        (**self).capabilities()
    }
    fn load(&self, keys: &[K]) -> Result<Vec<Option<V>>> {
        (**self).load(keys)
    }
    fn apply(&self, batch: &Batch<K, V>) -> Result<Vec<Outcome>> {
        (**self).apply(batch)
    }
    fn scan(&self, cursor: Option<&Cursor>, limit: usize) -> Result<Page<K, V>> {
        (**self).scan(cursor, limit)
    }
    fn count(&self) -> Result<u64> {
        (**self).count()
    }
}

/// A [`BlockingStore`] lifted to [`BackingStore`]: each call runs as one job of a [`Spawn`].
///
/// A panic in the store drops the [`Done`], so its caller sees `Aborted`, and nothing else breaks.
#[derive(Debug)]
pub struct Blocking<S> {
    store: Arc<S>,
    spawn: Arc<dyn Spawn>,
}

impl<S> Blocking<S> {
    /// Lifts `store`; its calls run on `spawn`.
    pub fn new(store: S, spawn: Arc<dyn Spawn>) -> Self {
        Self { store: Arc::new(store), spawn }
    }

    /// The job lets go of the store before it answers: whoever hears the last answer may open the
    /// store again.
    fn run<T: Send + 'static>(
        &self,
        done: Done<T>,
        job: impl FnOnce(&S) -> Result<T> + Send + 'static,
    ) where
        S: Send + Sync + 'static,
    {
        let store = Arc::clone(&self.store);
        self.spawn.run(Box::new(move || {
            let result = job(&store);
            drop(store);
            done.complete(result);
        }));
    }
}

impl<K, V, S> BackingStore<K, V> for Blocking<S>
where
    K: Send + Sync + 'static,
    V: Send + Sync + 'static,
    S: BlockingStore<K, V>,
{
    fn capabilities(&self) -> Capabilities {
        self.store.capabilities()
    }

    fn load(&self, keys: Arc<[K]>, done: Done<Vec<Option<V>>>) {
        self.run(done, move |store| store.load(&keys));
    }

    fn apply(&self, batch: Arc<Batch<K, V>>, done: Done<Vec<Outcome>>) {
        self.run(done, move |store| store.apply(&batch));
    }

    fn scan(&self, cursor: Option<Cursor>, limit: usize, done: Done<Page<K, V>>) {
        self.run(done, move |store| store.scan(cursor.as_ref(), limit));
    }

    fn count(&self, done: Done<u64>) {
        self.run(done, S::count);
    }
}
