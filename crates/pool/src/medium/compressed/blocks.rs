//! The payload of a blob in blocks, each compressed by itself.

use forebay_store::{Error, Result};
use lz4_flex::block::{compress, decompress_into};

use crate::blob::HEAD;

/// A blob in memory.
#[derive(Debug)]
pub(super) struct Packed {
    pub(super) head: [u8; HEAD],
    pub(super) blocks: Vec<Block>,
    /// Of the payload as it was put.
    pub(super) length: u64,
}

/// A piece of a payload, all of [`Block::LENGTH`] but the last. What would not shrink is as it was.
#[derive(Debug)]
pub(super) struct Block {
    bytes: Box<[u8]>,
    raw: usize,
}

impl Block {
    /// Any piece can be read, so it must not be long; it must be long enough to be packed well.
    pub(super) const LENGTH: usize = 128 << 10;

    pub(super) fn of(raw: &[u8]) -> Self {
        let packed = compress(raw);
        let bytes = if packed.len() < raw.len() { packed.into() } else { Box::from(raw) };
        Self { bytes, raw: raw.len() }
    }

    /// What it takes in memory, beside what every block does.
    pub(super) fn stored(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// The bytes that it was made of, in place of what is in `into`.
    pub(super) fn unpack(&self, into: &mut Vec<u8>) -> Result<()> {
        into.clear();
        if self.bytes.len() == self.raw {
            into.extend_from_slice(&self.bytes);
            return Ok(());
        }
        into.resize(self.raw, 0);
        match decompress_into(&self.bytes, into) {
            Ok(length) if length == self.raw => Ok(()),
            Ok(_) => Err(Error::corrupt("a block in memory is shorter than it was")),
            Err(error) => Err(Error::corrupt("a block in memory is damaged").with_source(error)),
        }
    }
}
