//! Where frames come from: the segments in order, read piece by piece, with every checksum worked out.
//!
//! Nothing here depends on what was read before, so it can go ahead of whoever uses the frames.

use std::io;

use super::segment::{FIRST, OpenSegment};
use super::walk::{Place, Walk};
use super::window::Piece;
use crate::disk::Directories;
use crate::format::BLOCK;
use crate::format::frame::{HEADER, Header, Records};
use crate::format::identity::{Identity, Slot};

/// What comes next.
#[derive(Debug)]
pub(crate) enum Part {
    /// A segment with this number begins, so long as its header says.
    Segment(u64, u64),
    /// Some frames of it.
    Frames(Frames),
    /// That was the last segment.
    End,
    /// The segment is missing, or no segment of this journal; nothing comes after it.
    Wrong(u64, &'static str),
    /// The disk does not give the segment; nothing comes after it.
    Unreadable(u64, io::Error),
}

/// Frames that follow one another, in the piece of the file in which they are.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    pub(crate) piece: Piece,
    pub(crate) list: Vec<Found>,
}

/// A frame with a right header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) at: u64,
    pub(crate) header: Header,
    pub(crate) condition: Condition,
}

/// How the body of a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    Right,
    /// Its checksum is wrong, so the frames of the segment end before it.
    Wrong,
    /// Its checksum is right, and it does not hold what the header says.
    Odd,
}

/// Goes through the segments of a journal.
#[derive(Debug)]
pub(crate) struct Source {
    directories: Directories,
    journal: [u8; 16],
    /// The segment that is read, or comes next.
    number: u64,
    /// The highest that must be there.
    highest: u64,
    /// The way through the segment, unless it is at its end.
    walk: Option<Walk>,
    is_over: bool,
}

impl Source {
    pub(crate) fn new(directories: Directories, identity: &Identity, slot: &Slot) -> Self {
        let (number, highest) = (slot.lowest, slot.highest);
        Self { directories, journal: identity.id, number, highest, walk: None, is_over: false }
    }

    /// Whether nothing comes any more.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// The next part. The memory of older frames is used for it.
    pub(crate) fn next(&mut self, mut frames: Frames) -> Part {
        if let Some(mut walk) = self.walk.take() {
            frames.list.clear();
            let passed = pass(&mut walk, &mut frames.list);
            frames.piece = walk.exchange(frames.piece);
            match passed {
                Ok(Passed::Piece) => self.walk = Some(walk),
                Ok(Passed::Rest) => self.number += 1,
                Err(error) => return self.end(Part::Unreadable(self.number, error)),
            }
            if !frames.list.is_empty() {
                return Part::Frames(frames);
            }
        }
        self.open()
    }

    fn open(&mut self) -> Part {
        let number = self.number;
        let opened = match OpenSegment::open(&self.directories, Some(self.journal), number) {
            Ok(Some(opened)) => opened,
            Ok(None) if number > self.highest => return self.end(Part::End),
            Ok(None) => return self.end(Part::Wrong(number, "the segment is missing")),
            Err(error) => return self.end(Part::Unreadable(number, error)),
        };
        match opened.header {
            Ok(header) => {
                let length = header.length;
                opened.file.will_be_read();
                self.walk = Some(Walk::new(opened.file, header, FIRST));
                Part::Segment(number, length)
            }
            Err(what) => self.end(Part::Wrong(number, what)),
        }
    }

    fn end(&mut self, part: Part) -> Part {
        self.is_over = true;
        part
    }
}

/// How far the frames of a segment were passed.
enum Passed {
    /// To the end of a piece.
    Piece,
    /// To their end.
    Rest,
}

/// Collects the frames that are in one piece.
fn pass(walk: &mut Walk, list: &mut Vec<Found>) -> io::Result<Passed> {
    while list.is_empty() || !walk.is_at_a_new_piece() {
        match walk.next()? {
            Some((at, Place::Frame(header))) => {
                let condition = condition(walk.body(at, &header)?, &header);
                list.push(Found { at, header, condition });
                if condition == Condition::Wrong {
                    return Ok(Passed::Rest);
                }
            }
            // A sync may lie between: the next frame is at the next block then.
            Some((at, Place::Nothing)) if !at.is_multiple_of(BLOCK) => {}
            _ => return Ok(Passed::Rest),
        }
    }
    Ok(Passed::Piece)
}

fn condition(body: Option<&[u8]>, header: &Header) -> Condition {
    match body {
        None => Condition::Wrong,
        Some(body) if Records::are(body, header.count) => Condition::Right,
        Some(_) => Condition::Odd,
    }
}

impl Part {
    /// How many bytes of memory it holds.
    pub(crate) fn length(&self) -> usize {
        if let Self::Frames(frames) = self { frames.piece.length() } else { 0 }
    }
}

impl Frames {
    /// The records of a frame that is right.
    pub(crate) fn records(&self, found: &Found) -> Records<'_> {
        Records::of(self.piece.bytes(found.at + HEADER as u64, found.header.length as usize))
    }
}
