//! The files of a journal: making, announcing and retiring them.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::io;
use std::sync::Arc;

use forebay_store::seam::Random;
use forebay_store::{Error, Result};

use super::cursor::{Segment, write_all};
use crate::disk::{Directory, DiskFile};
use crate::format::identity::{self, Identity, Slot};
use crate::format::segment::{self, SegmentHeader};

/// What there is on disk besides the segment that is written to.
#[derive(Debug)]
pub(crate) struct Files {
    directory: Arc<dyn Directory>,
    random: Arc<dyn Random>,
    identity_file: Arc<dyn DiskFile>,
    id: [u8; 16],
    segment_bytes: u64,
    slot: Slot,
    /// A sync of the identity has failed: what another sync of it says is worth nothing (G11).
    is_failed: bool,
    /// Files of the right length that may become segments.
    spares: VecDeque<String>,
    _lock: Box<dyn Debug + Send + Sync>,
}

impl Files {
    /// Written at a time when a file is filled: larger pieces would make the page cache keep it in
    /// large folios, in which small writes and syncs cost several times as much.
    const FILL: usize = 16 << 10;
    /// Synced at a time, so that nobody else's sync has to wait for much of it.
    const FILL_SYNC: u64 = 1 << 20;
    /// Spares that are kept; more are removed.
    const SPARES: usize = 2;

    /// Makes the identity of a new journal. Nothing else is there yet.
    pub(crate) fn create_identity(
        directory: &dyn Directory,
        random: &dyn Random,
        label: &str,
    ) -> Result<(Identity, Slot)> {
        let identity = Identity { id: draw(random), label: label.to_owned() };
        let slot =
            Slot { counter: 0, lowest: 1, highest: 0, durable: 0, is_clean: false, first: 1 };
        let slots = [slot, Slot { counter: 1, ..slot }];
        put_identity(directory, &identity, slots)?;
        Ok((identity, slots[1]))
    }

    /// Makes an identity that has announced no segment yet once more. Its maker may have been told that
    /// its name is not durable, and have died of that.
    pub(crate) fn renew_identity(
        directory: &dyn Directory,
        identity: &Identity,
        slot: Slot,
    ) -> Result<Slot> {
        let slots = [slot, Slot { counter: slot.counter + 1, ..slot }];
        put_identity(directory, identity, slots)?;
        Ok(slots[1])
    }

    pub(crate) fn new(
        directory: Arc<dyn Directory>,
        random: Arc<dyn Random>,
        identity: &Identity,
        slot: Slot,
        segment_bytes: u64,
        lock: Box<dyn Debug + Send + Sync>,
    ) -> Result<Self> {
        let open = || {
            let identity_file = directory.open(identity::NAME, true)?;
            let mut spares = VecDeque::new();
            for name in directory.list()? {
                let is_retired = segment::number(&name).is_some_and(|each| each < slot.lowest);
                if name.starts_with("new-") || is_retired {
                    remove_if_there(&*directory, &name)?;
                } else if name.starts_with("spare-") {
                    if directory.open(&name, false)?.len()? == segment_bytes {
                        spares.push_back(name);
                    } else {
                        remove_if_there(&*directory, &name)?;
                    }
                }
            }
            Ok((identity_file, spares))
        };
        let opened: io::Result<_> = open();
        let (identity_file, spares) = opened.map_err(|error| failed("open the journal", error))?;
        let id = identity.id;
        Ok(Self {
            directory,
            random,
            identity_file,
            id,
            segment_bytes,
            slot,
            is_failed: false,
            spares,
            _lock: lock,
        })
    }

    /// How many segments may hold frames.
    pub(crate) fn live(&self) -> u64 {
        self.slot.highest + 1 - self.slot.lowest
    }

    /// How many bytes of segments there are beyond a bound.
    pub(crate) fn excess(&self, bytes_max: u64) -> u64 {
        (self.live() * self.segment_bytes).saturating_sub(bytes_max)
    }

    /// Segments that exist although they were never announced belong to the journal from now on.
    pub(crate) fn adopt(&mut self, highest: u64, durable: u64) -> Result<()> {
        let slot = Slot { highest: highest.max(self.slot.highest), durable, ..self.slot };
        self.announce(slot)
    }

    /// Gives up the last segment, which holds nothing.
    pub(crate) fn give_up_last(&mut self) -> Result<()> {
        let last = self.slot.highest;
        self.announce(Slot { highest: last - 1, ..self.slot })?;
        self.set_aside(last)
    }

