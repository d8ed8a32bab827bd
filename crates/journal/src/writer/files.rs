//! The files of a journal: making, announcing and retiring them.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::io;
use std::sync::Arc;

use forebay_store::seam::Random;
use forebay_store::{Error, ErrorKind, Result};

use super::cursor::{Segment, write_all};
use super::identity_file::IdentityFile;
use crate::disk::{Directory, DiskFile};
use crate::format::BLOCK_BYTES;
use crate::format::identity::{Identity, Slot};
use crate::format::segment::{self, SegmentHeader};
use crate::recovery::fill;

/// What there is on disk besides the segment that is written to.
#[derive(Debug)]
pub(crate) struct Files {
    directory: Arc<dyn Directory>,
    random: Arc<dyn Random>,
    known: IdentityFile,
    segment_bytes: u64,
    /// Files of the right length that may become segments.
    spares: VecDeque<String>,
    /// Retired segments that could not be put away. They are tried again with the next.
    left_over: Vec<u64>,
    /// Given back at the end of a close; without it nothing is written any more.
    owner: Option<Box<dyn Debug + Send + Sync>>,
}

impl Files {
    /// Spares that are kept; more are removed.
    const SPARES: usize = 2;

    /// Takes over the files that an owner before has left; `lock` says that it is gone.
    pub(crate) fn take_over(
        directory: Arc<dyn Directory>,
        random: Arc<dyn Random>,
        identity: Identity,
        slot: Slot,
        segment_bytes: u64,
        lock: Box<dyn Debug + Send + Sync>,
    ) -> Result<Self> {
        let known = IdentityFile::take_over(&*directory, identity, slot)?;
        let (spares, left_over, owner) = (VecDeque::new(), Vec::new(), Some(lock));
        let mut files = Self { directory, random, known, segment_bytes, spares, left_over, owner };
        files.tidy().map_err(|error| failed("tidy up the journal", error))?;
        Ok(files)
    }

    /// Removes what is left over, and finds the files that may be used again.
    fn tidy(&mut self) -> io::Result<()> {
        for name in self.directory.list()? {
            let lowest = self.known.slot.lowest;
            let is_retired = segment::number(&name).is_some_and(|each| each < lowest);
            let is_spare = name.starts_with("spare-");
            if is_spare && self.spares.len() < Self::SPARES && self.is_free(&name, u64::MAX)? {
                self.spares.push_back(name);
            } else if is_spare || is_retired || name.starts_with("new-") {
                remove_if_there(&*self.directory, &name)?;
            }
        }
        Ok(())
    }

    /// A spare as a segment. One that may not be written to, or cannot, is given up for good.
    fn reuse_spare(&mut self, block: &[u8]) -> Option<(String, Arc<dyn DiskFile>)> {
        while let Some(name) = self.spares.pop_front() {
            let reuse = || {
                if !self.is_free(&name, self.known.slot.highest)? {
                    return Err(io::ErrorKind::InvalidData.into());
                }
                let file = self.directory.open(&name, true)?;
                write_all(&*file, block, 0)?;
                file.sync()?;
                Ok(file)
            };
            let reused: io::Result<_> = reuse();
            match reused {
                Ok(file) => return Some((name, file)),
                // Whether it goes or not, nobody will take it for a spare again.
                Err(_) => drop(remove_if_there(&*self.directory, &name)),
            }
        }
        None
    }

    /// Whether a spare may be written to. A segment that is in use, or a second spare, may be the
    /// same file if a sync of the directory has failed and the power after it. So the header has to
    /// say that it is none of the segments up to `highest`.
    fn is_free(&self, name: &str, highest: u64) -> io::Result<bool> {
        let file = self.directory.open(name, false)?;
        let mut block = vec![0; BLOCK_BYTES];
        let read = fill(&*file, &mut block, 0)?;
        let held = self.known.slot.lowest..=highest;
        let is_free = |header: SegmentHeader| {
            header.journal == self.known.identity.id && !held.contains(&header.number)
        };
        Ok(file.len()? == self.segment_bytes
            && SegmentHeader::decode(&block[..read]).is_ok_and(is_free))
    }

