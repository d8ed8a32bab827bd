//! Reads bytes from front to end through a small buffer, and sums them up.

use forebay_store::Result;

use super::super::bytes::Bytes;
use crate::blob::Checksum;

/// Reads bytes from front to end through a small buffer, and sums up what was used.
pub(super) struct Window<'a> {
    from: &'a dyn Bytes,
    /// Where the next read begins, and where all ends.
    at: u64,
    end: u64,
    buffer: Vec<u8>,
    /// What of the buffer was used.
    used: usize,
    sum: Checksum,
}

impl<'a> Window<'a> {
    const SIZE: usize = 64 << 10;

    pub(super) fn of(from: &'a dyn Bytes, at: u64, end: u64) -> Self {
        Self { from, at, end, buffer: Vec::new(), used: 0, sum: Checksum::new() }
    }

    /// What comes next: `least` bytes, or all that is left. `least` is at most 64 KiB.
    pub(super) fn ahead(&mut self, least: usize) -> Result<&[u8]> {
        if self.buffer.len() - self.used < least && self.at < self.end {
            self.buffer.drain(..self.used);
            self.used = 0;
            let there = self.buffer.len();
            let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
            let more = left.min(Self::SIZE - there);
            self.buffer.resize(there + more, 0);
            self.from.read_at(self.at, &mut self.buffer[there..])?;
            self.at += more as u64;
        }
        Ok(&self.buffer[self.used..])
    }

    /// So many bytes of what came next were used.
    pub(super) fn use_up(&mut self, bytes: usize) {
        self.sum.update(&self.buffer[self.used..self.used + bytes]);
        self.used += bytes;
    }

    /// The sum of all bytes, if all were used.
    pub(super) fn finish(&self) -> Option<u64> {
        let is_over = self.at == self.end && self.used == self.buffer.len();
        is_over.then(|| self.sum.value())
    }
}
