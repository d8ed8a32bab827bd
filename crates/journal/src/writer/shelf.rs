//! One directory of a journal with its spare files: where segments are made and put away.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

use forebay_store::seam::Random;

use super::cursor::write_all;
use super::flight::Flight;
use crate::disk::{Directory, DiskFile};
use crate::format::BLOCK_BYTES;
use crate::format::segment::{self, SegmentHeader};
use crate::recovery::fill;

/// A directory, and what may be used again in it.
#[derive(Debug)]
pub(super) struct Shelf {
    pub(super) directory: Arc<dyn Directory>,
    random: Arc<dyn Random>,
    flight: Arc<Flight>,
    /// Files of the right length that may become segments.
    spares: VecDeque<String>,
}

/// The segments that a journal has now, and the length of a new one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) journal: [u8; 16],
    pub(super) lowest: u64,
    pub(super) highest: u64,
    /// The highest segment that a slot on disk may name: it may have got there with an error.
    pub(super) named: u64,
    pub(super) segment_bytes: u64,
}

impl Shelf {
    /// Written at a time when a file is filled through the page cache: larger pieces would make that keep
    /// it in large folios, in which small writes and syncs cost several times as much.
    const FILL: usize = 4 << 10;
    /// Synced at a time, so that nobody else's sync has to wait for much of it.
    const FILL_SYNC: u64 = 1 << 20;
    /// Spares that are kept; more are removed.
    const SPARES: usize = 2;

    pub(super) fn new(
        directory: &Arc<dyn Directory>,
        random: &Arc<dyn Random>,
        flight: &Arc<Flight>,
    ) -> Self {
        let (directory, random) = (Arc::clone(directory), Arc::clone(random));
        Self { directory, random, flight: Arc::clone(flight), spares: VecDeque::new() }
    }

    /// Removes what is left over, and finds the files that may be used again.
    pub(super) fn tidy(&mut self, held: Held) -> io::Result<()> {
        let anywhere = Held { highest: u64::MAX, ..held };
        for name in self.directory.list()? {
            let is_retired = segment::number(&name).is_some_and(|each| each < held.lowest);
            let is_spare = name.starts_with("spare-");
            if is_spare && self.spares.len() < Self::SPARES && self.is_free(&name, anywhere)? {
                self.spares.push_back(name);
            } else if is_spare || is_retired || name.starts_with("new-") {
                remove_if_there(&*self.directory, &name)?;
            }
        }
        Ok(())
    }

    /// Makes a segment, durable with its name, and says how long it is: as the header says if there is
    /// a spare, and else at most `most`, for every byte of it has to be written.
    pub(super) fn make(
        &mut self,
        header: &SegmentHeader,
        most: u64,
        held: Held,
    ) -> io::Result<(Arc<dyn DiskFile>, u64)> {
        let (from, file, length) = self.reuse_spare(&header.encode(), held).map_or_else(
            || {
                let length = header.length.min(most);
                let (from, file) = self.fill(&SegmentHeader { length, ..*header })?;
                io::Result::Ok((from, file, length))
            },
            |(from, file)| Ok((from, file, header.length)),
        )?;
        let name = segment::name(header.number);
        let named = self.directory.rename(&from, &name).and_then(|()| self.directory.sync());
        if let Err(error) = named {
            // What is left of it must not take the room that is wanted. But it may be in the place of
            // one that has to be there.
            let removed = self.directory.remove(&from);
            if removed.is_err() && header.number > held.named {
                let _ = self.directory.remove(&name);
            }
            return Err(error);
        }
        Ok((file, length))
    }

    /// A spare as a segment. One that may not be written to, or cannot, is given up for good.
    fn reuse_spare(&mut self, block: &[u8], held: Held) -> Option<(String, Arc<dyn DiskFile>)> {
        while let Some(name) = self.spares.pop_front() {
            let reuse = || {
                if !self.is_free(&name, held)? {
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
    /// say that it is none of the segments that the journal has.
    fn is_free(&self, name: &str, held: Held) -> io::Result<bool> {
        let file = self.directory.open(name, false)?;
        let mut block = vec![0; BLOCK_BYTES];
        let read = fill(&*file, &mut block, 0)?;
        let is_free = |header: SegmentHeader| {
            header.journal == held.journal && !(held.lowest..=held.highest).contains(&header.number)
        };
        Ok(file.len()? == held.segment_bytes
            && SegmentHeader::decode(&block[..read]).is_ok_and(is_free))
    }

    /// A new file, filled with zeros, so that no later write has to find room for it.
    fn fill(&self, header: &SegmentHeader) -> io::Result<(String, Arc<dyn DiskFile>)> {
        let name = format!("new-{:016x}", self.random.next_u64());
        let file = self.directory.create(&name)?;
        let filled = fill_file(&*file, header.length, &|| self.flight.give_way());
        let filled = filled.and_then(|()| write_all(&*file, &header.encode(), 0));
        if let Err(error) = filled.and_then(|()| file.sync()) {
            // What is left of it must not take the room that is wanted.
            let _ = self.directory.remove(&name);
            return Err(error);
        }
        Ok((name, file))
    }

    /// Makes a segment a spare if it is so long; one that is shorter is of no more use. Its old name is gone
    /// for good before its bytes may change. Says whether it was here; if not, an earlier attempt may have
    /// taken it away and then failed.
    pub(super) fn set_aside(&mut self, number: u64, length: u64) -> io::Result<bool> {
        let (from, spare) = (segment::name(number), format!("spare-{number:016x}"));
        let is_whole = || self.directory.open(&from, false)?.len().map(|is| is == length);
        let is_kept = self.spares.len() < Self::SPARES && is_whole().unwrap_or(false);
        let taken = if is_kept {
            self.directory.rename(&from, &spare)
        } else {
            self.directory.remove(&from)
        };
        let was_here = was_there(taken)?;
        self.directory.sync()?;
        if was_here && is_kept {
            self.spares.push_back(spare);
        }
        Ok(was_here)
    }

    /// Whether one of these segments is here.
    pub(super) fn has_any(&self, held: Held) -> io::Result<bool> {
        let names = self.directory.list()?;
        let mut numbers = names.iter().filter_map(|name| segment::number(name));
        Ok(numbers.any(|number| (held.lowest..=held.highest).contains(&number)))
    }
}

fn fill_file(file: &dyn DiskFile, length: u64, give_way: &dyn Fn()) -> io::Result<()> {
    // Past the page cache it takes half of the time, so that others' syncs wait for less of it. Who writes
    // a record has to find a page then, which costs less.
    if file.fill(length, give_way)? {
        return Ok(());
    }
    let zeros = vec![0; Shelf::FILL];
    let mut at = 0;
    while at < length {
        if at.is_multiple_of(Shelf::FILL_SYNC) {
            give_way();
        }
        let left = usize::try_from(length - at).unwrap_or(usize::MAX);
        write_all(file, &zeros[..left.min(Shelf::FILL)], at)?;
        at += left.min(Shelf::FILL) as u64;
        if at.is_multiple_of(Shelf::FILL_SYNC) {
            file.sync()?;
        }
    }
    Ok(())
}

pub(super) fn remove_if_there(directory: &dyn Directory, name: &str) -> io::Result<()> {
    was_there(directory.remove(name)).map(drop)
}

/// Whether a name was there to be taken away.
fn was_there(taken: io::Result<()>) -> io::Result<bool> {
    match taken {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        other => other.map(|()| true),
    }
}
