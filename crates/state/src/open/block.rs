//! A block of 4096 bytes that says what it is and whether it is right.

use forebay_journal::format::checksum;

/// The bytes of a block.
pub(super) const BLOCK: usize = 4096;

/// Where the checksum of everything before it is.
const SUM: usize = BLOCK - 4;

/// The version of every block.
const VERSION: u16 = 1;

/// A block with this magic and nothing else yet.
pub(super) fn begin(magic: [u8; 8]) -> Vec<u8> {
    let mut block = vec![0; BLOCK];
    block[..8].copy_from_slice(&magic);
    block[8..10].copy_from_slice(&VERSION.to_le_bytes());
    block
}

/// Puts `number` at this offset.
pub(super) fn put(block: &mut [u8], at: usize, number: u64) {
    block[at..at + 8].copy_from_slice(&number.to_le_bytes());
}

/// The number at this offset; 0 beyond the end.
pub(super) fn number(block: &[u8], at: usize) -> u64 {
    let bytes = block.get(at..).and_then(|bytes| bytes.first_chunk());
    bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// Ends a block: nothing is changed in it any more.
pub(super) fn seal(mut block: Vec<u8>) -> Vec<u8> {
    let sum = checksum(&block[..SUM]);
    block[SUM..].copy_from_slice(&sum.to_le_bytes());
    block
}

/// Whether this is a block with this magic, as it was written; says what is wrong with it.
pub(super) fn check(block: &[u8], magic: [u8; 8]) -> Result<(), &'static str> {
    if block.len() != BLOCK {
        return Err("it is too short");
    }
    if block[..8] != magic {
        return Err("its magic is wrong");
    }
    if block[SUM..] != checksum(&block[..SUM]).to_le_bytes() {
        return Err("its checksum is wrong");
    }
    if block[8..10] != VERSION.to_le_bytes() {
        return Err("it is of a version that this program does not know");
    }
    Ok(())
}
