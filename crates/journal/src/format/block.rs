//! Blocks, and numbers in them.

/// What is written at once, and what a power cut may leave half-written: synced bytes are never in
/// the same block as bytes written later.
pub const BLOCK: u64 = 4096;

/// The same for buffers.
pub(crate) const BLOCK_BYTES: usize = 4096;

/// The next block at or after `offset`.
pub(crate) fn next_block(offset: u64) -> u64 {
    offset.div_ceil(BLOCK) * BLOCK
}

/// Reads a number at a place that the caller knows to be within `bytes`.
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes)
}

/// As [`u32_at`].
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..at + 8).and_then(|eight| eight.try_into().ok()).map_or(0, u64::from_le_bytes)
}
