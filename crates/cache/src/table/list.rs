//! Doubly linked lists through the entries.

use super::entry::ListId;
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

    /// Its entries, from the entry `at` on.
    pub(crate) fn walk_from<K, V>(
        &self,
        at: Option<u32>,
        entries: &Roster<K, V>,
    ) -> impl Iterator<Item = u32> {
        let next = |at: &u32| Some(entries.ties(*at).next).filter(|next| *next != NONE);
        std::iter::successors(at.or_else(|| self.head()), next)
    }

    #[inline]
    pub(crate) fn push_tail<K, V>(&mut self, entries: &mut Roster<K, V>, at: u32) {
        let tail = self.tail;
        self.adopt(entries, at, tail, NONE);
        match tail {
            NONE => self.head = at,
            tail => entries.ties_mut(tail).next = at,
        }
        self.tail = at;
    }

    pub(crate) fn push_head<K, V>(&mut self, entries: &mut Roster<K, V>, at: u32) {
        let head = self.head;
        self.adopt(entries, at, NONE, head);
        match head {
            NONE => self.tail = at,
            head => entries.ties_mut(head).prev = at,
        }
        self.head = at;
    }

    #[inline]
    fn adopt<K, V>(&mut self, entries: &mut Roster<K, V>, at: u32, prev: u32, next: u32) {
        let ties = entries.ties_mut(at);
        (ties.prev, ties.next) = (prev, next);
        let entry = &mut entries[at];
        debug_assert_eq!(entry.list(), ListId::None, "an entry is on one list at most");
        entry.set_list(self.id);
        self.len += 1;
        self.weight += u64::from(entry.weight());
    }

    #[inline]
    pub(crate) fn unlink<K, V>(&mut self, entries: &mut Roster<K, V>, at: u32) {
        let entry = &mut entries[at];
        debug_assert_eq!(entry.list(), self.id, "an entry leaves the list that it is on");
        entry.set_list(ListId::None);
        self.len -= 1;
        self.weight -= u64::from(entry.weight());
        let ties = entries.ties_mut(at);
        let (prev, next) = (ties.prev, ties.next);
        (ties.prev, ties.next) = (NONE, NONE);
        self.close_gap(entries, prev, next);
    }

    /// An entry goes from this list to the tail of another one, as with [`unlink`](Self::unlink) and
    /// [`push_tail`](Self::push_tail), but each of its halves is written once.
    #[inline]
    pub(crate) fn hand_over<K, V>(&mut self, to: &mut Self, entries: &mut Roster<K, V>, at: u32) {
        let entry = &mut entries[at];
        debug_assert_eq!(entry.list(), self.id, "an entry leaves the list that it is on");
        entry.set_list(to.id);
        let weight = u64::from(entry.weight());
        self.len -= 1;
        self.weight -= weight;
        to.len += 1;
        to.weight += weight;
        let tail = std::mem::replace(&mut to.tail, at);
        let ties = entries.ties_mut(at);
        let (prev, next) = (ties.prev, ties.next);
        (ties.prev, ties.next) = (tail, NONE);
        self.close_gap(entries, prev, next);
        match tail {
            NONE => to.head = at,
            tail => entries.ties_mut(tail).next = at,
        }
    }

    /// Its head goes to its own tail.
    pub(crate) fn rotate<K, V>(&mut self, entries: &mut Roster<K, V>) {
        let (head, tail) = (self.head, self.tail);
        if head == tail {
            return;
        }
        let next = entries.ties(head).next;
        entries.ties_mut(next).prev = NONE;
        let ties = entries.ties_mut(head);
        (ties.prev, ties.next) = (tail, NONE);
        entries.ties_mut(tail).next = head;
        (self.head, self.tail) = (next, head);
    }

    /// What was between these two has left.
    #[inline]
    fn close_gap<K, V>(&mut self, entries: &mut Roster<K, V>, prev: u32, next: u32) {
        match prev {
            NONE => self.head = next,
            prev => entries.ties_mut(prev).next = next,
        }
        match next {
            NONE => self.tail = prev,
            next => entries.ties_mut(next).prev = prev,
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
