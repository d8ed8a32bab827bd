//! How much is checked and moved at once.

use crate::medium::MediumTraits;

/// A payload up to this length goes in one piece: a small blob is one write beside its head.
const WHOLE: u64 = 256 << 10;

/// From this length on pieces are larger, because then the number of calls costs more than the
/// misses of the nearest cache.
const LARGE: u64 = 4 << 20;

/// How many bytes of a payload of `length` are summed and moved at once, so that the second of the two
/// finds them in a cache.
pub(super) fn piece(length: u64, medium: MediumTraits) -> usize {
    let usual = (medium.piece as usize).clamp(4 << 10, 1 << 20);
    match length {
        0..=WHOLE => 256 << 10,
        LARGE.. => usual * 4,
        _ => usual,
    }
}