    /// How many segments may hold frames.
    pub(crate) fn live(&self) -> u64 {
        self.known.slot.highest + 1 - self.known.slot.lowest
    }

    /// How many bytes of segments there are beyond a bound.
    pub(crate) fn excess(&self, bytes_max: u64) -> u64 {
        (self.live() * self.segment_bytes).saturating_sub(bytes_max)
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

    /// Makes the next segment, durable and announced.
    pub(crate) fn prepare(&mut self, durable: u64) -> Result<Segment> {
        // A job that comes late must not put its file where the next owner has one.
        self.check_owned()?;
        let number = self.known.slot.highest + 1;
        let salt = draw(&*self.random);
        let header = SegmentHeader {
            journal: self.known.identity.id,
            number,
            length: self.segment_bytes,
            salt,
        };
        let file = self.make(&header).map_err(|error| failed("make a segment", error))?;
        let durable = durable.max(self.known.slot.durable);
        self.announce(Slot { highest: number, durable, is_clean: false, ..self.known.slot })?;
        Ok(Segment { number, salt, length: self.segment_bytes, file })
    }

    fn make(&mut self, header: &SegmentHeader) -> io::Result<Arc<dyn DiskFile>> {
        let block = header.encode();
        let (name, file) = match self.reuse_spare(&block) {
            Some(reused) => reused,
            None => self.fill(&block)?,
        };
        self.directory.rename(&name, &segment::name(header.number))?;
        self.directory.sync()?;
        Ok(file)
    }

    /// A new file, filled with zeros, so that no later write has to find room for it.
    fn fill(&self, block: &[u8]) -> io::Result<(String, Arc<dyn DiskFile>)> {
        let name = format!("new-{:016x}", self.random.next_u64());
        let file = self.directory.create(&name)?;
        let filled = file.fill(self.segment_bytes).and_then(|()| write_all(&*file, block, 0));
        if let Err(error) = filled.and_then(|()| file.sync()) {
            // What is left of it must not take the room that is wanted.
            let _ = self.directory.remove(&name);
            return Err(error);
        }
        Ok((name, file))
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

    /// Makes a segment a spare. Its old name is gone for good before its bytes may change.
    fn set_aside(&mut self, number: u64) -> Result<()> {
        let (from, spare) = (segment::name(number), format!("spare-{number:016x}"));
        let aside = || {
            if self.spares.len() < Self::SPARES {
                gone(self.directory.rename(&from, &spare))?;
            } else {
                gone(self.directory.remove(&from))?;
            }
            self.directory.sync()
        };
        aside().map_err(|error| failed("retire a segment", error))?;
        if self.spares.len() < Self::SPARES {
            self.spares.push_back(spare);
        }
        Ok(())
    }

    /// Every record up to `durable` is durable.
    pub(crate) fn prove(&mut self, durable: u64) -> Result<()> {
        self.announce(Slot { durable, ..self.known.slot })
    }

    /// The journal ends in order at record `last`.
    pub(crate) fn close(&mut self, last: u64) -> Result<()> {
        self.announce(Slot { durable: last, is_clean: true, ..self.known.slot })?;
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
        self.known.announce(&*self.directory, slot)
    }
}

/// Sixteen bytes that nobody has drawn before.
pub(crate) fn draw(random: &dyn Random) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&random.next_u64().to_le_bytes());
    bytes[8..].copy_from_slice(&random.next_u64().to_le_bytes());
    bytes
}

pub(super) fn remove_if_there(directory: &dyn Directory, name: &str) -> io::Result<()> {
    gone(directory.remove(name))
}

/// A name that was not there is gone, too: an earlier call may have taken it away and then failed.
fn gone(taken_away: io::Result<()>) -> io::Result<()> {
    match taken_away {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cold]
pub(super) fn failed(what: &str, error: io::Error) -> Error {
    Error::unavailable(what.to_owned()).with_source(error)
}
