//! An entry: a key and its value, shared by all trees that have it.

use std::ops::Deref;
use std::sync::Arc;

use super::order::Keyed;
use crate::key::{Key, Tail};
use crate::tree::Item;

// In this order a search that compares the key has mostly fetched the beginning of the value, too.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Entry<K: Key, V> {
    /// What tells the key from most others without a look at what it has on the heap.
    tail: K::Tail,
    pub(super) key: K,
    pub(super) value: V,
}

impl<K: Key, V> Entry<K, V> {
    pub(crate) fn new(key: K, value: V) -> Self {
        let tail = key.with_encoded(K::Tail::of);
        Self { tail, key, value }
    }

    /// Asks for the memory of many entries, and gives it back, before they are made one by one. An allocator
    /// that gets from the system just what it is asked for would get it in many small pieces, and each of
    /// those costs more than the entries in it.
    #[cold]
    pub(super) fn foresee(count: usize) {
        // Beyond this the system is asked for memory apart, and that goes back to it.
        const BYTES_MAX: usize = 64 << 10;
        let most = BYTES_MAX / size_of::<Self>().max(1);
        std::hint::black_box(Vec::<Self>::with_capacity(count.min(most)));
    }
}

impl<K: Key, V> Item for Arc<Entry<K, V>> {
    type Key = K;

    #[inline]
    fn key(&self) -> &K {
        &self.key
    }

    fn is_same(&self, other: &Self) -> Option<bool> {
        self.has(other.tail)
    }
}

impl<K: Key, V> Keyed for Arc<Entry<K, V>> {
    #[inline]
    fn has(&self, tail: K::Tail) -> Option<bool> {
        self.tail.is_same(tail)
    }
}

/// An entry that stays as it was, whatever becomes of the table. It derefs to the value.
#[derive(Debug)]
pub struct Kept<K: Key, V>(pub(super) Arc<Entry<K, V>>);

impl<K: Key, V> Kept<K, V> {
    /// The key.
    pub fn key(&self) -> &K {
        &self.0.key
    }

    /// The value.
    pub fn value(&self) -> &V {
        &self.0.value
    }
}

impl<K: Key, V> Deref for Kept<K, V> {
    type Target = V;

    fn deref(&self) -> &V {
        self.value()
    }
}

impl<K: Key, V> Clone for Kept<K, V> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