    /// Makes the next segment, durable and announced.
    pub(crate) fn prepare(&mut self, durable: u64) -> Result<Segment> {
        let number = self.slot.highest + 1;
        let salt = draw(&*self.random);
        let header = SegmentHeader { journal: self.id, number, length: self.segment_bytes, salt };
        let file = self.make(&header).map_err(|error| failed("make a segment", error))?;
        let durable = durable.max(self.slot.durable);
        self.announce(Slot { highest: number, durable, is_clean: false, ..self.slot })?;
        Ok(Segment { number, salt, length: self.segment_bytes, file })
    }

    fn make(&mut self, header: &SegmentHeader) -> io::Result<Arc<dyn DiskFile>> {
        let name = match self.spares.front() {
            Some(spare) => spare.clone(),
            None => self.fill()?,
        };
        let file = self.directory.open(&name, true)?;
        write_all(&*file, &header.encode(), 0)?;
        file.sync()?;
        self.directory.rename(&name, &segment::name(header.number))?;
        self.spares.retain(|spare| *spare != name);
        self.directory.sync()?;
        Ok(file)
    }

    /// Fills a new file with zeros, so that no later write has to find room for it.
    fn fill(&self) -> io::Result<String> {
        let name = format!("new-{:016x}", self.random.next_u64());
        let file = self.directory.create(&name)?;
        let filled = self.fill_file(&*file);
        if let Err(error) = filled {
            // What is left of it must not take the room that is wanted.
            let _ = self.directory.remove(&name);
            return Err(error);
        }
        Ok(name)
    }

    fn fill_file(&self, file: &dyn DiskFile) -> io::Result<()> {
        let zeros = vec![0; Self::FILL];
        let mut at = 0;
        while at < self.segment_bytes {
            let left = usize::try_from(self.segment_bytes - at).unwrap_or(usize::MAX);
            write_all(file, &zeros[..left.min(Self::FILL)], at)?;
            at += left.min(Self::FILL) as u64;
            if at.is_multiple_of(Self::FILL_SYNC) {
                file.sync()?;
            }
        }
        file.sync()
    }

    /// Lets segments before `lowest` go, oldest first; it begins with record `first`.
    pub(crate) fn retire(&mut self, lowest: u64, first: u64, durable: u64) -> Result<()> {
        let from = self.slot.lowest;
        if lowest <= from {
            return Ok(());
        }
        let durable = durable.max(self.slot.durable);
        self.announce(Slot { lowest, durable, first, ..self.slot })?;
        (from..lowest).try_for_each(|number| self.set_aside(number))
    }

    /// Makes a segment a spare. Its old name is gone for good before its bytes may change.
    fn set_aside(&mut self, number: u64) -> Result<()> {
        let (from, spare) = (segment::name(number), format!("spare-{number:016x}"));
        let aside = || {
            if self.spares.len() < Self::SPARES {
                self.directory.rename(&from, &spare)?;
            } else {
                self.directory.remove(&from)?;
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
        self.announce(Slot { durable, ..self.slot })
    }

    /// The journal ends in order at record `last`.
    pub(crate) fn close(&mut self, last: u64) -> Result<()> {
        self.announce(Slot { durable: last, is_clean: true, ..self.slot })
    }

    /// Writes the slot that is not the newest.
    fn announce(&mut self, slot: Slot) -> Result<()> {
        if self.is_failed {
            return Err(Error::unavailable("an earlier sync of the journal's identity failed"));
        }
        let slot = Slot { counter: self.slot.counter + 1, ..slot };
        let write = || {
            write_all(&*self.identity_file, &slot.encode(), slot.offset())?;
            self.identity_file.sync()
        };
        if let Err(error) = write() {
            self.is_failed = true;
            return Err(failed("write the journal's identity", error));
        }
        self.slot = slot;
        Ok(())
    }
}

/// Writes a new file with the identity, and puts it into the place of the one that may be there.
fn put_identity(directory: &dyn Directory, identity: &Identity, slots: [Slot; 2]) -> Result<()> {
    let make = || {
        let name = "new-journal";
        remove_if_there(directory, name)?;
        let file = directory.create(name)?;
        write_all(&*file, &identity.encode(), 0)?;
        for slot in slots {
            write_all(&*file, &slot.encode(), slot.offset())?;
        }
        file.sync()?;
        directory.rename(name, identity::NAME)?;
        directory.sync()
    };
    make().map_err(|error| failed("make the journal", error))
}

fn draw(random: &dyn Random) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&random.next_u64().to_le_bytes());
    bytes[8..].copy_from_slice(&random.next_u64().to_le_bytes());
    bytes
}

fn remove_if_there(directory: &dyn Directory, name: &str) -> io::Result<()> {
    match directory.remove(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

#[cold]
pub(super) fn failed(what: &str, error: io::Error) -> Error {
    Error::unavailable(what.to_owned()).with_source(error)
}
