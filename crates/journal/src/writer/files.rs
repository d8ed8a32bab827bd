//! The files of a journal: making, announcing and retiring them.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::io;
use std::sync::Arc;

use forebay_store::seam::Random;
use forebay_store::{Error, ErrorKind, Result, Seams};

use super::cursor::Segment;
use super::flight::Flight;
use super::identity_file::IdentityFile;
use super::shelf::Held;
use super::shelves::Shelves;
use crate::disk::{Directories, Place};
use crate::format::identity::{Identity, Slot};
use crate::format::next_block;
use crate::format::segment::SegmentHeader;

/// What there is on disk besides the segment that is written to.
#[derive(Debug)]
pub(crate) struct Files {
    shelves: Shelves,
    random: Arc<dyn Random>,
    known: IdentityFile,
    segment_bytes: u64,
    /// How long the last segment is that this owner has made. None of his later ones is shorter, so
    /// what has fitted one fits the next.
    longest: u64,
    /// How long each segment is, from the lowest that is kept. One beyond the highest may have failed to
    /// be announced.
    lengths: BTreeMap<u64, u64>,
    /// The counter of the slot that this owner began with, and how many files it has tried to make.
    made: (u64, u64),
    /// The highest segment that a slot has named, even one that could not be written.
    named: u64,
    /// What those give way to who fill segments.
    flight: Arc<Flight>,
    /// Retired segments that could not be put away. They are tried again with the next.
    left_over: Vec<u64>,
    /// Given back at the end of a close; without them nothing is written any more.
    owner: Option<Locks>,
}

/// What the bound on disk leaves. All segments that there are count, also those in which nothing is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bound {
    /// Bytes of segments beyond it: what was accepted had to be written again.
    pub(super) excess: u64,
    /// Whether there may be another segment.
    pub(super) has_room: bool,
}

type Locks = Vec<Box<dyn Debug + Send + Sync>>;

/// What an owner before has left.
pub(crate) struct Takeover {
    pub(crate) directories: Directories,
    pub(crate) identity: Identity,
    pub(crate) slot: Slot,
    /// The own id of the second directory, if it has one already.
    pub(crate) second: Option<[u8; 16]>,
    /// They say that the owner before is gone.
    pub(crate) locks: Locks,
    /// How long each of its segments is, also where nothing is in it.
    pub(crate) lengths: BTreeMap<u64, u64>,
}

impl Files {
    /// No first segment is shorter because it is the first.
    const SHORT: u64 = 8 << 20;

    /// Takes over the files of an owner before.
    pub(crate) fn take_over(what: Takeover, segment_bytes: u64, seams: &Seams) -> Result<Self> {
        let flight = Arc::<Flight>::default();
        let mut shelves = Shelves::new(&what.directories, seams, &flight);
        let random = Arc::clone(&seams.random);
        let mut known = IdentityFile::take_over(&mut shelves, what.identity, what.slot)?;
        if shelves.has_second() && known.slot.second.is_none() {
            known.bind(&mut shelves, what.second.unwrap_or_else(|| draw(&*random)))?;
        }
        let made = (known.slot.counter, 0);
        let owner = Some(what.locks);
        let named = known.slot.highest;
        let (left_over, longest) = (Vec::new(), 0);
        let mut files = Self {
            shelves,
            random,
            known,
            segment_bytes,
            longest,
            lengths: what.lengths,
            made,
            named,
            flight,
            left_over,
            owner,
        };
        let held = files.held();
        files.shelves.tidy(held).map_err(|error| failed("tidy up the journal", error))?;
        Ok(files)
    }

    /// What those give way to who fill segments.
    pub(super) fn flight(&self) -> &Arc<Flight> {
        &self.flight
    }

    fn held(&self) -> Held {
        Held {
            journal: self.known.identity.id,
            lowest: self.known.slot.lowest,
            highest: self.known.slot.highest,
            named: self.named,
            segment_bytes: self.segment_bytes,
        }
    }

    /// How many segments may hold frames.
    pub(crate) fn live(&self) -> u64 {
        self.known.slot.highest + 1 - self.known.slot.lowest
    }

    /// What a bound leaves.
    pub(crate) fn bound(&self, bytes_max: u64) -> Bound {
        Bound { excess: self.bytes().saturating_sub(bytes_max), has_room: self.has_room(bytes_max) }
    }

    /// How long the segments are together.
    fn bytes(&self) -> u64 {
        self.lengths.range(..=self.known.slot.highest).map(|(_, length)| length).sum()
    }

    /// Whether the next segment stays within a bound, however long it is.
    pub(crate) fn has_room(&self, bytes_max: u64) -> bool {
        self.bytes() + self.segment_bytes <= bytes_max
    }

    /// How long the next segment is where it has to be written: segments double until they are whole, so
    /// that the disk is not kept busy with zeros for long beside the first writes of an owner.
    fn most(&self, least: u64) -> u64 {
        Some(2 * self.longest).filter(|twice| *twice >= least).unwrap_or(u64::MAX)
    }

    /// Segments that exist although they were never announced belong to the journal from now on.
    pub(crate) fn adopt(&mut self, highest: u64, durable: u64) -> Result<()> {
        let slot =
            Slot { highest: highest.max(self.known.slot.highest), durable, ..self.known.slot };
        self.announce(slot)
    }

    /// Gives up the last segment, which holds nothing.
    pub(crate) fn give_up_last(&mut self) -> Result<()> {
        let last = self.known.slot.highest;
        self.announce(Slot { highest: last - 1, ..self.known.slot })?;
        self.set_aside(last)
    }

