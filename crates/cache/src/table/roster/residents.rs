//! The entries of a shard and the index that finds them, which never disagree.

use forebay_fetch::fetch;

use super::index::Index;
use super::slab::Slab;
use crate::table::entry::{Entry, Held, Print};
use crate::table::ties::Ties;

/// The entries of a shard: an index from keys to slots, what is in the slots, and what ties it.
#[derive(Debug)]
pub(crate) struct Roster<K, V> {
    index: Index,
    slots: Slab<Entry<K, V>>,
    /// By slot. Those of a slot without an entry mean nothing.
    ties: Vec<Ties>,
    /// How many entries were added, and one more.
    came: u64,
}

impl<K, V> Roster<K, V> {
    /// The bytes for one entry: itself, its ties, and its share of an index that has just grown.
    pub(crate) const ENTRY_BYTES: usize =
        size_of::<Option<Entry<K, V>>>() + size_of::<Ties>() + Index::ENTRY_BYTES;

    pub(crate) fn new() -> Self {
        Self { index: Index::new(), slots: Slab::default(), ties: Vec::new(), came: 1 }
    }

    /// Adds an entry for a key that is not there. `None` when the shard can number no more.
    #[inline]
    pub(crate) fn insert(&mut self, key: K, print: Print) -> Option<u32> {
        self.insert_made(print, || Entry::new(key))
    }

    /// Adds an entry that holds this from the beginning: written once, where [`insert`](Self::insert) and
    /// [`swap`](Self::swap) write it, read it and write it again.
    #[inline]
    pub(crate) fn insert_holding(
        &mut self,
        key: K,
        print: Print,
        held: Held<V>,
        weight: u32,
        deadline: u64,
        stamp: u64,
    ) -> Option<u32> {
        let at = self.insert_made(print, || Entry::holding(key, held, weight, stamp))?;
        if deadline != 0 {
            self.set_deadline(at, deadline);
        }
        Some(at)
    }

    #[inline]
    fn insert_made(&mut self, print: Print, make: impl FnOnce() -> Entry<K, V>) -> Option<u32> {
        let at = self.slots.insert(|_| make())?;
        self.came += 1;
        let ties = Ties::new(print);
        match self.ties.get_mut(at as usize) {
            Some(place) => *place = ties,
            None => self.ties.push(ties),
        }
        self.index.insert(print, at, |at| self.ties[at as usize].print);
        Some(at)
    }

    #[inline]
    fn unindex(&mut self, at: u32) {
        let print_of = |at: u32| self.ties[at as usize].print;
        self.index.remove(print_of(at), at, print_of);
    }

    /// Changes whenever an entry is added, and is never 0.
    #[inline]
    pub(crate) fn came(&self) -> u64 {
        self.came
    }

    /// Whether it can number no more.
    pub(crate) fn is_full(&self) -> bool {
        self.slots.is_full()
    }

    pub(crate) fn remove(&mut self, at: u32) -> Option<Entry<K, V>> {
        let entry = self.slots.remove(at)?;
        self.unindex(at);
        Some(entry)
    }

    /// Removes an entry of which nothing is wanted any more.
    pub(crate) fn discard(&mut self, at: u32) {
        if self.slots.get(at).is_some() {
            self.unindex(at);
            self.slots.discard(at);
        }
    }

    /// Has it fetched where an entry with this print is found.
    #[inline]
    pub(crate) fn foresee(&self, print: Print) {
        self.index.foresee(print);
    }

    /// Has an entry fetched, but for what ties it.
    #[inline]
    pub(crate) fn foresee_entry(&self, at: u32) {
        self.slots.foresee(at);
    }

    /// Has it fetched what ties an entry, if there is one.
    #[inline]
    pub(crate) fn foresee_ties(&self, at: u32) {
        if let Some(ties) = self.ties.get(at as usize) {
            fetch(ties);
        }
    }

    pub(crate) fn get(&self, at: u32) -> Option<&Entry<K, V>> {
        self.slots.get(at)
    }

    /// What ties the entry in a slot that is in use.
    #[inline]
    pub(crate) fn ties(&self, at: u32) -> &Ties {
        &self.ties[at as usize]
    }

    #[inline]
    pub(crate) fn ties_mut(&mut self, at: u32) -> &mut Ties {
        &mut self.ties[at as usize]
    }

    /// What ties an entry, if there is one in the slot.
    #[inline]
    pub(crate) fn get_ties(&self, at: u32) -> Option<&Ties> {
        self.slots.get(at).map(|_| self.ties(at))
    }

    /// Milliseconds of wall time from which on what an entry holds is not visible; 0 is never.
    #[inline]
    pub(crate) fn deadline(&self, at: u32) -> u64 {
        if self.slots[at].is_timed() { self.ties(at).deadline } else { 0 }
    }

    #[inline]
    pub(crate) fn set_deadline(&mut self, at: u32, deadline: u64) {
        self.slots[at].set_timed(deadline != 0);
        // Most have none, and their ties need not be looked at.
        if deadline != 0 {
            self.ties_mut(at).deadline = deadline;
        }
    }

    /// An entry holds this from now on; what it held is in `held` afterwards. Says what it weighed, beside itself.
    #[inline]
    pub(crate) fn swap(
        &mut self,
        at: u32,
        held: &mut Held<V>,
        weight: u32,
        deadline: u64,
        stamp: u64,
    ) -> (&mut Entry<K, V>, u32) {
        let entry = &mut self.slots[at];
        entry.set_timed(deadline != 0);
        // As with `set_deadline`.
        if deadline != 0 {
            self.ties[at as usize].deadline = deadline;
        }
        let weighed = entry.weight();
        entry.set_weight(weight);
        entry.stamp = stamp;
        entry.swap(held);
        (entry, weighed)
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
        self.index.find(print, |at| Some((at, self.entry_with(at, key)?)))
    }

    /// The entry of a key, if it is the first that the index would look at.
    #[inline]
    pub(crate) fn entry_at_home(&self, print: Print, key: &K) -> Option<&Entry<K, V>> {
        self.entry_with(self.index.first(print)?, key)
    }

    /// The same, and its number, for who changes it.
    #[inline]
    pub(crate) fn at_home_mut(&mut self, print: Print, key: &K) -> Option<(u32, &mut Entry<K, V>)> {
        let at = self.index.first(print)?;
        self.slots.get_mut(at).filter(|entry| entry.key == *key).map(|entry| (at, entry))
    }

    /// The entry that the index would look at first.
    pub(crate) fn first(&self, print: Print) -> Option<(u32, &Entry<K, V>)> {
        let at = self.index.first(print)?;
        Some((at, self.slots.get(at)?))
    }

    #[inline]
    fn entry_with(&self, at: u32, key: &K) -> Option<&Entry<K, V>> {
        self.slots.get(at).filter(|entry| entry.key == *key)
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
