//! A new journal with the good records of another one, under their numbers.

use std::io;
use std::sync::Arc;

use forebay_store::{Durability, Error, ErrorKind, Result, Seams};

use crate::begin;
use crate::disk::{Directories, Directory};
use crate::format::BLOCK;
use crate::format::frame::Records;
use crate::format::identity::Identity;
use crate::format::segment;
use crate::frame::Frame;
use crate::inspect::{Found, Verified, frames_of, open_segment, verify_with};
use crate::journal::Journal;
use crate::recovery::Known;
use crate::settings::Settings;
use crate::writer::draw;

/// What was copied, and what was not.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Copied {
    /// What was found in the other journal. All its good records are in the copy.
    pub verified: Verified,
    /// Frames in the copy, the same as in the other journal.
    pub frames: u64,
    /// Frames with records that were found behind the good ones.
    pub left_out: LeftOut,
}

/// Frames that are there and did not go into the copy, because records before them are missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// How many of them.
    pub frames: u64,
    /// How many of those cannot be read.
    pub unreadable: u64,
    /// The first record in them; 0 if there is none.
    pub first: u64,
    /// The last one.
    pub last: u64,
}

impl LeftOut {
    fn add(&mut self, found: &Found<'_>) {
        let (first, last) = (found.header.first, found.header.next() - 1);
        self.first = if self.frames == 0 { first } else { self.first.min(first) };
        self.last = self.last.max(last);
        self.frames += 1;
        self.unreadable += u64::from(found.body.is_none());
    }
}

/// Makes a new journal in the empty directory `to`, with every good record of the one in `from`, in
/// the same frames and under the same numbers, synced and closed. It has the same label and an id
/// of its own. Nothing in `from` is changed; it must have no owner.
///
/// # Errors
///
/// `Invalid` if `to` is not empty or `from` holds no journal; `Corrupt` if its identity is damaged, because
/// it is then unknown where it begins; `Unavailable` if a disk does not answer, or if `from` changes.
/// What is in `to` after an error is of no use.
pub fn copy(from: impl Into<Directories>, to: Arc<dyn Directory>, seams: Seams) -> Result<Copied> {
    let from = &from.into();
    let names = to.list().map_err(|error| failed("list", &*to, error))?;
    if !names.is_empty() {
        return Err(Error::invalid(format!("{} is not empty", to.describe())));
    }
    let Known { identity: known, slot, .. } = source(from)?;
    let verified = verify_with(from, Some(&seams.spawn), &mut |_, _| Ok(()))?;
    let numbers = segments(from, slot.lowest)?;
    let segment_bytes = longest(from, known.id, &numbers)?;
    let due = slot.first.max(1);
    let identity = Identity { id: draw(&*seams.random), label: known.label, second: None };
    begin::write(&*to, &identity, due).map_err(|error| failed("write", &*to, error))?;
    let settings = Settings {
        segment_bytes,
        bytes_max: u64::MAX / 2,
        label: identity.label,
        seams,
        ..Settings::default()
    };
    let (journal, _) = Journal::open(to, settings, |_, _| Ok(()))?;
    let end = verified.last.saturating_add(1).max(due);
    let mut work = Work { journal, end, due, frames: 0, left_out: LeftOut::default() };
    for number in numbers {
        work.segment(from, known.id, number)?;
    }
    work.finish()?;
    Ok(Copied { verified, frames: work.frames, left_out: work.left_out })
}

struct Work {
    journal: Journal,
    /// The first record that is not good.
    end: u64,
    /// The record that is due.
    due: u64,
    frames: u64,
    left_out: LeftOut,
}

impl Work {
    fn segment(&mut self, from: &Directories, id: [u8; 16], number: u64) -> Result<()> {
        let Some(segment) = open_segment(from, Some(id), number)? else { return Ok(()) };
        let Ok(header) = segment.header else { return Ok(()) };
        frames_of(segment.file, &header, &mut |found| self.frame(found))
    }

    fn frame(&mut self, found: Found<'_>) -> Result<()> {
        let is_copied = found.header.next() <= self.due;
        if found.header.count == 0 || is_copied {
            return Ok(());
        }
        let is_due = found.header.first == self.due && found.header.next() <= self.end;
        match found.body {
            Some(body) if is_due && Records::are(body, found.header.count) => self.append(body),
            _ => {
                // If it is one of the good ones, a later copy of it comes.
                if found.header.next() > self.end {
                    self.left_out.add(&found);
                }
                Ok(())
            }
        }
    }

    fn append(&mut self, body: &[u8]) -> Result<()> {
        let mut frame = Frame::new();
        Records::of(body).try_for_each(|record| frame.push(record))?;
        let last = loop {
            match self.journal.append(&frame) {
                Err(error) if error.kind() == ErrorKind::Busy => {
                    self.journal.make_room(frame.length())?;
                }
                appended => break appended?,
            }
        };
        self.due += u64::from(frame.count());
        debug_assert_eq!(self.due, last + 1, "the copy has the same numbers");
        self.frames += 1;
        Ok(())
    }

    fn finish(&self) -> Result<()> {
        if self.due != self.end {
            return Err(Error::unavailable("the journal has changed while it was copied"));
        }
        self.journal.wait(self.due - 1, Durability::Synced)?;
        self.journal.close()
    }
}

/// Who the other journal is. The error says what is wrong if that cannot be told.
fn source(from: &Directories) -> Result<Known> {
    match crate::recovery::read_identity(from)? {
        Some(known) => Ok(known),
        None => Err(Error::invalid(format!("there is no journal in {}", from.first().describe()))),
    }
}

fn segments(from: &Directories, lowest: u64) -> Result<Vec<u64>> {
    let mut numbers = Vec::new();
    for (_, directory) in from.each() {
        let names = directory.list().map_err(|error| failed("list", &**directory, error))?;
        numbers.extend(names.iter().filter_map(|name| segment::number(name)));
    }
    numbers.retain(|number| *number >= lowest);
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

/// How long segments have to be so that every frame fits. One that was accepted for a longer segment
/// may have filled the longest to its last byte, and what is appended needs a block more.
fn longest(from: &Directories, id: [u8; 16], numbers: &[u64]) -> Result<u64> {
    let mut longest = 0;
    for number in numbers {
        let segment = open_segment(from, Some(id), *number)?;
        let header = segment.and_then(|segment| segment.header.ok());
        longest = longest.max(header.map_or(0, |header| header.length));
    }
    let most = u64::from(u32::MAX);
    Ok(if longest == 0 { Settings::default().segment_bytes } else { most.min(longest + BLOCK) })
}

#[cold]
fn failed(what: &str, directory: &dyn Directory, error: io::Error) -> Error {
    Error::unavailable(format!("{what} {}", directory.describe())).with_source(error)
}
