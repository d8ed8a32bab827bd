//! Opening a segment.

use std::cmp::Ordering;
use std::io;
use std::sync::Arc;

use crate::disk::{Directories, Directory, DiskFile, Place};
use crate::format::segment::{self, SegmentHeader};
use crate::format::{BLOCK, BLOCK_BYTES};

/// A segment that is open.
#[derive(Debug)]
pub(crate) struct OpenSegment {
    pub(crate) file: Arc<dyn DiskFile>,
    pub(crate) place: Place,
    /// The length of the file.
    pub(crate) length: u64,
    /// What is wrong with it, if it is.
    pub(crate) header: Result<SegmentHeader, &'static str>,
}

impl OpenSegment {
    /// Opens a segment of the journal with this id, or of any. `None` if it is not there.
    pub(crate) fn open(
        directories: &Directories,
        journal: Option<[u8; 16]>,
        number: u64,
    ) -> io::Result<Option<Self>> {
        let mut found: Option<Self> = None;
        for (place, directory) in directories.each() {
            let opened = Self::open_in(&**directory, place, journal, number)?;
            found = match (found, opened) {
                (Some(first), Some(second)) => Some(first.or_later(second)),
                (first, second) => first.or(second),
            };
        }
        Ok(found)
    }

    /// Of two with one number, the one that was made later: the other is left of an attempt to make
    /// it, and nothing was ever written into that.
    fn or_later(self, other: Self) -> Self {
        let (Ok(one), Ok(two)) = (&self.header, &other.header) else {
            return if self.header.is_err() { self } else { other };
        };
        match one.made.cmp(&two.made) {
            Ordering::Greater => self,
            Ordering::Less => other,
            Ordering::Equal => Self {
                header: Err("a segment is in both directories, and neither was made later"),
                ..self
            },
        }
    }

    fn open_in(
        directory: &dyn Directory,
        place: Place,
        journal: Option<[u8; 16]>,
        number: u64,
    ) -> io::Result<Option<Self>> {
        let file = match directory.open(&segment::name(number), false) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut block = vec![0; BLOCK_BYTES];
        let read = fill(&*file, &mut block, 0)?;
        let length = file.len()?;
        let header = SegmentHeader::decode(&block[..read]).and_then(|header| {
            if header.number != number || journal.is_some_and(|id| id != header.journal) {
                return Err("the segment belongs to another place or journal");
            }
            if length < header.length {
                return Err("the file is shorter than its header says");
            }
            Ok(header)
        });
        Ok(Some(Self { file, place, length, header }))
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
