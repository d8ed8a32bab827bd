//! The sizes of cells.

use crate::blob::HEAD;

const KIB: u64 = 1 << 10;
const BLOCK: u64 = 4 * KIB;

/// The small ones: what is a power of two fits with its head.
const SMALL: [u64; 15] = [1, 2, 4, 8, 12, 20, 36, 52, 68, 84, 100, 132, 164, 196, 260];

/// A blob that takes more than this is in no cell.
pub(super) const LARGEST: u64 = (64 << 20) + BLOCK;

/// The size of the cell for a payload of so many bytes, if there is one.
pub(super) fn size_for(payload: u64) -> Option<u64> {
    let length = payload.checked_add(HEAD as u64).filter(|length| *length <= LARGEST)?;
    let small = SMALL.iter().map(|kib| kib * KIB).find(|size| length <= *size);
    Some(small.unwrap_or_else(|| large_for(length)))
}

/// Four for each power of two, and a block for the head: what is a power of two fits, and no blob leaves
/// more than a fifth of its cell empty.
fn large_for(length: u64) -> u64 {
    let payload = length.saturating_sub(BLOCK).max(4);
    let step = (1 << payload.ilog2()) / 4;
    payload.next_multiple_of(step) + BLOCK
}
