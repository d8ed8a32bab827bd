//! A piece of a file in memory.

use std::io;
use std::sync::Arc;

use super::segment::fill;
use crate::disk::DiskFile;

/// Reads a file piece by piece; it holds at most one piece or one frame.
#[derive(Debug)]
pub(crate) struct Window {
    file: Arc<dyn DiskFile>,
    end: u64,
    bytes: Vec<u8>,
    at: u64,
}

impl Window {
    /// How much is read at a time, unless more is asked for.
    const PIECE: usize = 1 << 20;

    /// The bytes of `file` before `end`.
    pub(crate) fn new(file: Arc<dyn DiskFile>, end: u64) -> Self {
        Self { file, end, bytes: Vec::new(), at: 0 }
    }

    /// `length` bytes at `offset`; fewer at the end.
    pub(crate) fn bytes(&mut self, offset: u64, length: usize) -> io::Result<&[u8]> {
        let end = offset.saturating_add(length as u64).min(self.end);
        if offset < self.at || end > self.at + self.bytes.len() as u64 {
            let left = usize::try_from(self.end.saturating_sub(offset)).unwrap_or(usize::MAX);
            self.bytes.resize(left.min(length.max(Self::PIECE)), 0);
            self.at = offset;
            let read = fill(&*self.file, &mut self.bytes, offset)?;
            self.bytes.truncate(read);
        }
        let from = usize::try_from(offset - self.at).unwrap_or(usize::MAX);
        let to = from.saturating_add(length).min(self.bytes.len());
        Ok(self.bytes.get(from..to).unwrap_or_default())
    }
}
