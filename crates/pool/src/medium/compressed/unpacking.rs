//! A reading of a blob in compressed memory.

use std::sync::Arc;

use forebay_store::{Error, Result};

use super::blocks::{Block, Packed};
use crate::blob::HEAD;
use crate::medium::Reading;

/// A reading of a blob. The block that was read last stays unpacked.
pub(super) struct Unpacking {
    blob: Arc<Packed>,
    number: Option<usize>,
    block: Vec<u8>,
}

impl Unpacking {
    pub(super) fn of(blob: Arc<Packed>) -> Self {
        Self { blob, number: None, block: Vec::new() }
    }

    /// What is at `at` of the payload, up to the end of its block.
    fn rest_of_block(&mut self, at: usize) -> Result<&[u8]> {
        let number = at / Block::LENGTH;
        if self.number != Some(number) {
            self.number = None;
            let block = self.blob.blocks.get(number).ok_or_else(short)?;
            block.unpack(&mut self.block)?;
            self.number = Some(number);
        }
        self.block.get(at % Block::LENGTH..).filter(|rest| !rest.is_empty()).ok_or_else(short)
    }
}

impl Reading for Unpacking {
    fn read(&mut self, at: u64, mut into: &mut [u8]) -> Result<()> {
        let mut at = usize::try_from(at).map_err(|_| short())?;
        if let Some(head) = self.blob.head.get(at..) {
            let (first, rest) = into.split_at_mut(head.len().min(into.len()));
            first.copy_from_slice(&head[..first.len()]);
            at += first.len();
            into = rest;
        }
        while !into.is_empty() {
            let found = self.rest_of_block(at - HEAD)?;
            let (first, rest) = into.split_at_mut(found.len().min(into.len()));
            first.copy_from_slice(&found[..first.len()]);
            at += first.len();
            into = rest;
        }
        Ok(())
    }
}

fn short() -> Error {
    Error::corrupt("a blob is shorter than it was")
}
