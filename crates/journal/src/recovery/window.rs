//! A piece of a file in memory.

use std::io;
use std::sync::Arc;

use super::segment::fill;
use crate::disk::DiskFile;
use crate::format::BLOCK_BYTES;

/// Reads a file piece by piece, and no byte twice on the way forward. It holds at most one piece and
/// what the last frame in it has beyond its end.
#[derive(Debug)]
pub(crate) struct Window {
    file: Arc<dyn DiskFile>,
    end: u64,
    piece: Piece,
}

/// Some bytes of a file, and where they begin.
#[derive(Debug, Default)]
pub(crate) struct Piece {
    at: u64,
    /// Only the first `used` bytes mean something: what is behind them is kept to be used again.
    bytes: Vec<u8>,
    used: usize,
}

impl Window {
    /// The bytes of `file` before `end`.
    pub(crate) fn new(file: Arc<dyn DiskFile>, end: u64) -> Self {
        Self { file, end, piece: Piece::default() }
    }

    /// `length` bytes at `offset`; fewer at the end.
    pub(crate) fn bytes(&mut self, offset: u64, length: usize) -> io::Result<&[u8]> {
        let end = offset.saturating_add(length as u64).min(self.end);
        if offset < self.piece.at || offset > self.piece.end() {
            self.begin(offset);
        }
        if end > self.piece.end() {
            self.extend(end)?;
        }
        Ok(self.piece.bytes(offset, length))
    }

    /// All bytes from `offset` on that can be had without beginning another piece.
    pub(crate) fn rest(&mut self, offset: u64) -> io::Result<&[u8]> {
        let length = if self.piece.used == 0 { Piece::LENGTH } else { BLOCK_BYTES };
        self.bytes(offset, length)?;
        Ok(self.piece.bytes_from(offset))
    }

    /// Whether nothing at `offset` has been read yet.
    pub(crate) fn is_before(&self, offset: u64) -> bool {
        offset >= self.piece.end()
    }

    /// Begins a new piece at `offset`.
    pub(crate) fn begin(&mut self, offset: u64) {
        (self.piece.at, self.piece.used) = (offset, 0);
    }

    /// Gives away what was read, and goes on with the memory of an older piece.
    pub(crate) fn exchange(&mut self, spare: Piece) -> Piece {
        std::mem::replace(&mut self.piece, Piece { at: 0, used: 0, ..spare })
    }

    /// Reads on to `end`. A new piece is read whole; an old one grows by what is missing.
    fn extend(&mut self, end: u64) -> io::Result<()> {
        let piece = &mut self.piece;
        let whole = piece.at.saturating_add(Piece::LENGTH as u64).min(self.end);
        let end = if piece.used == 0 { end.max(whole) } else { end };
        let length = usize::try_from(end - piece.at).map_err(|_| io::ErrorKind::OutOfMemory)?;
        if piece.bytes.len() < length {
            piece.bytes.resize(length, 0);
        }
        let (used, offset) = (piece.used, piece.end());
        piece.used += fill(&*self.file, &mut piece.bytes[used..length], offset)?;
        if used == 0 {
            // Not before: what was read last cannot be forgotten at once without a wait.
            self.file.was_read(offset);
        }
        Ok(())
    }
}

impl Piece {
    /// How much is read at a time.
    pub(crate) const LENGTH: usize = 1 << 20;

    /// `length` bytes at `offset` of the file; fewer where they were not read.
    pub(crate) fn bytes(&self, offset: u64, length: usize) -> &[u8] {
        let from = offset.checked_sub(self.at).and_then(|from| usize::try_from(from).ok());
        let from = from.unwrap_or(usize::MAX);
        let to = from.saturating_add(length).min(self.used);
        self.bytes.get(from..to).unwrap_or_default()
    }

    /// All that was read from `offset` on.
    fn bytes_from(&self, offset: u64) -> &[u8] {
        let end = usize::try_from(self.end().saturating_sub(offset)).unwrap_or_default();
        self.bytes(offset, end)
    }

    /// How many bytes there are.
    pub(crate) fn length(&self) -> usize {
        self.used
    }

    /// Whether it is worth keeping: a frame may have made it much longer than others need.
    pub(crate) fn is_spare(&self) -> bool {
        self.bytes.len() <= 2 * Self::LENGTH
    }

    fn end(&self) -> u64 {
        self.at + self.used as u64
    }
}