    /// Makes the next segment, of `least` bytes or more, durable and announced, where that can be done.
    pub(crate) fn prepare(&mut self, durable: u64, least: u64) -> Result<Segment> {
        self.prepare_in(self.shelves.order(), durable, self.most(least))
    }

    /// Makes an owner's first segment, into which `unproven` bytes go at once. Whoever opens the journal
    /// waits for it, so it is short where it has to be written; the next one is prepared beside the first
    /// writes.
    pub(crate) fn begin(&mut self, durable: u64, unproven: u64) -> Result<Segment> {
        let short = next_block(self.segment_bytes / 8).max(Self::SHORT);
        let most = if unproven <= short / 4 { short } else { u64::MAX };
        self.prepare_in(self.shelves.order(), durable, most)
    }

    /// The same in the other directory; an error if there is none.
    pub(crate) fn prepare_elsewhere(&mut self, failed: Place, durable: u64) -> Result<Segment> {
        let places: &[Place] = match failed {
            _ if !self.shelves.has_second() => &[],
            Place::First => &[Place::Second],
            Place::Second => &[Place::First],
        };
        self.prepare_in(places, durable, u64::MAX)
    }

    fn prepare_in(&mut self, places: &[Place], durable: u64, most: u64) -> Result<Segment> {
        // A job that comes late must not put its file where the next owner has one.
        self.check_owned()?;
        let made = self.make(places, most).map_err(|error| failed("make a segment", error))?;
        let durable = durable.max(self.known.slot.durable);
        let highest = made.number;
        self.announce(Slot { highest, durable, is_clean: false, ..self.known.slot })?;
        Ok(made)
    }

    /// Makes a segment at the first of these places where that goes well, and writes at most `most` bytes
    /// for it.
    fn make(&mut self, places: &[Place], most: u64) -> io::Result<Segment> {
        let (number, length) = (self.known.slot.highest + 1, self.segment_bytes);
        let mut failure = io::ErrorKind::NotFound.into();
        for &place in places {
            // What an attempt leaves may have a name for good. It was made earlier, and so is not
            // taken for the segment.
            self.made.1 += 1;
            let (journal, salt) = (self.known.identity.id, draw(&*self.random));
            let header = SegmentHeader { journal, number, length, salt, made: self.made };
            let held = self.held();
            match self.shelves.at(place).make(&header, most, held) {
                Ok((file, length)) => {
                    self.shelves.has_worked(place);
                    self.longest = length;
                    self.lengths.insert(number, length);
                    return Ok(Segment { number, place, salt, length, file });
                }
                Err(error) => {
                    self.shelves.has_failed(place, &error);
                    failure = error;
                }
            }
        }
        Err(failure)
    }

    /// A segment could not be written or synced.
    pub(crate) fn has_failed(&mut self, place: Place) {
        self.shelves.has_failed(place, &io::ErrorKind::Other.into());
    }

    /// Lets segments before `lowest` go, oldest first; it begins with record `first`.
    pub(crate) fn retire(&mut self, lowest: u64, first: u64, durable: u64) -> Result<()> {
        let from = self.known.slot.lowest;
        // They are in nobody's way, so if they stay nothing has failed.
        if self.owner.is_some() {
            let again = std::mem::take(&mut self.left_over);
            let _ = self.put_away(again);
        }
        if lowest <= from {
            return Ok(());
        }
        let durable = durable.max(self.known.slot.durable);
        self.announce(Slot { lowest, durable, first, ..self.known.slot })?;
        self.lengths = self.lengths.split_off(&lowest);
        self.put_away(from..lowest)
    }

    /// Sets these aside, as many as possible. Says what went wrong with the last that stays.
    fn put_away(&mut self, numbers: impl IntoIterator<Item = u64>) -> Result<()> {
        let mut result = Ok(());
        for number in numbers {
            if let Err(error) = self.set_aside(number) {
                self.left_over.push(number);
                result = Err(error);
            }
        }
        result
    }

    fn set_aside(&mut self, number: u64) -> Result<()> {
        self.shelves
            .set_aside(number, self.segment_bytes)
            .map_err(|error| failed("retire a segment", error))
    }

    /// Every record up to `durable` is durable.
    pub(crate) fn prove(&mut self, durable: u64) -> Result<()> {
        self.announce(Slot { durable, ..self.known.slot })
    }

    /// The journal ends in order at record `last`.
    pub(crate) fn close(&mut self, last: u64) -> Result<()> {
        self.announce(Slot { durable: last, is_clean: true, ..self.known.slot })?;
        let held = self.held();
        if self.shelves.has_second()
            && self.shelves.at(Place::Second).has_any(held).is_ok_and(|has_any| !has_any)
        {
            self.known.let_go(&self.shelves);
        }
        // A job that is on its way may keep this for a moment longer, and the next owner must not
        // have to wait for it.
        self.owner = None;
        Ok(())
    }

    fn check_owned(&self) -> Result<()> {
        match self.owner {
            Some(_) => Ok(()),
            None => Err(Error::new(ErrorKind::Closed, "the journal is closed")),
        }
    }

    fn announce(&mut self, slot: Slot) -> Result<()> {
        self.check_owned()?;
        self.named = self.named.max(slot.highest);
        self.known.announce(&mut self.shelves, slot)
    }
}

/// Sixteen bytes that nobody has drawn before.
pub(crate) fn draw(random: &dyn Random) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&random.next_u64().to_le_bytes());
    bytes[8..].copy_from_slice(&random.next_u64().to_le_bytes());
    bytes
}

#[cold]
pub(super) fn failed(what: &str, error: io::Error) -> Error {
    Error::unavailable(what.to_owned()).with_source(error)
}
