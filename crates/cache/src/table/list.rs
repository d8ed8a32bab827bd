//! Doubly linked lists through the entries.

use super::entry::{Entry, ListId};
use super::roster::{NONE, Roster};

/// One list of a shard. New entries come in at the tail, the oldest is at the head.
#[derive(Debug)]
pub(crate) struct List {
    id: ListId,
    head: u32,
    tail: u32,
    len: usize,
    weight: u64,
}

impl List {
    pub(crate) fn new(id: ListId) -> Self {
        Self { id, head: NONE, tail: NONE, len: 0, weight: 0 }
    }

    pub(crate) fn id(&self) -> ListId {
        self.id
    }

    #[inline]
    pub(crate) fn head(&self) -> Option<u32> {
        (self.head != NONE).then_some(self.head)
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The weights of its entries as they were when they came in.
    #[inline]
    pub(crate) fn weight(&self) -> u64 {
        self.weight
    }

    /// Its entries, from the head on.
    pub(crate) fn walk<K, V>(&self, entries: &Roster<K, V>) -> impl Iterator<Item = u32> {
        self.walk_from(None, entries)
    }

    /// The same from one of its entries on.
    pub(crate) fn walk_from<K, V>(
        &self,
        at: Option<u32>,
        entries: &Roster<K, V>,
    ) -> impl Iterator<Item = u32> {
        let next = |at: &u32| Some(entries[*at].next).filter(|next| *next != NONE);
        std::iter::successors(at.or_else(|| self.head()), next)
    }

    #[inline]
    pub(crate) fn push_tail<K, V>(&mut self, entries: &mut Roster<K, V>, at: u32) {
        let tail = self.tail;
        self.adopt(&mut entries[at], tail, NONE);
        match tail {
            NONE => self.head = at,
            tail => entries[tail].next = at,
        }
        self.tail = at;
    }

    pub(crate) fn push_head<K, V>(&mut self, entries: &mut Roster<K, V>, at: u32) {
        let head = self.head;
        self.adopt(&mut entries[at], NONE, head);
        match head {
            NONE => self.tail = at,
            head => entries[head].prev = at,
        }
        self.head = at;
    }

    #[inline]
    fn adopt<K, V>(&mut self, entry: &mut Entry<K, V>, prev: u32, next: u32) {
        debug_assert_eq!(entry.list, ListId::None, "an entry is on one list at most");
        (entry.prev, entry.next, entry.list) = (prev, next, self.id);
        self.len += 1;
        self.weight += u64::from(entry.weight);
    }

    #[inline]
    pub(crate) fn unlink<K, V>(&mut self, entries: &mut Roster<K, V>, at: u32) {
        let entry = &mut entries[at];
        debug_assert_eq!(entry.list, self.id, "an entry leaves the list that it is on");
        let (prev, next) = (entry.prev, entry.next);
        (entry.prev, entry.next, entry.list) = (NONE, NONE, ListId::None);
        self.len -= 1;
        self.weight -= u64::from(entry.weight);
        match prev {
            NONE => self.head = next,
            prev => entries[prev].next = next,
        }
        match next {
            NONE => self.tail = prev,
            next => entries[next].prev = prev,
        }
    }
}

impl List {
    /// Notes that an entry on this list changed its weight.
    #[inline]
    pub(crate) fn reweigh(&mut self, from: u32, to: u32) {
        self.weight = self.weight - u64::from(from) + u64::from(to);
    }
}
