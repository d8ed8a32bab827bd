//! The way through a segment, from frame to frame: the only one, whoever looks for frames.

use std::io;
use std::sync::Arc;

use super::window::{Piece, Window};
use crate::disk::DiskFile;
use crate::format::frame::{HEADER, Header};
use crate::format::segment::SegmentHeader;
use crate::format::{BLOCK, BLOCK_BYTES, next_block};

/// What lies at a place where a frame may begin.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// A header that is right for this place; the body may be damaged.
    Frame(Header),
    /// None. The next place is the next block.
    Nothing,
}

/// Someone on the way through a segment.
#[derive(Debug)]
pub(crate) struct Walk {
    window: Window,
    segment: SegmentHeader,
    at: u64,
}

impl Walk {
    /// Begins at `from`.
    pub(crate) fn new(file: Arc<dyn DiskFile>, segment: SegmentHeader, from: u64) -> Self {
        Self { window: Window::new(file, segment.length), segment, at: from }
    }

    /// The next place and what lies there. `None` at the end of the segment.
    pub(crate) fn next(&mut self) -> io::Result<Option<(u64, Place)>> {
        let (at, end) = (self.at, self.segment.length);
        if at >= end {
            return Ok(None);
        }
        if self.window.is_before(at) {
            self.window.begin(at);
        }
        let header = Header::decode(self.window.bytes(at, HEADER)?, &self.segment.salt, at);
        let Some(header) = header.filter(|header| header.frame_length() <= end - at) else {
            self.at = next_block(at + 1);
            return Ok(Some((at, Place::Nothing)));
        };
        self.at = at + header.frame_length();
        Ok(Some((at, Place::Frame(header))))
    }

    /// Goes on at another place.
    pub(crate) fn go_to(&mut self, at: u64) {
        self.at = at;
    }

    /// The body of the frame at `at`, if it is right.
    pub(crate) fn body(&mut self, at: u64, header: &Header) -> io::Result<Option<&[u8]>> {
        let body = self.window.bytes(at + HEADER as u64, header.length as usize)?;
        Ok(header.fits(body).then_some(body))
    }

    /// Passes the blocks that hold nothing but zeros, as far as one piece goes: no frame begins in them.
    /// Says whether there may be more.
    pub(crate) fn pass_zeros(&mut self) -> io::Result<bool> {
        if !self.at.is_multiple_of(BLOCK) || self.at >= self.segment.length {
            return Ok(false);
        }
        if self.window.is_before(self.at) {
            self.window.begin(self.at);
        }
        let bytes = self.window.rest(self.at)?;
        let blocks = bytes.chunks_exact(BLOCK_BYTES).take_while(|block| is_zero(block)).count();
        let is_all = blocks > 0 && blocks * BLOCK_BYTES == bytes.len();
        self.at += blocks as u64 * BLOCK;
        Ok(is_all && self.at < self.segment.length)
    }

    /// Some bytes at or behind the place that was passed last; fewer at the end of the segment.
    pub(crate) fn bytes(&mut self, offset: u64, length: usize) -> io::Result<&[u8]> {
        self.window.bytes(offset, length)
    }

    /// Whether the next place lies behind what has been read.
    pub(crate) fn is_at_a_new_piece(&self) -> bool {
        self.window.is_before(self.at)
    }

    /// Gives away what was read.
    pub(crate) fn exchange(&mut self, spare: Piece) -> Piece {
        self.window.exchange(spare)
    }
}

/// Whether every byte is 0. The inner loop has no way out, so it becomes wide instructions.
fn is_zero(bytes: &[u8]) -> bool {
    bytes.chunks(256).all(|bytes| bytes.iter().fold(0, |all, byte| all | byte) == 0)
}
