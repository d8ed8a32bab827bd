//! A block as it is stored, of which nothing but the header is known to be right.

use forebay_journal::format::checksum;
use forebay_store::Result;

use super::block::{Block, Header};
use super::compression::{Compression, unpress};
use super::damage::Place;

/// A block that was read. To see whether it is good, and what is in it, can be left to somebody else.
#[derive(Debug)]
pub(super) struct Stored {
    block: Block,
    /// How its bytes are stored; `None` once they are those of the block.
    packed: Option<Packed>,
}

#[derive(Clone, Copy, Debug)]
struct Packed {
    compression: Compression,
    /// How long the bytes of the block are.
    length: u32,
    /// The checksum of the bytes as they are stored.
    sum: u32,
}

impl Stored {
    pub(super) fn new(place: Place, header: Header, bytes: Vec<u8>, sum: u32) -> Self {
        let Header { table, count, compression, length, .. } = header;
        let packed = Some(Packed { compression, length, sum });
        Self { block: Block { place, table, count, bytes }, packed }
    }

    /// The table; 0 is the quarantine.
    pub(super) fn table(&self) -> u16 {
        self.block.table
    }

    /// How long the bytes of the block are.
    pub(super) fn length(&self) -> usize {
        self.packed.map_or(self.block.bytes.len(), |packed| packed.length as usize)
    }

    /// The block, checked and uncompressed.
    ///
    /// # Errors
    ///
    /// `Corrupt` if it is damaged, `Unsupported` if this program does not have the compression. Whoever
    /// asks again is told the same.
    pub(super) fn unpack(&mut self) -> Result<&Block> {
        if let Some(Packed { compression, length, sum }) = self.packed {
            let Block { place, bytes, .. } = &mut self.block;
            if checksum(bytes) != sum {
                return Err(place.damaged("its checksum does not match"));
            }
            if compression != Compression::None {
                *bytes = unpress(compression, bytes, length as usize)?
                    .ok_or_else(|| place.damaged("it cannot be uncompressed"))?;
            }
            self.packed = None;
        }
        Ok(&self.block)
    }

    /// The same, for who keeps it.
    pub(super) fn into_block(mut self) -> Result<Block> {
        self.unpack()?;
        Ok(self.block)
    }

    /// What is in it.
    pub(super) fn into_bytes(self) -> Result<Vec<u8>> {
        Ok(self.into_block()?.bytes)
    }
}

/// One that was put together of good ones.
impl From<Block> for Stored {
    fn from(block: Block) -> Self {
        Self { block, packed: None }
    }
}
