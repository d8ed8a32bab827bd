//! The place where the next frame goes.

use std::ops::Range;
use std::sync::Arc;
use std::{io, mem};

use crate::disk::{DiskFile, Pages, Place};
use crate::format::frame::{HEADER, Header, bind};
use crate::format::{BLOCK, next_block};

/// A segment that may be written to.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) number: u64,
    pub(crate) place: Place,
    pub(crate) salt: [u8; 16],
    pub(crate) length: u64,
    /// Open from preparation to retirement: a failed write-back is told to files that were open.
    pub(crate) file: Arc<dyn DiskFile>,
}

/// A segment, and how far it is written. Whoever has it has the write role.
#[derive(Debug)]
pub(crate) struct Cursor {
    pub(crate) segment: Arc<Segment>,
    at: u64,
    /// From here on no sync has been told to make anything durable.
    fresh: u64,
    /// Up to here blocks have been written as a whole. The rest of the file may not be in memory, and
    /// to write a part of such a block would read it first.
    touched: u64,
    /// For what goes into blocks that were written before.
    pages: Option<Box<dyn Pages>>,
}

/// Frames that have been given a place.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Placed {
    pub(crate) bytes: usize,
    pub(crate) offset: u64,
    /// The first record, and the last; 0 if there is none.
    pub(crate) first: u64,
    pub(crate) last: u64,
}

impl Cursor {
    pub(crate) fn new(segment: Segment) -> Self {
        let pages = segment.file.pages();
        Self { segment: Arc::new(segment), at: BLOCK, fresh: BLOCK, touched: BLOCK, pages }
    }

    /// The bytes that the segment has left.
    pub(crate) fn left(&self) -> u64 {
        self.segment.length - self.at
    }

    /// What follows must not touch a block that a sync makes durable. Says where all is that was written since this
    /// was called last.
    pub(crate) fn skip_to_block(&mut self) -> Range<u64> {
        self.at = next_block(self.at).min(self.segment.length);
        mem::replace(&mut self.fresh, self.at)..self.at
    }

    /// Binds frames to places until the segment is full.
    pub(crate) fn place(&mut self, frames: &mut [u8], synced: u64) -> Placed {
        let mut placed = Placed { offset: self.at, ..Placed::default() };
        while let Some(header) = header_at(frames, placed.bytes) {
            let read = Header::read(header);
            if read.frame_length() > self.left() {
                break;
            }
            bind(header, &self.segment.salt, self.at, synced);
            self.at += read.frame_length();
            placed.bytes += HEADER + read.length as usize;
            if placed.first == 0 {
                placed.first = read.first;
            }
            if read.count > 0 {
                placed.last = read.next() - 1;
            }
        }
        placed
    }

    /// Hands placed frames, the last of `frames`, to the operating system. Zeros are added to fill a
    /// block that is touched for the first time; `frames` is as it was in the end.
    pub(crate) fn write(
        &mut self,
        frames: &mut Vec<u8>,
        from: usize,
        placed: Placed,
    ) -> io::Result<()> {
        let end = placed.offset + placed.bytes as u64;
        let length = frames.len();
        let is_last = from + placed.bytes == length;
        if end > self.touched && is_last {
            let padding = usize::try_from(next_block(end) - end).unwrap_or_default();
            frames.resize(length + padding, 0);
        }
        let to = if is_last { frames.len() } else { from + placed.bytes };
        let written = self.write_bytes(&frames[from..to], placed.offset);
        frames.truncate(length);
        written?;
        self.touched = self.touched.max(next_block(end));
        Ok(())
    }

    fn write_bytes(&mut self, bytes: &[u8], offset: u64) -> io::Result<()> {
        if is_within_a_block(bytes.len(), offset)
            && let Some(pages) = &mut self.pages
            && pages.write(bytes, offset)
        {
            return Ok(());
        }
        write_all(&*self.segment.file, bytes, offset)
    }
}

/// Whether a write goes on in a block whose beginning was written before, by a system call. Such a
/// block is in memory, so writing to its page reads nothing from the device.
fn is_within_a_block(length: usize, offset: u64) -> bool {
    let into = offset % BLOCK;
    into != 0 && into + length as u64 <= BLOCK
}

fn header_at(frames: &mut [u8], at: usize) -> Option<&mut [u8; HEADER]> {
    frames.get_mut(at..at + HEADER)?.try_into().ok()
}

/// Writes all of it. A short write is gone on with; one that takes nothing is an error.
pub(crate) fn write_all(file: &dyn DiskFile, bytes: &[u8], offset: u64) -> io::Result<()> {
    let mut done = 0;
    while done < bytes.len() {
        match file.write_at(&bytes[done..], offset + done as u64)? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            written => done += written,
        }
    }
    Ok(())
}
