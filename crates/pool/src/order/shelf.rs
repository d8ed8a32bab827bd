//! The entries of an order: a slab with lists through it.

use std::sync::Weak;

use super::note::Ticket;
use crate::slot::Stored;

/// "No entry".
pub(super) const NONE: u32 = u32::MAX;

/// What an order knows of a slot.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) slot: Weak<dyn Stored>,
    /// The number of the newest note.
    pub(super) residency: Option<u32>,
    pub(super) weight: u64,
    /// The epoch when it came, or when the order last came by.
    pub(super) seen: u64,
    /// How many bytes had left memory when it did, if it is not here.
    pub(super) left: Option<u64>,
    list: Option<List>,
    /// Towards the head.
    prev: u32,
    /// Towards the tail.
    next: u32,
}

/// The lists of a shelf. What comes in is at the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// What goes first.
    Once,
    Probation,
    Main,
}

#[derive(Clone, Copy, Debug)]
struct Ends {
    head: u32,
    tail: u32,
    len: usize,
    weight: u64,
}

const EMPTY: Ends = Ends { head: NONE, tail: NONE, len: 0, weight: 0 };

/// The entries of an order: a slab with lists through it. A place is used again with another
/// generation, so that an old ticket leads nowhere.
#[derive(Debug)]
pub(super) struct Shelf {
    cells: Vec<Cell>,
    free: Vec<u32>,
    lists: [Ends; 3],
}

#[derive(Debug)]
struct Cell {
    generation: u32,
    entry: Option<Entry>,
}

impl Shelf {
    pub(super) fn new() -> Self {
        Self { cells: Vec::new(), free: Vec::new(), lists: [EMPTY; 3] }
    }

    pub(super) fn admit(&mut self, slot: Weak<dyn Stored>) -> Ticket {
        let (residency, left, list) = (None, None, None);
        let entry =
            Entry { slot, residency, weight: 0, seen: 0, left, list, prev: NONE, next: NONE };
        if let Some(index) = self.free.pop() {
            let cell = &mut self.cells[index as usize];
            cell.entry = Some(entry);
            return Ticket { index, generation: cell.generation };
        }
        let index = u32::try_from(self.cells.len()).unwrap_or(NONE);
        assert!(index != NONE, "slots are bounded by `objects_max`, far below 2^32");
        self.cells.push(Cell { generation: 0, entry: Some(entry) });
        Ticket { index, generation: 0 }
    }

    /// The entry of a ticket, unless its slot is gone.
    pub(super) fn of(&mut self, ticket: Ticket) -> Option<&mut Entry> {
        let cell = self.cells.get_mut(ticket.index as usize)?;
        cell.entry.as_mut().filter(|_| cell.generation == ticket.generation)
    }

    /// An entry that is on no list any more is forgotten.
    pub(super) fn forget(&mut self, at: u32) {
        let cell = &mut self.cells[at as usize];
        let gone = cell.entry.take();
        debug_assert!(gone.is_some_and(|entry| entry.list.is_none()), "it has left its list");
        // A place whose generations are used up is never used again.
        if let Some(next) = cell.generation.checked_add(1) {
            cell.generation = next;
            self.free.push(at);
        }
    }

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

    /// The slots of so many places from `from` on, and whether there are more places.
    pub(super) fn piece(&self, from: usize, most: usize) -> (Vec<Weak<dyn Stored>>, bool) {
        let end = from.saturating_add(most).min(self.cells.len());
        let piece = self.cells.get(from..end).unwrap_or_default();
        let slots = piece.iter().filter_map(|cell| cell.entry.as_ref());
        (slots.map(|entry| entry.slot.clone()).collect(), end < self.cells.len())
    }
}

impl std::ops::Index<u32> for Shelf {
    type Output = Entry;
    fn index(&self, at: u32) -> &Entry {
        self.cells[at as usize].entry.as_ref().expect("a link leads to an entry that is there")
    }
}

impl std::ops::IndexMut<u32> for Shelf {
    fn index_mut(&mut self, at: u32) -> &mut Entry {
        self.cells[at as usize].entry.as_mut().expect("a link leads to an entry that is there")
    }
}
