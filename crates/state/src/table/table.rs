//! A table as readers see it.

use std::borrow::Borrow;
use std::fmt;
use std::iter::Take;
use std::ops::RangeBounds;
use std::sync::Arc;

use forebay_store::Result;

use super::entries::Entries;
use super::entry::{Entry, Kept};
use super::order::{ByHash, ByKey, TableOrder, seek};
use super::span::{self, Edge};
use crate::catalog::TableKind;
use crate::key::{Key, PrefixOf, Seek};
use crate::tree::{Order, Tree};

/// Entries in the order of their keys. A clone costs next to nothing.
///
/// A [`HashTable`] has all that a table has but what needs the order of the keys.
pub struct Table<K: Key, V, O: TableOrder = ByKey> {
    pub(super) tree: Tree<Arc<Entry<K, V>>, O>,
}

/// Entries in an order that cannot be foreseen: that of a hash of their keys. It is for keys whose
/// order does not matter. A clone costs next to nothing.
pub type HashTable<K, V> = Table<K, V, ByHash>;

impl<K: Key, V> Table<K, V> {
    /// A table without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// The entry with the lowest key.
    pub fn first(&self) -> Option<(&K, &V)> {
        self.iter().next()
    }

    /// The entry with the highest key.
    pub fn last(&self) -> Option<(&K, &V)> {
        self.iter().next_back()
    }

    /// The entries in `keys`, from both ends; none if the bounds are crossed. How many they are is
    /// known without a walk, and `nth` passes over entries without one.
    pub fn range<Q>(&self, keys: impl RangeBounds<Q>) -> Entries<'_, K, V>
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        Entries(span::range(&self.tree, &keys))
    }

    /// How many entries are in `keys`; it costs two lookups, however many they are.
    pub fn count<Q>(&self, keys: impl RangeBounds<Q>) -> usize
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        self.range(keys).len()
    }

    /// The entries between two places in the order of the bytes of the keys.
    pub(crate) fn between(&self, low: &Edge, high: &Edge) -> Entries<'_, K, V> {
        Entries(span::between(&self.tree, low, high))
    }

    /// The entries whose keys begin with `prefix`, from both ends.
    pub fn prefix<P>(&self, prefix: &P) -> Entries<'_, K, V>
    where
        P: PrefixOf<K> + ?Sized,
    {
        Entries(span::prefix(&self.tree, prefix))
    }
}

impl<K: Key, V, O: TableOrder> Table<K, V, O> {
    /// A table without entries, ordered as `seed` has it where that is free.
    #[doc(hidden)]
    pub fn empty(seed: u64) -> Self {
        Self { tree: Tree::new(O::seeded(seed)) }
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
    #[inline]
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

    /// At most `limit` entries after the one of `key`, or from the beginning: a page of the table.
    /// The last key of a page leads to the next one, whatever was written in between.
    ///
    /// ```
    /// use forebay_state::Table;
    ///
    /// let table: Table<String, u32> = (0..5).map(|at| (format!("key {at}"), at)).collect();
    /// let page: Vec<u32> = table.page(Some("key 1"), 2).map(|(_, value)| *value).collect();
    /// assert_eq!(page, [2, 3]);
    /// assert_eq!(table.page::<str>(None, 2).count(), 2);
    /// ```
    pub fn page<Q>(&self, key: Option<&Q>, limit: usize) -> Take<Entries<'_, K, V>>
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        Entries(span::after(&self.tree, self.order(), key)).take(limit)
    }

    /// Entry number `at`, counted from 0.
    pub fn nth(&self, at: usize) -> Option<(&K, &V)> {
        self.tree.nth(at).map(|entry| (&entry.key, &entry.value))
    }

    /// Fills an empty table with entries whose keys rise, none of them twice.
    pub(crate) fn fill_in_order(&mut self, entries: impl Iterator<Item = Arc<Entry<K, V>>>) {
        match O::KIND {
            TableKind::Ordered => self.tree = Tree::build(self.order().clone(), entries),
            TableKind::Hash => entries.for_each(|entry| drop(self.tree.insert(entry))),
        }
    }

    /// Calls `each` with every entry, in the order of the keys; its first error ends it.
    pub(crate) fn each_in_order(&self, mut each: impl FnMut(&K, &V) -> Result<()>) -> Result<()> {
        match O::KIND {
            TableKind::Ordered => self.iter().try_for_each(|(key, value)| each(key, value)),
            TableKind::Hash => {
                let mut entries: Vec<_> = self.iter().collect();
                entries.sort_unstable_by(|a, b| a.0.cmp(b.0));
                entries.into_iter().try_for_each(|(key, value)| each(key, value))
            }
        }
    }

    /// One without entries, in the same order.
    pub(crate) fn emptied(&self) -> Self {
        Self { tree: Tree::new(self.order().clone()) }
    }

    /// Puts an entry in while nobody looks.
    pub(crate) fn fill(&mut self, key: K, value: V) {
        self.tree.insert(Arc::new(Entry::new(key, value)));
    }

    /// Takes everything out while nobody looks.
    pub(crate) fn wipe(&mut self) {
        *self = self.emptied();
    }

    /// Takes an entry out while nobody looks.
    pub(crate) fn take_out(&mut self, key: &K) {
        let order = self.order().clone();
        seek(&order, key, |sought| self.tree.remove(sought));
    }

    /// Every entry, as it can be kept.
    pub(super) fn entries(&self) -> impl Iterator<Item = &Arc<Entry<K, V>>> {
        self.tree.iter()
    }

    // Apart from its callers it has little to save and to hand on.
    #[inline(never)]
    pub(super) fn entry<Q>(&self, key: &Q) -> Option<&Arc<Entry<K, V>>>
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        seek(self.order(), key, |sought| self.tree.get(*sought))
    }

    pub(crate) fn order(&self) -> &O {
        self.tree.order()
    }
}

#[cfg(test)]
impl<K: Key, V, O: TableOrder> Table<K, V, O> {
    /// How many nodes of its tree are not those of `other`.
    pub(crate) fn copied_from(&self, other: &Self) -> usize {
        self.tree.copied_from(&other.tree)
    }
}

impl<K: Key, V, O: TableOrder + Default> FromIterator<(K, V)> for Table<K, V, O> {
    /// A table of all these entries; of several with one key the last counts.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let order = O::default();
        let entries = entries.into_iter().map(|(key, value)| Arc::new(Entry::new(key, value)));
        let mut entries: Vec<_> = entries.collect();
        // Equal keys stay in the order in which they came; the later takes the earlier's place.
        entries.sort_by(|a, b| order.compare(&a.key, &b.key));
        entries.dedup_by(|later, kept| {
            let is_same = later.key == kept.key;
            if is_same {
                std::mem::swap(later, kept);
            }
            is_same
        });
        Self { tree: Tree::build(order, entries.into_iter()) }
    }
}

impl<K: Key, V, O: TableOrder + Default> Default for Table<K, V, O> {
    fn default() -> Self {
        Self { tree: Tree::new(O::default()) }
    }
}

impl<K: Key, V, O: TableOrder> Clone for Table<K, V, O> {
    fn clone(&self) -> Self {
        Self { tree: self.tree.clone() }
    }
}

impl<'t, K: Key, V, O: TableOrder> IntoIterator for &'t Table<K, V, O> {
    type Item = (&'t K, &'t V);
    type IntoIter = Entries<'t, K, V>;

    fn into_iter(self) -> Entries<'t, K, V> {
        self.iter()
    }
}

impl<K: Key + fmt::Debug, V: fmt::Debug, O: TableOrder> fmt::Debug for Table<K, V, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}
