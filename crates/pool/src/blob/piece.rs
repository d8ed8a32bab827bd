//! How much is checked and moved at once.
//!
//! The page cache keeps what was written in pieces as large as the writes were, and gives large pieces
//! back much faster; the nearest caches are smaller than that, but what is summed is summed much faster
//! than it is moved. A mebibyte that was written in halves is loaded a third faster than one in eighths.

use crate::medium::MediumTraits;

/// What goes in one piece.
const USUAL: usize = 512 << 10;

/// From this length on pieces are as large as the page cache's largest.
const LONG: u64 = 4 << 20;
const LARGE: usize = 2 << 20;

/// The largest buffer for bytes that nobody wants but the checksum.
pub(super) const BUFFER: usize = 256 << 10;

/// How many bytes of a payload of `length` are summed and moved at once; a medium may want more.
pub(super) fn piece(length: u64, medium: MediumTraits) -> usize {
    let wanted = if length < LONG { USUAL } else { LARGE };
    wanted.max(medium.piece as usize)
}
