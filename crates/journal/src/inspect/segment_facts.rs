//! What is in one segment.

use forebay_store::{Error, Result};

use super::frames::{Found, frames_of};
use crate::disk::{Directories, Place};
use crate::format::{BLOCK, segment};
use crate::recovery::OpenSegment;

/// What is in one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SegmentFacts {
    /// The number, which is also its name.
    pub number: u64,
    /// Where it is.
    pub place: Place,
    /// The length of the file.
    pub length: u64,
    /// How it is.
    pub state: SegmentState,
    /// The first record; 0 if there is none.
    pub first: u64,
    /// The last record; 0 if there is none.
    pub last: u64,
    /// Frames with records.
    pub frames: u64,
    /// Records, those included that stand in an earlier segment, too.
    pub records: u64,
    /// Frames without a record.
    pub witnesses: u64,
    /// The bytes up to the end of the last good frame.
    pub used: u64,
}

/// How a segment is, by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SegmentState {
    /// Nothing follows the last good frame.
    Clean,
    /// Frames lie behind a place where none can be read.
    Torn {
        /// Where the good frames end.
        offset: u64,
        /// How many frames with records lie behind.
        behind: u64,
    },
    /// Its header is not right, and this is why; nothing in it can be read.
    Wrong(&'static str),
}

impl SegmentFacts {
    /// Reads a segment. `None` if it is not there any more.
    pub(super) fn read(
        directories: &Directories,
        journal: Option<[u8; 16]>,
        number: u64,
    ) -> Result<Option<Self>> {
        let Some(opened) = open_segment(directories, journal, number)? else { return Ok(None) };
        let mut facts = Self::blank(number, opened.place, opened.length);
        let header = match opened.header {
            Ok(header) => header,
            Err(what) => {
                facts.state = SegmentState::Wrong(what);
                return Ok(Some(facts));
            }
        };
        let mut behind = 0;
        frames_of(opened.file, &header, &mut |found| {
            if found.is_behind {
                behind += u64::from(found.header.count > 0);
            } else {
                facts.count(&found);
            }
            Ok(())
        })?;
        if behind > 0 {
            facts.state = SegmentState::Torn { offset: facts.used, behind };
        }
        Ok(Some(facts))
    }

    fn blank(number: u64, place: Place, length: u64) -> Self {
        Self {
            number,
            place,
            length,
            state: SegmentState::Clean,
            first: 0,
            last: 0,
            frames: 0,
            records: 0,
            witnesses: 0,
            used: BLOCK.min(length),
        }
    }

    fn count(&mut self, found: &Found<'_>) {
        self.used = found.at + found.header.frame_length();
        if found.header.count == 0 {
            self.witnesses += 1;
            return;
        }
        if self.frames == 0 {
            self.first = found.header.first;
        }
        self.last = self.last.max(found.header.next() - 1);
        self.frames += 1;
        self.records += u64::from(found.header.count);
    }
}

/// Opens a segment of the journal with this id. `None` if it is not there.
pub(crate) fn open_segment(
    directories: &Directories,
    journal: Option<[u8; 16]>,
    number: u64,
) -> Result<Option<OpenSegment>> {
    OpenSegment::open(directories, journal, number).map_err(|error| {
        let message = format!("read {} of the journal", segment::name(number));
        Error::unavailable(message).with_source(error)
    })
}
