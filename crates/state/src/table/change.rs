//! What a transaction does to one key.

use std::sync::Arc;

use super::entry::Entry;
use super::order::Keyed;
use crate::key::Key;
use crate::tree::Item;

#[derive(Debug)]
pub(crate) enum Change<K: Key, V> {
    Put(Arc<Entry<K, V>>),
    Delete(K),
}

impl<K: Key, V> Change<K, V> {
    /// The entry that is there after the change.
    pub(super) fn entry(&self) -> Option<&Arc<Entry<K, V>>> {
        match self {
            Self::Put(entry) => Some(entry),
            Self::Delete(_) => None,
        }
    }

    /// The same, without the change.
    pub(super) fn into_entry(self) -> Option<Arc<Entry<K, V>>> {
        match self {
            Self::Put(entry) => Some(entry),
            Self::Delete(_) => None,
        }
    }
}

impl<K: Key, V> Clone for Change<K, V> {
    fn clone(&self) -> Self {
        match self {
            Self::Put(entry) => Self::Put(Arc::clone(entry)),
            Self::Delete(key) => Self::Delete(key.clone()),
        }
    }
}

impl<K: Key, V> Item for Change<K, V> {
    type Key = K;

    fn key(&self) -> &K {
        match self {
            Self::Put(entry) => &entry.key,
            Self::Delete(key) => key,
        }
    }
}

impl<K: Key, V> Keyed for Change<K, V> {
    fn has(&self, tail: K::Tail) -> Option<bool> {
        self.entry()?.has(tail)
    }
}
