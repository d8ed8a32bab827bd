//! A file with many blobs, in cells of one size.

/// A file with many blobs, in cells of one size. Which cells are taken is known here only: what is
/// spilled does not outlive its process.
#[derive(Debug)]
pub(super) struct Pack<F> {
    pub(super) file: F,
    pub(super) cell: u64,
    /// A bit for each cell that was ever taken, in order: 1 is taken.
    words: Vec<u64>,
    cells_max: u64,
    taken: u64,
    /// So many cells were ever taken, which is how far the file reaches.
    high: u64,
    /// In no word before this one is a cell free.
    first: usize,
}

impl<F> Pack<F> {
    const BYTES: u64 = 64 << 20;
    const CELLS_MIN: u64 = 4;

    pub(super) fn new(file: F, cell: u64) -> Self {
        let cells_max = (Self::BYTES / cell).max(Self::CELLS_MIN);
        Self { file, cell, words: Vec::new(), cells_max, taken: 0, high: 0, first: 0 }
    }

    /// What it takes on the disk.
    pub(super) fn bytes(&self) -> u64 {
        self.high * self.cell
    }

    pub(super) fn is_empty(&self) -> bool {
        self.taken == 0
    }

    pub(super) fn has_one(&self) -> bool {
        self.taken == 1
    }

    pub(super) fn is_full(&self) -> bool {
        self.taken == self.cells_max
    }

    /// A cell is free that the file has already.
    pub(super) fn has_hole(&self) -> bool {
        self.taken < self.high
    }

    /// Takes the lowest cell that is free, and says where it is.
    pub(super) fn take(&mut self) -> Option<u64> {
        if self.is_full() {
            return None;
        }
        while self.words.get(self.first).is_some_and(|word| *word == u64::MAX) {
            self.first += 1;
        }
        if self.first == self.words.len() {
            self.words.push(0);
        }
        let word = &mut self.words[self.first];
        let bit = u64::from(word.trailing_ones());
        *word |= 1 << bit;
        let number = self.first as u64 * 64 + bit;
        self.taken += 1;
        self.high = self.high.max(number + 1);
        Some(number * self.cell)
    }

    /// Gives a cell back. `false`: it was not taken.
    pub(super) fn give(&mut self, at: u64) -> bool {
        let number = at / self.cell;
        let (index, bit) = (usize::try_from(number / 64).unwrap_or(usize::MAX), number % 64);
        let Some(word) = self.words.get_mut(index).filter(|word| **word & (1 << bit) != 0) else {
            return false;
        };
        *word &= !(1 << bit);
        self.first = self.first.min(index);
        self.taken -= 1;
        true
    }
}
