//! Reading all segments in order.

use std::io;
use std::sync::Arc;

use forebay_store::{Error, Result};

use super::damage::Damage;
use super::report::Recovery;
use super::segment::{FIRST, SegmentReader, fill};
use super::unproven::Unproven;
use super::witness::look_behind;
use crate::disk::Directory;
use crate::format::frame::Records;
use crate::format::identity::{self, Identity, Slot};
use crate::format::{BLOCK, BLOCK_BYTES, next_block, segment};

/// A journal that is being read. It never writes.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) identity: Identity,
    pub(crate) slot: Slot,
    /// The number that is due.
    pub(crate) due: u64,
    pub(crate) unproven: Unproven,
    pub(crate) report: Recovery,
    /// Each segment's first record and number; the first is what the next one's must not exceed.
    pub(crate) firsts: Vec<(u64, u64)>,
    /// The last segment that has a frame in it, good or dropped.
    pub(crate) held: u64,
    /// The last segment that exists.
    pub(crate) highest: u64,
    /// Where reading stopped: the segment's number and the offset.
    stop: Option<(u64, u64)>,
}

/// A segment's frames and where they ended.
struct Passed {
    frames: u64,
    stop: u64,
}

impl Log {
    pub(crate) fn new(directory: Arc<dyn Directory>, identity: Identity, slot: Slot) -> Self {
        Self {
            directory,
            identity,
            slot,
            due: slot.first.max(1),
            unproven: Unproven::default(),
            report: Recovery::default(),
            firsts: Vec::new(),
            held: 0,
            highest: slot.highest,
            stop: None,
        }
    }

