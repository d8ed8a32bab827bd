//! Reading one segment in bounded memory.

use std::io;
use std::sync::Arc;

use crate::disk::DiskFile;
use crate::format::frame::{HEADER, Header};
use crate::format::segment::SegmentHeader;
use crate::format::{BLOCK, BLOCK_BYTES};

/// A segment that is being read.
#[derive(Debug)]
pub(crate) struct SegmentReader {
    pub(crate) name: String,
    file: Arc<dyn DiskFile>,
    pub(crate) header: SegmentHeader,
    window: Vec<u8>,
    window_at: u64,
}

impl SegmentReader {
    /// How much is read at a time, unless a frame is longer.
    const WINDOW: usize = 1 << 20;

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
        Ok(Ok(Self { name, file, header, window: Vec::new(), window_at: 0 }))
    }

    /// The frame header at `offset`, if it is right for this place.
    pub(crate) fn header_at(&mut self, offset: u64) -> io::Result<Option<Header>> {
        let salt = self.header.salt;
        let end = self.header.length;
        let header = Header::decode(self.bytes(offset, HEADER)?, &salt, offset);
        Ok(header.filter(|header| header.frame_length() <= end - offset))
    }

    /// The body of the frame at `offset`, if it is right.
    pub(crate) fn body_at(&mut self, offset: u64, header: &Header) -> io::Result<Option<&[u8]>> {
        let body = self.bytes(offset + HEADER as u64, header.length as usize)?;
        Ok(header.fits(body).then_some(body))
    }

    /// Whether the block at `offset` has nothing in it.
    pub(crate) fn is_zero(&mut self, offset: u64) -> io::Result<bool> {
        Ok(self.bytes(offset, BLOCK_BYTES)?.iter().all(|byte| *byte == 0))
    }

    /// The end of the segment.
    pub(crate) fn end(&self) -> u64 {
        self.header.length
    }

    /// Bytes of the file; fewer at its end.
    fn bytes(&mut self, offset: u64, length: usize) -> io::Result<&[u8]> {
        let end = (offset + length as u64).min(self.header.length);
        let window_end = self.window_at + self.window.len() as u64;
        if offset < self.window_at || end > window_end {
            let left = self.header.length.saturating_sub(offset);
            let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(length.max(Self::WINDOW));
            self.window.resize(wanted, 0);
            self.window_at = offset;
            let read = fill(&*self.file, &mut self.window, offset)?;
            self.window.truncate(read);
        }
        let from = usize::try_from(offset - self.window_at).unwrap_or(usize::MAX);
        let to = from.saturating_add(length).min(self.window.len());
        Ok(self.window.get(from..to).unwrap_or_default())
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
