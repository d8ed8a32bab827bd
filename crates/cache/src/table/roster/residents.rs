//! The entries of a shard and the index that finds them, which never disagree.

use super::index::Index;
use super::slab::Slab;
use crate::table::entry::{Entry, Print};

/// The entries of a shard: an index from keys to slots, and what is in the slots.
#[derive(Debug)]
pub(crate) struct Roster<K, V> {
    index: Index,
    slots: Slab<Entry<K, V>>,
}

impl<K, V> Roster<K, V> {
    pub(crate) fn new() -> Self {
        Self { index: Index::new(), slots: Slab::default() }
    }

    /// Adds an entry for a key that is not there. `None` when the shard can number no more.
    #[inline]
    pub(crate) fn insert(&mut self, key: K, print: Print) -> Option<u32> {
        let at = self.slots.insert(|_| Entry::new(key, print))?;
        self.index.insert(print, at);
        Some(at)
    }

    /// Whether it can number no more.
    pub(crate) fn is_full(&self) -> bool {
        self.slots.is_full()
    }

    pub(crate) fn remove(&mut self, at: u32) -> Option<Entry<K, V>> {
        let entry = self.slots.remove(at)?;
        self.index.remove(entry.print, at);
        Some(entry)
    }

    /// Removes an entry of which nothing is wanted any more.
    pub(crate) fn discard(&mut self, at: u32) {
        let Some(entry) = self.slots.get(at) else { return };
        self.index.remove(entry.print, at);
        self.slots.discard(at);
    }

    pub(crate) fn get(&self, at: u32) -> Option<&Entry<K, V>> {
        self.slots.get(at)
    }

    pub(crate) fn get_mut(&mut self, at: u32) -> Option<&mut Entry<K, V>> {
        self.slots.get_mut(at)
    }

    /// Behind the last slot that was ever used.
    pub(crate) fn end(&self) -> u32 {
        self.slots.end()
    }

    pub(crate) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &Entry<K, V>)> {
        self.slots.iter()
    }
}

impl<K: Eq, V> Roster<K, V> {
    #[inline]
    pub(crate) fn find(&self, print: Print, key: &K) -> Option<u32> {
        self.entry(print, key).map(|(at, _)| at)
    }

    /// The entry as well, looked at once.
    #[inline]
    pub(crate) fn entry(&self, print: Print, key: &K) -> Option<(u32, &Entry<K, V>)> {
        // A free place has no entry.
        let see = |at| Some((at, self.slots.get(at).filter(|entry| entry.key == *key)?));
        self.index.find(print, see)
    }
}

impl<K, V> std::ops::Index<u32> for Roster<K, V> {
    type Output = Entry<K, V>;
    #[inline]
    fn index(&self, at: u32) -> &Entry<K, V> {
        &self.slots[at]
    }
}

impl<K, V> std::ops::IndexMut<u32> for Roster<K, V> {
    #[inline]
    fn index_mut(&mut self, at: u32) -> &mut Entry<K, V> {
        &mut self.slots[at]
    }
}
