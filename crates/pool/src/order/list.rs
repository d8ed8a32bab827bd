//! Lists through the entries of an order.

use super::shelf::{NONE, Shelf};

/// The lists of a shelf. What comes in is at the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// What goes first.
    Once,
    Probation,
    Main,
}

/// The ends of a list, and what is on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    head: u32,
    tail: u32,
    len: usize,
    weight: u64,
}

pub(super) const EMPTY: Ends = Ends { head: NONE, tail: NONE, len: 0, weight: 0 };

impl Shelf {
    pub(super) fn list(&self, at: u32) -> Option<List> {
        self[at].list
    }

    /// How many are on a list.
    pub(super) fn len(&self) -> usize {
        self.lists.iter().map(|ends| ends.len).sum()
    }

    pub(super) fn len_of(&self, list: List) -> usize {
        self.lists[list as usize].len
    }

    pub(super) fn weight_of(&self, list: List) -> u64 {
        self.lists[list as usize].weight
    }

    /// The weight of all that are in memory.
    pub(super) fn weight(&self) -> u64 {
        self.lists.iter().map(|ends| ends.weight).sum()
    }

    pub(super) fn tail(&self, list: List) -> Option<u32> {
        let tail = self.lists[list as usize].tail;
        (tail != NONE).then_some(tail)
    }

    /// The next one towards the head.
    pub(super) fn newer(&self, at: u32) -> u32 {
        self[at].prev
    }

    /// Puts an entry at the head of a list.
    pub(super) fn push(&mut self, list: List, at: u32) {
        let head = self.lists[list as usize].head;
        let entry = &mut self[at];
        debug_assert!(entry.list.is_none(), "an entry is on one list at most");
        (entry.prev, entry.next, entry.list) = (NONE, head, Some(list));
        let weight = entry.weight;
        if head != NONE {
            self[head].prev = at;
        }
        let ends = &mut self.lists[list as usize];
        ends.head = at;
        if ends.tail == NONE {
            ends.tail = at;
        }
        ends.len += 1;
        ends.weight += weight;
    }

    /// Takes an entry off its list.
    pub(super) fn unlink(&mut self, at: u32) {
        let entry = &mut self[at];
        let (prev, next, weight) = (entry.prev, entry.next, entry.weight);
        let list = entry.list.take();
        (entry.prev, entry.next) = (NONE, NONE);
        let Some(list) = list else { return };
        if prev != NONE {
            self[prev].next = next;
        }
        if next != NONE {
            self[next].prev = prev;
        }
        let ends = &mut self.lists[list as usize];
        if prev == NONE {
            ends.head = next;
        }
        if next == NONE {
            ends.tail = prev;
        }
        ends.len -= 1;
        ends.weight -= weight;
    }

    pub(super) fn reweigh(&mut self, at: u32, weight: u64) {
        let entry = &mut self[at];
        let before = std::mem::replace(&mut entry.weight, weight);
        if let Some(list) = entry.list {
            let ends = &mut self.lists[list as usize];
            ends.weight = ends.weight - before + weight;
        }
    }
}