    /// Reads everything, and hands each record that is there to `sink` with its number.
    pub(crate) fn read(&mut self, sink: &mut dyn FnMut(u64, &[u8]) -> Result<()>) -> Result<()> {
        let mut number = self.slot.lowest;
        loop {
            let name = segment::name(number);
            let file = match self.directory.open(&name, false) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    if number <= self.slot.highest {
                        let what = "the segment is missing";
                        return Err(Damage::new(&name, 0, self.due, what).into());
                    }
                    break;
                }
                Err(error) => return Err(unreadable(&name, error)),
            };
            let opened = SegmentReader::open(name.clone(), file);
            let reader = opened.map_err(|error| unreadable(&name, error))?;
            let mut reader = reader.map_err(|what| Damage::new(&name, 0, self.due, what))?;
            if reader.header.number != number || reader.header.journal != self.identity.id {
                let what = "the segment belongs to another place or journal";
                return Err(Damage::new(&name, 0, self.due, what).into());
            }
            self.pass(&mut reader, sink)?;
            self.highest = self.highest.max(number);
            number += 1;
        }
        self.unproven.prove(self.slot.durable);
        self.end()
    }

    /// Reads one segment.
    fn pass(
        &mut self,
        reader: &mut SegmentReader,
        sink: &mut dyn FnMut(u64, &[u8]) -> Result<()>,
    ) -> Result<()> {
        self.report.segments += 1;
        let passed = self.frames(reader, sink)?;
        if passed.frames > 0 || self.stop.is_none() {
            self.stop = Some((reader.header.number, passed.stop));
        }
        Ok(())
    }

    fn frames(
        &mut self,
        reader: &mut SegmentReader,
        sink: &mut dyn FnMut(u64, &[u8]) -> Result<()>,
    ) -> Result<Passed> {
        let name = reader.name.clone();
        let failed = |error| unreadable(&name, error);
        let mut passed = Passed { frames: 0, stop: FIRST };
        let mut at = FIRST;
        while at < reader.end() {
            let Some(header) = reader.header_at(at).map_err(failed)? else {
                // A sync may lie between: the next frame is at the next block then.
                let block = next_block(at);
                if block == at || block >= reader.end() {
                    break;
                }
                at = block;
                continue;
            };
            if passed.frames == 0 {
                self.begin_segment(reader, header.first)?;
            }
            if header.first > self.due {
                break;
            }
            let Some(body) = reader.body_at(at, &header).map_err(failed)? else { break };
            if header.first < self.due {
                self.check_copy(&name, at, &header)?;
                self.unproven.prove(header.synced);
            } else {
                self.unproven.keep(&header, body);
                self.deliver(&name, at, &header, body, sink)?;
            }
            passed.frames += 1;
            at += header.frame_length();
            passed.stop = at;
        }
        Ok(passed)
    }

    /// The first frame of a segment must not come after what is due.
    fn begin_segment(&mut self, reader: &SegmentReader, first: u64) -> Result<()> {
        let number = reader.header.number;
        if first > self.due {
            let (stop, offset) = self.stop.unwrap_or((number, FIRST));
            let what = format!("{} goes on with record {first}", reader.name);
            return Err(Damage::new(&segment::name(stop), offset, self.due, what).into());
        }
        if first <= self.unproven.proven && first < self.due {
            let what = "it repeats records that were durable: it is not where it belongs";
            return Err(Damage::new(&reader.name, FIRST, self.due, what).into());
        }
        self.firsts.push((first, number));
        self.held = number;
        Ok(())
    }

    /// What is there a second time must be the same.
    fn check_copy(&self, name: &str, at: u64, copy: &crate::format::frame::Header) -> Result<()> {
        if copy.next() > self.due || self.unproven.contradicts(copy) {
            let what = "a frame is there twice and differs";
            return Err(Damage::new(name, at, self.due, what).into());
        }
        Ok(())
    }

    fn deliver(
        &mut self,
        name: &str,
        at: u64,
        header: &crate::format::frame::Header,
        body: &[u8],
        sink: &mut dyn FnMut(u64, &[u8]) -> Result<()>,
    ) -> Result<()> {
        if header.count == 0 {
            return Ok(());
        }
        if !Records::are(body, header.count) {
            let what = "a frame with right checksums does not hold what it says";
            return Err(Damage::new(name, at, self.due, what).into());
        }
        for record in Records::of(body) {
            sink(self.due, record)?;
            self.due += 1;
        }
        self.report.frames += 1;
        self.report.records += u64::from(header.count);
        Ok(())
    }

    /// Nothing more was found: is that a torn tail, or damage?
    fn end(&mut self) -> Result<()> {
        let (number, offset) = self.stop.unwrap_or((self.slot.lowest, FIRST));
        for each in number..=self.highest {
            let name = segment::name(each);
            let from = if each == number { offset } else { FIRST };
            if self.look(&name, from)? {
                self.held = self.held.max(each);
            }
        }
        let last = self.due - 1;
        if last < self.slot.durable {
            let what = format!("{} records were durable", self.slot.durable);
            return Err(Damage::new(&segment::name(number), offset, self.due, what).into());
        }
        if self.slot.is_clean && last != self.slot.durable {
            let what = format!("it was closed at record {}", self.slot.durable);
            return Err(Damage::new(&segment::name(number), offset, self.due, what).into());
        }
        self.report.last = last;
        self.report.was_clean = self.slot.is_clean;
        self.report.replaced = self.unproven.records();
        Ok(())
    }

    /// Whether there are frames from there on that a torn tail took with it.
    fn look(&mut self, name: &str, from: u64) -> Result<bool> {
        let failed = |error| unreadable(name, error);
        let file = match self.directory.open(name, false) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(failed(error)),
        };
        let reader = SegmentReader::open(name.to_owned(), file).map_err(failed)?;
        let mut reader = reader.map_err(|what| Damage::new(name, 0, self.due, what))?;
        let behind = look_behind(&mut reader, from, self.due).map_err(failed)?;
        if let Some(at) = behind.witness {
            let what = format!("the frame at byte {at} says that record {} was durable", self.due);
            return Err(Damage::new(name, from, self.due, what).into());
        }
        self.report.dropped += behind.dropped;
        if self.report.torn.is_none() && behind.dropped > 0 {
            self.report.torn = behind.torn.map(|at| (name.to_owned(), at));
        }
        Ok(behind.dropped > 0)
    }
}

/// Reads the identity and the newest slot. `None` if there is no journal at all.
pub(crate) fn read_identity(directory: &dyn Directory) -> Result<Option<(Identity, Slot)>> {
    let failed = |error| unreadable(identity::NAME, error);
    let file = match directory.open(identity::NAME, false) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let names = directory.list().map_err(failed)?;
            if let Some(name) = names.iter().find(|name| segment::number(name).is_some()) {
                let what = "there are segments but no identity: has `journal` been removed?";
                return Err(Damage::new(name, 0, 0, what).into());
            }
            return Ok(None);
        }
        Err(error) => return Err(failed(error)),
    };
    let mut blocks = vec![0; 3 * BLOCK_BYTES];
    let read = fill(&*file, &mut blocks, 0).map_err(failed)?;
    blocks.truncate(read);
    let block = |n: usize| blocks.get(n * BLOCK_BYTES..(n + 1) * BLOCK_BYTES).unwrap_or_default();
    let identity = Identity::decode(block(0));
    let identity = identity.map_err(|what| Damage::new(identity::NAME, 0, 0, what))?;
    let slots = [Slot::decode(block(1)), Slot::decode(block(2))];
    let newest = slots.into_iter().flatten().max_by_key(|slot| slot.counter);
    let Some(newest) = newest else {
        return Err(Damage::new(identity::NAME, BLOCK, 0, "neither slot is right").into());
    };
    Ok(Some((identity, newest)))
}

#[cold]
fn unreadable(name: &str, error: io::Error) -> Error {
    Error::unavailable(format!("read {name} of the journal")).with_source(error)
}
