//! Asking memory for a key, and filling it by hand if memory does not know.

use std::fmt;

use forebay_store::{Key, Value};

use crate::engine::{OwnSpot, Shared};

/// What memory answers, as [`Cache::lookup`](crate::Cache::lookup) asks it.
#[derive(Debug)]
pub enum Lookup<K: Key, V: Value> {
    /// The key has this value.
    Found(V),
    /// Memory knows that the key is absent.
    Absent,
    /// Memory does not know, and the caller is to find out.
    Vacant(Filler<K, V>),
}

impl<K: Key, V: Value> Lookup<K, V> {
    pub(crate) fn of(value: Option<V>) -> Self {
        value.map_or(Self::Absent, Self::Found)
    }
}

/// The right to say what the store has for a key. One caller at a time has it; meanwhile gets and lookups of the
/// key wait.
///
/// It is fenced like a load: if the key was written or invalidated meanwhile, what is filled changes nothing
/// (G6). When it is dropped, the next lookup of the key gets it; if only gets wait, the store is asked.
/// The same happens after 30 seconds if a caller waits; what the late one fills then changes nothing.
#[must_use = "other lookups of the key wait until it is filled or dropped"]
pub struct Filler<K: Key, V: Value>(Option<OwnSpot<K, V>>);

impl<K: Key, V: Value> Filler<K, V> {
    pub(crate) fn of(spot: OwnSpot<K, V>) -> Self {
        Self(Some(spot))
    }

    /// The key that was looked up.
    pub fn key(&self) -> &K {
        self.0.as_ref().expect("only what ends a filler takes its spot").key()
    }

    /// Says that the store has `value`. Nothing is written to the store. Callers that wait get it, and memory keeps it as
    /// a clean value. `false` if memory does not hold it because of this: something newer happened to the key,
    /// the time was over, or a clone of the key has panicked meanwhile.
    pub fn fill(mut self, value: V) -> bool {
        Shared::fill(&mut self.0, Some(value))
    }

    /// Says that the store does not have the key. That is remembered for as long as the cache was told with
    /// [`Builder::cache_absence`](crate::Builder::cache_absence). The answer is that of [`fill`](Self::fill).
    pub fn fill_absent(mut self) -> bool {
        Shared::fill(&mut self.0, None)
    }
}

impl<K: Key, V: Value> Drop for Filler<K, V> {
    fn drop(&mut self) {
        if let Some(mut spot) = self.0.take() {
            Shared::let_go(&mut spot);
        }
    }
}

impl<K: Key, V: Value> fmt::Debug for Filler<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filler").finish_non_exhaustive()
    }
}
