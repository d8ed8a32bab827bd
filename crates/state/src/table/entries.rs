//! A walk over entries of a table.

use std::fmt;
use std::iter::FusedIterator;
use std::sync::Arc;

use super::entry::Entry;
use crate::key::Key;
use crate::tree::Cursor;

/// Entries in the order of their keys, from both ends.
pub struct Entries<'t, K: Key, V>(pub(super) Cursor<'t, Arc<Entry<K, V>>>);

fn parts<K: Key, V>(entry: &Arc<Entry<K, V>>) -> (&K, &V) {
    (&entry.key, &entry.value)
}

impl<'t, K: Key, V> Iterator for Entries<'t, K, V> {
    type Item = (&'t K, &'t V);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(parts)
    }

    fn nth(&mut self, skipped: usize) -> Option<Self::Item> {
        self.0.nth(skipped).map(parts)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K: Key, V> DoubleEndedIterator for Entries<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(parts)
    }

    fn nth_back(&mut self, skipped: usize) -> Option<Self::Item> {
        self.0.nth_back(skipped).map(parts)
    }
}

impl<K: Key, V> ExactSizeIterator for Entries<'_, K, V> {}

impl<K: Key, V> FusedIterator for Entries<'_, K, V> {}

impl<K: Key, V> Clone for Entries<'_, K, V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K: Key, V> fmt::Debug for Entries<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entries").field("left", &self.len()).finish()
    }
}
