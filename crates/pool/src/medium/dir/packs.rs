//! The packs of a directory.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::pack::Pack;

/// The packs of a directory, by their numbers.
#[derive(Debug)]
pub(super) struct Packs<F> {
    all: HashMap<u64, Pack<F>>,
    /// Those with a free cell, by the size of their cells.
    with_room: BTreeMap<u64, BTreeSet<u64>>,
}

/// A cell that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) pack: u64,
    pub(super) at: u64,
    pub(super) size: u64,
}

/// What becomes of who wants a cell.
#[derive(Debug)]
pub(super) enum Taken<F> {
    /// This one, in this file.
    Cell(Cell, F),
    /// No pack has one: another pack is needed.
    NoPack,
    /// The directory may not take more.
    NoRoom,
}

/// What is left of packs: to be closed, and so many bytes less.
#[derive(Debug)]
pub(super) struct Closed<F> {
    pub(super) files: Vec<F>,
    pub(super) bytes: u64,
}

impl<F: Clone> Packs<F> {
    pub(super) fn new() -> Self {
        Self { all: HashMap::new(), with_room: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, number: u64, file: F, size: u64) {
        self.all.insert(number, Pack::new(file, size));
        self.with_room.entry(size).or_default().insert(number);
    }

    /// Takes a cell: one that a file has already if there is one. `grow` takes what a file grows by.
    pub(super) fn take(&mut self, size: u64, grow: impl FnOnce(u64) -> bool) -> Taken<F> {
        let with_room = self.with_room.entry(size).or_default();
        let has_hole = |number: &&u64| self.all.get(*number).is_some_and(Pack::has_hole);
        let holed = with_room.iter().find(has_hole).copied();
        let Some(number) = holed.or_else(|| with_room.first().copied()) else {
            return Taken::NoPack;
        };
        let Some(pack) = self.all.get_mut(&number) else { return Taken::NoPack };
        if holed.is_none() && !grow(size) {
            return Taken::NoRoom;
        }
        let Some(at) = pack.take() else { return Taken::NoPack };
        if pack.is_full() {
            with_room.remove(&number);
        }
        Taken::Cell(Cell { pack: number, at, size }, pack.file.clone())
    }

    /// Gives a cell back. A pack without blobs goes if there is another one with room for them.
    pub(super) fn give(&mut self, number: u64, at: u64) -> Option<Closed<F>> {
        let pack = self.all.get_mut(&number)?;
        if !pack.give(at) {
            return None;
        }
        let with_room = self.with_room.entry(pack.cell).or_default();
        with_room.insert(number);
        let is_spare = pack.is_empty() && with_room.len() > 1;
        Some(self.close(if is_spare { vec![number] } else { Vec::new() }))
    }

    /// Whether a pack goes when one of its cells is given back.
    pub(super) fn closes_with(&self, number: u64) -> bool {
        let is_other = |other: &u64| *other != number;
        self.all.get(&number).filter(|pack| pack.has_one()).is_some_and(|pack| {
            self.with_room.get(&pack.cell).is_some_and(|others| others.iter().any(is_other))
        })
    }

    /// Closes all packs without blobs.
    pub(super) fn close_empty(&mut self) -> Closed<F> {
        let empty = self.all.iter().filter(|(_, pack)| pack.is_empty());
        let empty = empty.map(|(number, _)| *number).collect();
        self.close(empty)
    }

    fn close(&mut self, numbers: Vec<u64>) -> Closed<F> {
        let mut closed = Closed { files: Vec::new(), bytes: 0 };
        for number in numbers {
            let Some(pack) = self.all.remove(&number) else { continue };
            if let Some(with_room) = self.with_room.get_mut(&pack.cell) {
                with_room.remove(&number);
            }
            closed.bytes += pack.bytes();
            closed.files.push(pack.file);
        }
        closed
    }

    /// The size of a pack's cells.
    pub(super) fn cell(&self, number: u64) -> Option<u64> {
        self.all.get(&number).map(|pack| pack.cell)
    }

    pub(super) fn file(&self, number: u64) -> Option<F> {
        self.all.get(&number).map(|pack| pack.file.clone())
    }
}
