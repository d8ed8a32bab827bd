//! The object-safe face that the engine holds.

use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use crate::batch::Batch;
use crate::capabilities::Capabilities;
use crate::done::Done;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::page::{Cursor, Page};

/// What can be a key: anything that is cloned, compared, hashed and sent.
///
/// Any two keys may be compared with each other, not only those whose hashes are the same: what is kept of a hash to find
/// a key by is a part of it, and as little as a byte. So an `eq` that panics for a key concerns others, too: calls for
/// these that meet it fail or panic with it for as long as it is held.
pub trait Key: Clone + Eq + Hash + fmt::Debug + Send + Sync + 'static {}
impl<T: Clone + Eq + Hash + fmt::Debug + Send + Sync + 'static> Key for T {}

/// What can be a value: anything that is cloned and sent.
pub trait Value: Clone + Send + Sync + 'static {}
impl<T: Clone + Send + Sync + 'static> Value for T {}

/// A backing store as everything in Forebay holds it.
pub type SharedStore<K, V> = Arc<dyn BackingStore<K, V>>;

/// The system of record, seen through completions: every call returns at once and answers through
/// its [`Done`], on any thread, exactly once.
///
/// Implement [`BlockingStore`](crate::BlockingStore) or [`AsyncStore`](crate::AsyncStore) instead
/// and let [`IntoStore`](crate::IntoStore) lift it; implement this face only for wrappers and for
/// stores that are completion-based themselves.
///
/// # Contract
///
/// 1. `load` answers one entry per key, in order. Absence is `None`, never an error. A value is
///    whole: some version that was stored, never a mixture.
/// 2. `apply` answers one [`Outcome`] per write, in order. An error for the whole call means that
///    outcome for each write ([`Outcome::of_error`]).
/// 3. **When `apply` answers, nothing of that batch is still under way.** `Unknown` says "it may
///    have happened", never "it may yet happen". Without this an old value could land on a newer
///    one. A store that gives up waiting must fence what it left behind, as the time-out wrapper
///    of this crate does.
/// 4. The caller never has two writes of one key under way at once. The store need not order
///    calls; it applies the writes *within* a batch in their order.
/// 5. Work once begun is finished, whatever becomes of the caller.
/// 6. After `Stored`, every later `load`, `scan` and `count` reflects the write.
pub trait BackingStore<K, V>: Send + Sync + 'static {
    /// What the store declares about itself. Constant over its life.
    fn capabilities(&self) -> Capabilities;

    /// Loads many keys; at most `batch_ops_max`.
    fn load(&self, keys: Arc<[K]>, done: Done<Vec<Option<V>>>);

    /// Applies an ordered batch; at most `batch_ops_max` writes, no key twice.
    fn apply(&self, batch: Arc<Batch<K, V>>, done: Done<Vec<Outcome>>);

    /// One page of all entries, at most `limit` (at least 1), from `cursor` on.
    fn scan(&self, cursor: Option<Cursor>, limit: usize, done: Done<Page<K, V>>) {
        let _ = (cursor, limit);
        done.complete(Err(Error::unsupported("this store cannot be scanned")));
    }

    /// How many keys are present.
    fn count(&self, done: Done<u64>) {
        done.complete(Err(Error::unsupported("this store cannot count its keys")));
    }
}
