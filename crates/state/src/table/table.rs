//! A table as readers see it.

use std::borrow::Borrow;
use std::fmt;
use std::ops::RangeBounds;
use std::sync::Arc;

use super::entries::Entries;
use super::entry::{Entry, Kept};
use super::order::{ByKey, range, seek};
use crate::key::{Key, Seek};
use crate::tree::Tree;

/// Entries in the order of their keys. A clone costs next to nothing.
pub struct Table<K: Key, V> {
    pub(super) tree: Tree<Arc<Entry<K, V>>, ByKey>,
}

impl<K: Key, V> Table<K, V> {
    /// A table without entries.
    pub fn new() -> Self {
        Self { tree: Tree::new(ByKey) }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.tree.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of `key`.
    pub fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Whether `key` is there.
    pub fn contains<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        self.entry(key).is_some()
    }

    /// The entry of `key`, to be kept beyond the view.
    pub fn keep<Q>(&self, key: &Q) -> Option<Kept<K, V>>
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        self.entry(key).map(|entry| Kept(Arc::clone(entry)))
    }

    /// All entries, from both ends.
    pub fn iter(&self) -> Entries<'_, K, V> {
        Entries(self.tree.iter())
    }

    /// The entries in `keys`, from both ends; none if the bounds are crossed. How many they are is
    /// known without a walk, and `nth` passes over entries without one.
    pub fn range<Q>(&self, keys: impl RangeBounds<Q>) -> Entries<'_, K, V>
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        Entries(range(&self.tree, &keys))
    }

    /// Entry number `at`, counted from 0.
    pub fn nth(&self, at: usize) -> Option<(&K, &V)> {
        self.tree.nth(at).map(|entry| (&entry.key, &entry.value))
    }

    /// A table of entries whose keys rise, none of them twice.
    pub(crate) fn from_sorted(entries: impl Iterator<Item = (K, V)>) -> Self {
        let entries = entries.map(|(key, value)| Arc::new(Entry { key, value }));
        Self { tree: Tree::build(ByKey, entries) }
    }

    /// Puts an entry in while nobody looks.
    pub(crate) fn fill(&mut self, key: K, value: V) {
        self.tree.insert(Arc::new(Entry { key, value }));
    }

    /// Takes an entry out while nobody looks.
    pub(crate) fn take_out(&mut self, key: &K) {
        seek(key, |sought| self.tree.remove(&sought));
    }

    pub(super) fn entry<Q>(&self, key: &Q) -> Option<&Arc<Entry<K, V>>>
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        seek(key, |sought| self.tree.get(&sought))
    }
}

impl<K: Key, V> FromIterator<(K, V)> for Table<K, V> {
    /// A table of all these entries; of several with one key the last counts.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let entries = entries.into_iter().map(|(key, value)| Arc::new(Entry { key, value }));
        let mut entries: Vec<_> = entries.collect();
        // Equal keys stay in the order in which they came; the later takes the earlier's place.
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        entries.dedup_by(|later, kept| {
            let is_same = later.key == kept.key;
            if is_same {
                std::mem::swap(later, kept);
            }
            is_same
        });
        Self { tree: Tree::build(ByKey, entries.into_iter()) }
    }
}

impl<K: Key, V> Default for Table<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Key, V> Clone for Table<K, V> {
    fn clone(&self) -> Self {
        Self { tree: self.tree.clone() }
    }
}

impl<'t, K: Key, V> IntoIterator for &'t Table<K, V> {
    type Item = (&'t K, &'t V);
    type IntoIter = Entries<'t, K, V>;

    fn into_iter(self) -> Entries<'t, K, V> {
        self.iter()
    }
}

impl<K: Key + fmt::Debug, V: fmt::Debug> fmt::Debug for Table<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}
