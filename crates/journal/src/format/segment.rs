//! The header of a segment: its first block.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 8 | the magic `FBSEGMNT` |
//! | 8 | 2 | the version |
//! | 10 | 2 | reserved, 0 |
//! | 12 | 4 | the block size, 4096 |
//! | 16 | 16 | the journal's id |
//! | 32 | 8 | the segment's number |
//! | 40 | 8 | its length in bytes |
//! | 48 | 16 | the salt: drawn anew whenever a file becomes a segment |
//! | 64 | 8 | the counter of the slot that its owner began with |
//! | 72 | 8 | which of its owner's files it is, from 1 on |
//! | 80 | 4012 | reserved, 0 |
//! | 4092 | 4 | checksum of everything before |

use super::{BLOCK, BLOCK_BYTES, VERSION, checksum, u32_at, u64_at};

const MAGIC: &[u8; 8] = b"FBSEGMNT";

/// The header of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentHeader {
    /// The journal's id.
    pub journal: [u8; 16],
    /// The segment's number.
    pub number: u64,
    /// The length of the file.
    pub length: u64,
    /// What binds frames to this use of the file.
    pub salt: [u8; 16],
    /// When it was made: its owner, and which of its files it is. Of two segments with one number
    /// the later one counts.
    pub made: (u64, u64),
}

impl SegmentHeader {
    /// The first block of the file.
    pub fn encode(&self) -> Vec<u8> {
        let mut block = vec![0; BLOCK_BYTES];
        block[..8].copy_from_slice(MAGIC);
        block[8..10].copy_from_slice(&VERSION.to_le_bytes());
        block[12..16].copy_from_slice(&4096_u32.to_le_bytes());
        block[16..32].copy_from_slice(&self.journal);
        block[32..40].copy_from_slice(&self.number.to_le_bytes());
        block[40..48].copy_from_slice(&self.length.to_le_bytes());
        block[48..64].copy_from_slice(&self.salt);
        block[64..72].copy_from_slice(&self.made.0.to_le_bytes());
        block[72..80].copy_from_slice(&self.made.1.to_le_bytes());
        seal(&mut block);
        block
    }

    /// Reads the first block; says what is wrong with it.
    pub fn decode(block: &[u8]) -> Result<Self, &'static str> {
        check(block, *MAGIC)?;
        if u32_at(block, 12) != 4096 {
            return Err("the block size is not 4096");
        }
        let header = Self {
            journal: sixteen(block, 16),
            number: u64_at(block, 32),
            length: u64_at(block, 40),
            salt: sixteen(block, 48),
            made: (u64_at(block, 64), u64_at(block, 72)),
        };
        if header.length < 2 * BLOCK || !header.length.is_multiple_of(BLOCK) {
            return Err("the length is not a number of blocks");
        }
        Ok(header)
    }
}

/// The name of a segment.
pub fn name(number: u64) -> String {
    format!("{number:016x}.seg")
}

/// The number that a name stands for, if it is a segment's.
pub fn number(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".seg")?;
    let is_ours =
        digits.len() == 16 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if is_ours { u64::from_str_radix(digits, 16).ok() } else { None }
}

/// Writes the checksum into the last bytes of a block.
pub(super) fn seal(block: &mut [u8]) {
    let end = block.len() - 4;
    let sum = checksum(&block[..end]);
    block[end..].copy_from_slice(&sum.to_le_bytes());
}

/// Checks what all our blocks have in common.
pub(super) fn check(block: &[u8], magic: [u8; 8]) -> Result<(), &'static str> {
    if block.len() != BLOCK_BYTES {
        return Err("it is too short");
    }
    if block[..8] != magic {
        return Err("the magic is not ours");
    }
    let end = BLOCK_BYTES - 4;
    if checksum(&block[..end]) != u32_at(block, end) {
        return Err("the checksum is wrong");
    }
    if block[8..10] != VERSION.to_le_bytes() {
        return Err("the version is not 1: it was written by a later release");
    }
    Ok(())
}

pub(super) fn sixteen(block: &[u8], at: usize) -> [u8; 16] {
    block.get(at..at + 16).and_then(|bytes| bytes.try_into().ok()).unwrap_or_default()
}
