//! A blob on its way into compressed memory.

use forebay_store::Result;

use super::blocks::{Block, Packed};
use super::compressed_memory::{CompressedMemory, OVERHEAD};
use crate::blob::HEAD;
use crate::medium::{Place, Writing};

/// A blob on its way into compressed memory. Each block is packed when it is whole. What it has taken is
/// given back if this is dropped before it is sealed.
pub(super) struct Packing<'a> {
    to: &'a CompressedMemory,
    blocks: Vec<Block>,
    /// What is no whole block yet.
    rest: Vec<u8>,
    length: u64,
    taken: u64,
}

impl<'a> Packing<'a> {
    pub(super) fn begin(to: &'a CompressedMemory) -> Result<Self> {
        to.take(OVERHEAD)?;
        let (blocks, rest) = (Vec::new(), Vec::new());
        Ok(Self { to, blocks, rest, length: 0, taken: OVERHEAD })
    }

    fn pack(&mut self) -> Result<()> {
        let block = Block::of(&self.rest);
        let bytes = block.stored() + size_of::<Block>() as u64;
        self.to.take(bytes)?;
        self.taken += bytes;
        self.rest.clear();
        self.blocks.push(block);
        Ok(())
    }
}

impl Writing for Packing<'_> {
    fn put(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let room = Block::LENGTH - self.rest.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.rest.extend_from_slice(now);
            self.length += now.len() as u64;
            bytes = later;
            if self.rest.len() == Block::LENGTH {
                self.pack()?;
            }
        }
        Ok(())
    }

    fn offset(&self) -> u32 {
        128
    }

    fn seal(mut self: Box<Self>, head: &[u8; HEAD]) -> Result<Place> {
        if !self.rest.is_empty() {
            self.pack()?;
        }
        let blocks = std::mem::take(&mut self.blocks);
        let packed = Packed { head: *head, blocks, length: self.length };
        let taken = std::mem::take(&mut self.taken);
        Ok(self.to.enter(packed, taken))
    }
}

impl Drop for Packing<'_> {
    fn drop(&mut self) {
        self.to.give(self.taken);
    }
}
