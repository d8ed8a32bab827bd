//! The entries of an order: a slab with lists through it.

use std::sync::Weak;

use super::list::{EMPTY, Ends, List};
use super::note::Ticket;
use crate::slot::Stored;

/// "No entry".
pub(super) const NONE: u32 = u32::MAX;

/// "It has not left yet."
pub(super) const NEVER: u64 = u64::MAX;

/// What an order knows of a slot. There is one for each object, so it is kept small.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) slot: Weak<dyn Stored>,
    pub(super) weight: u64,
    /// The epoch when it came, or when the order last came by.
    pub(super) seen: u64,
    /// How many bytes had left memory when it did; [`NEVER`] if it has not.
    pub(super) left: u64,
    /// The number of the newest note, if there was one.
    pub(super) residency: u32,
    pub(super) is_noted: bool,
    pub(super) list: Option<List>,
    /// Towards the head.
    pub(super) prev: u32,
    /// Towards the tail.
    pub(super) next: u32,
}

/// The entries of an order: a slab with lists through it. A place is used again with another
/// generation, so that an old ticket leads nowhere.
#[derive(Debug)]
pub(super) struct Shelf {
    /// In pieces, so that a new object never waits until a million others are moved.
    pieces: Vec<Vec<Cell>>,
    free: Vec<u32>,
    pub(super) lists: [Ends; 3],
}

#[derive(Debug)]
struct Cell {
    generation: u32,
    entry: Option<Entry>,
}

impl Shelf {
    /// So many entries are together.
    const PIECE: usize = 1_024;

    pub(super) fn new() -> Self {
        Self { pieces: Vec::new(), free: Vec::new(), lists: [EMPTY; 3] }
    }

    fn cell(&self, at: u32) -> Option<&Cell> {
        let at = at as usize;
        self.pieces.get(at / Self::PIECE)?.get(at % Self::PIECE)
    }

    fn cell_mut(&mut self, at: u32) -> Option<&mut Cell> {
        let at = at as usize;
        self.pieces.get_mut(at / Self::PIECE)?.get_mut(at % Self::PIECE)
    }

    /// Adds a place at the end.
    fn add(&mut self, cell: Cell) -> u32 {
        if self.pieces.last().is_none_or(|last| last.len() == Self::PIECE) {
            // The first grows as it needs to, for the sake of small pools.
            let size = if self.pieces.is_empty() { 0 } else { Self::PIECE };
            self.pieces.push(Vec::with_capacity(size));
        }
        let before = (self.pieces.len() - 1) * Self::PIECE;
        let last = self.pieces.last_mut().expect("one was just added if there was none");
        last.push(cell);
        let index = u32::try_from(before + last.len() - 1).unwrap_or(NONE);
        assert!(index != NONE, "slots are bounded by `objects_max`, far below 2^32");
        index
    }

    pub(super) fn admit(&mut self, slot: Weak<dyn Stored>) -> Ticket {
        let entry = Entry {
            slot,
            weight: 0,
            seen: 0,
            left: NEVER,
            residency: 0,
            is_noted: false,
            list: None,
            prev: NONE,
            next: NONE,
        };
        let Some(index) = self.free.pop() else {
            let index = self.add(Cell { generation: 0, entry: Some(entry) });
            return Ticket { index, generation: 0 };
        };
        let cell = self.cell_mut(index).expect("a free place is a place");
        cell.entry = Some(entry);
        Ticket { index, generation: cell.generation }
    }

    /// The entry of a ticket, unless its slot is gone.
    pub(super) fn of(&mut self, ticket: Ticket) -> Option<&mut Entry> {
        let cell = self.cell_mut(ticket.index)?;
        cell.entry.as_mut().filter(|_| cell.generation == ticket.generation)
    }

    /// An entry that is on no list any more is forgotten.
    pub(super) fn forget(&mut self, at: u32) {
        let Some(cell) = self.cell_mut(at) else { return };
        let gone = cell.entry.take();
        debug_assert!(gone.is_some_and(|entry| entry.list.is_none()), "it has left its list");
        // A place whose generations are used up is never used again.
        if let Some(next) = cell.generation.checked_add(1) {
            cell.generation = next;
            self.free.push(at);
        }
    }

    /// The slots of one piece, or None behind the last.
    pub(super) fn piece(&self, which: usize) -> Option<Vec<Weak<dyn Stored>>> {
        let slots = self.pieces.get(which)?.iter().filter_map(|cell| cell.entry.as_ref());
        Some(slots.map(|entry| entry.slot.clone()).collect())
    }
}

impl std::ops::Index<u32> for Shelf {
    type Output = Entry;
    fn index(&self, at: u32) -> &Entry {
        let entry = self.cell(at).and_then(|cell| cell.entry.as_ref());
        entry.expect("a link leads to an entry that is there")
    }
}

impl std::ops::IndexMut<u32> for Shelf {
    fn index_mut(&mut self, at: u32) -> &mut Entry {
        let entry = self.cell_mut(at).and_then(|cell| cell.entry.as_mut());
        entry.expect("a link leads to an entry that is there")
    }
}
