//! Reading one segment in bounded memory.

use std::io;
use std::sync::Arc;

use super::window::Window;
use crate::disk::DiskFile;
use crate::format::frame::{HEADER, Header};
use crate::format::segment::SegmentHeader;
use crate::format::{BLOCK, BLOCK_BYTES};

/// A segment that is being read.
#[derive(Debug)]
pub(crate) struct SegmentReader {
    pub(crate) name: String,
    pub(crate) header: SegmentHeader,
    window: Window,
}

impl SegmentReader {
    /// Reads the header. The inner error says what is wrong with the bytes.
    pub(crate) fn open(
        name: String,
        file: Arc<dyn DiskFile>,
    ) -> io::Result<Result<Self, &'static str>> {
        let mut block = vec![0; BLOCK_BYTES];
        let read = fill(&*file, &mut block, 0)?;
        let length = file.len()?;
        let header = match SegmentHeader::decode(&block[..read]) {
            Ok(header) => header,
            Err(what) => return Ok(Err(what)),
        };
        if length < header.length {
            return Ok(Err("the file is shorter than its header says"));
        }
        let window = Window::new(file, header.length);
        Ok(Ok(Self { name, header, window }))
    }

    /// The frame header at `offset`, if it is right for this place.
    pub(crate) fn header_at(&mut self, offset: u64) -> io::Result<Option<Header>> {
        let salt = self.header.salt;
        let end = self.header.length;
        let header = Header::decode(self.window.bytes(offset, HEADER)?, &salt, offset);
        Ok(header.filter(|header| header.frame_length() <= end - offset))
    }

    /// The body of the frame at `offset`, if it is right.
    pub(crate) fn body_at(&mut self, offset: u64, header: &Header) -> io::Result<Option<&[u8]>> {
        let body = self.window.bytes(offset + HEADER as u64, header.length as usize)?;
        Ok(header.fits(body).then_some(body))
    }

    /// Whether the block at `offset` has nothing in it.
    pub(crate) fn is_zero(&mut self, offset: u64) -> io::Result<bool> {
        Ok(self.window.bytes(offset, BLOCK_BYTES)?.iter().all(|byte| *byte == 0))
    }

    /// The end of the segment.
    pub(crate) fn end(&self) -> u64 {
        self.header.length
    }
}

/// The first frame of every segment begins here.
pub(crate) const FIRST: u64 = BLOCK;

/// Reads until the buffer is full or the file ends.
pub(crate) fn fill(file: &dyn DiskFile, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut done = 0;
    while done < bytes.len() {
        match file.read_at(&mut bytes[done..], offset + done as u64)? {
            0 => break,
            read => done += read,
        }
    }
    Ok(done)
}
