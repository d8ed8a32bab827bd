//! A payload in compressed blocks.

use forebay_store::{Error, Result};
use lz4_flex::block::{compress_into, decompress_into, get_maximum_output_size};

use super::payload::Payload;
use crate::codec::{Aligned, Sink, Source};

/// So many bytes of the codec's are compressed together.
const BLOCK: usize = 128 << 10;

/// A block that would not become shorter stays as it is, and its length has this bit.
const AS_IT_IS: u32 = 1 << 31;

/// Compresses what a codec puts, block by block, into another sink.
pub(super) struct Packer<'a> {
    to: &'a mut dyn Sink,
    block: Vec<u8>,
    packed: Vec<u8>,
    raw: u64,
}

impl<'a> Packer<'a> {
    pub(super) fn new(to: &'a mut dyn Sink) -> Self {
        Self { to, block: Vec::with_capacity(BLOCK), packed: Vec::new(), raw: 0 }
    }

    /// Puts the last block, and says how many bytes there were in all.
    pub(super) fn end(mut self) -> Result<u64> {
        if !self.block.is_empty() {
            let block = std::mem::take(&mut self.block);
            self.pack(&block)?;
        }
        Ok(self.raw)
    }

    fn pack(&mut self, block: &[u8]) -> Result<()> {
        self.packed.resize(4 + get_maximum_output_size(block.len()), 0);
        let packed = compress_into(block, &mut self.packed[4..]).unwrap_or(usize::MAX);
        if packed < block.len() {
            self.packed.truncate(4 + packed);
            self.packed[..4].copy_from_slice(&short(packed).to_le_bytes());
            return self.to.put(&self.packed);
        }
        self.to.put(&(short(block.len()) | AS_IT_IS).to_le_bytes())?;
        self.to.put(block)
    }
}

impl Sink for Packer<'_> {
    fn put(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.raw += bytes.len() as u64;
        while self.block.len() + bytes.len() >= BLOCK {
            if self.block.is_empty() {
                let (block, rest) = bytes.split_at(BLOCK);
                self.pack(block)?;
                bytes = rest;
                continue;
            }
            let (first, rest) = bytes.split_at(BLOCK - self.block.len());
            self.block.extend_from_slice(first);
            let mut block = std::mem::take(&mut self.block);
            let packed = self.pack(&block);
            block.clear();
            self.block = block;
            packed?;
            bytes = rest;
        }
        self.block.extend_from_slice(bytes);
        Ok(())
    }
}

/// The length of a block fits into four bytes.
fn short(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(AS_IT_IS - 1)
}

/// The bytes of a codec, from compressed blocks. Nothing that it is told is trusted: the checksum of the
/// payload is known only at its end.
pub(super) struct Unpacker<'a, 'm> {
    payload: &'a mut Payload<'m>,
    /// Not in the block yet.
    left: u64,
    block: Vec<u8>,
    given: usize,
    packed: Vec<u8>,
    failed: Option<Error>,
}

impl<'a, 'm> Unpacker<'a, 'm> {
    pub(super) fn new(payload: &'a mut Payload<'m>) -> Self {
        let left = payload.head.raw;
        let (block, given, packed, failed) = (Vec::new(), 0, Vec::new(), None);
        Self { payload, left, block, given, packed, failed }
    }

    /// The first failure, whatever the codec made of it.
    pub(super) fn failed(&self) -> Option<Error> {
        self.failed.clone()
    }

    /// Bytes that were not given out, or that stand behind the last block.
    pub(super) fn owed(&self) -> u64 {
        self.left + (self.block.len() - self.given) as u64 + self.payload.owed()
    }

    fn give(&mut self, into: &mut [u8]) -> Result<()> {
        if into.len() as u64 > self.left + (self.block.len() - self.given) as u64 {
            let (id, raw, asked) = (self.payload.head.id, self.payload.head.raw, into.len());
            let message =
                format!("blob {id} of {raw} bytes ends early: {asked} more are asked for");
            return Err(Error::corrupt(message));
        }
        let mut at = 0;
        while at < into.len() {
            let ready = (self.block.len() - self.given).min(into.len() - at);
            into[at..at + ready].copy_from_slice(&self.block[self.given..self.given + ready]);
            (self.given, at) = (self.given + ready, at + ready);
            if at == into.len() {
                break;
            }
            let next = self.next();
            if at + next <= into.len() {
                self.unpack(&mut into[at..at + next])?;
                at += next;
            } else {
                let mut block = std::mem::take(&mut self.block);
                block.resize(next, 0);
                self.given = 0;
                self.unpack(&mut block)?;
                self.block = block;
            }
        }
        Ok(())
    }

    /// What the next block stands for.
    fn next(&self) -> usize {
        usize::try_from(self.left).unwrap_or(BLOCK).min(BLOCK)
    }

    fn unpack(&mut self, block: &mut [u8]) -> Result<()> {
        let mut length = [0; 4];
        self.payload.fill(&mut length)?;
        let length = u32::from_le_bytes(length);
        let is_as_it_is = length & AS_IT_IS != 0;
        let length = (length & !AS_IT_IS) as usize;
        if is_as_it_is && length == block.len() {
            self.payload.fill(block)?;
        } else if !is_as_it_is && length < block.len() {
            self.packed.resize(length, 0);
            self.payload.fill(&mut self.packed)?;
            match decompress_into(&self.packed, block) {
                Ok(unpacked) if unpacked == block.len() => {}
                Ok(unpacked) => return Err(self.damaged(&format!("it has {unpacked} bytes"))),
                Err(error) => return Err(self.damaged("it is no LZ4").with_source(error)),
            }
        } else {
            return Err(self.damaged(&format!("it has the length {length}")));
        }
        self.left -= block.len() as u64;
        Ok(())
    }

    fn damaged(&self, what: &str) -> Error {
        let (id, at) = (self.payload.head.id, self.payload.head.raw - self.left);
        Error::corrupt(format!("blob {id}, the compressed block of its byte {at}: {what}"))
    }
}

impl Source for Unpacker<'_, '_> {
    fn length(&self) -> u64 {
        self.payload.head.raw
    }

    fn fill(&mut self, into: &mut [u8]) -> Result<()> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        self.give(into).inspect_err(|error| self.failed = Some(error.clone()))
    }

    fn whole(&mut self) -> Result<Aligned> {
        let owed = self.left + (self.block.len() - self.given) as u64;
        let mut bytes = Aligned::try_zeroed(usize::try_from(owed).unwrap_or(usize::MAX))?;
        self.fill(bytes.as_mut_slice())?;
        Ok(bytes)
    }
}
