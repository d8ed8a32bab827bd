//! An entry: a key and its value, shared by all trees that have it.

use std::ops::Deref;
use std::sync::Arc;

use crate::key::Key;
use crate::tree::Item;

#[derive(Debug)]
pub(crate) struct Entry<K, V> {
    pub(super) key: K,
    pub(super) value: V,
}

impl<K: Key, V> Item for Arc<Entry<K, V>> {
    type Key = K;

    fn key(&self) -> &K {
        &self.key
    }
}

/// An entry that stays as it was, whatever becomes of the table. It derefs to the value.
#[derive(Debug)]
pub struct Kept<K, V>(pub(super) Arc<Entry<K, V>>);

impl<K, V> Kept<K, V> {
    /// The key.
    pub fn key(&self) -> &K {
        &self.0.key
    }

    /// The value.
    pub fn value(&self) -> &V {
        &self.0.value
    }
}

impl<K, V> Deref for Kept<K, V> {
    type Target = V;

    fn deref(&self) -> &V {
        self.value()
    }
}

impl<K, V> Clone for Kept<K, V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
