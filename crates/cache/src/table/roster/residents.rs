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

    /// Adds an entry whose key is not there. `None` when the shard can number no more.
    pub(crate) fn insert(&mut self, entry: Entry<K, V>) -> Option<u32> {
        let print = entry.print;
        let at = self.slots.insert(entry)?;
        self.index.insert(print, at);
        Some(at)
    }

    pub(crate) fn remove(&mut self, at: u32) -> Option<Entry<K, V>> {
        let entry = self.slots.remove(at)?;
        self.index.remove(entry.print, at);
        Some(entry)
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
    pub(crate) fn find(&self, print: Print, key: &K) -> Option<u32> {
        self.index.find(print, |at| self.slots[at].key == *key)
    }
}

impl<K, V> std::ops::Index<u32> for Roster<K, V> {
    type Output = Entry<K, V>;
    fn index(&self, at: u32) -> &Entry<K, V> {
        &self.slots[at]
    }
}

impl<K, V> std::ops::IndexMut<u32> for Roster<K, V> {
    fn index_mut(&mut self, at: u32) -> &mut Entry<K, V> {
        &mut self.slots[at]
    }
}
