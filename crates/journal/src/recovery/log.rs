//! Reading all segments in order.

use std::collections::BTreeMap;
use std::sync::Arc;

use forebay_store::Result;
use forebay_store::seam::Spawn;

use super::ahead::Ahead;
use super::behind::Behind;
use super::damage::Damage;
use super::known::unreadable;
use super::report::Recovery;
use super::segment::{FIRST, OpenSegment};
use super::source::{Condition, Found, Frames, Part, Source};
use super::unproven::Unproven;
use super::walk::Walk;
use crate::disk::Directories;
use crate::format::frame::Header;
use crate::format::identity::{Identity, Slot};
use crate::format::segment;

/// A journal that is being read. It never writes.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) directories: Directories,
    pub(crate) identity: Identity,
    pub(crate) slot: Slot,
    /// The number that is due.
    pub(crate) due: u64,
    pub(crate) unproven: Unproven,
    pub(crate) report: Recovery,
    /// The segments in which something is: what one begins with, the next one's must not exceed.
    pub(crate) extents: Vec<Extent>,
    /// How long each segment is, also where nothing is in it.
    pub(crate) lengths: BTreeMap<u64, u64>,
    /// The last segment that has something in it, good or dropped.
    pub(crate) held: u64,
    /// The last segment that exists.
    pub(crate) highest: u64,
    /// Where reading stopped: the segment's number and the offset.
    stop: Option<(u64, u64)>,
    /// Where somebody may read ahead.
    spawn: Option<Arc<dyn Spawn>>,
}

/// A segment in which something is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Extent {
    pub(crate) number: u64,
    /// Its first record.
    pub(crate) first: u64,
    /// In bytes, with its header.
    pub(crate) length: u64,
}

/// The segment that is being read.
struct Reading {
    number: u64,
    length: u64,
    name: String,
    /// Where the last frame that was passed ends.
    stop: u64,
    is_begun: bool,
    has_ended: bool,
}

type Sink<'a> = &'a mut dyn FnMut(u64, &[u8]) -> Result<()>;

impl Log {
    pub(crate) fn new(directories: Directories, identity: Identity, slot: Slot) -> Self {
        Self {
            directories,
            identity,
            slot,
            due: slot.first.max(1),
            unproven: Unproven::default(),
            report: Recovery::default(),
            extents: Vec::new(),
            lengths: BTreeMap::new(),
            held: 0,
            highest: slot.highest,
            stop: None,
            spawn: None,
        }
    }

    /// Lets a job read ahead and work out checksums while records are handed over.
    pub(crate) fn with_help(self, spawn: Arc<dyn Spawn>) -> Self {
        Self { spawn: Some(spawn), ..self }
    }

    /// Reads everything, hands each record that is there to `sink` with its number, and fetches what
    /// has to be written again.
    pub(crate) fn read(&mut self, sink: Sink<'_>) -> Result<()> {
        self.scan(sink)?;
        let failed = |error| unreadable("frames at the end", error);
        self.unproven.fetch(&self.directories).map_err(failed)
    }

    /// Reads everything, and hands each record that is there to `sink` with its number.
    pub(crate) fn scan(&mut self, sink: Sink<'_>) -> Result<()> {
        let source = Source::new(self.directories.clone(), &self.identity, &self.slot);
        let ahead = Ahead::new(source, self.spawn.clone());
        let mut reading: Option<Reading> = None;
        loop {
            match ahead.next() {
                Part::Segment(number, length) => {
                    self.leave(reading.replace(Reading::new(number, length)));
                    self.report.segments += 1;
                    self.lengths.insert(number, length);
                    self.highest = self.highest.max(number);
                }
                Part::Frames(frames) => {
                    if let Some(reading) = &mut reading {
                        self.pass(reading, &frames, sink)?;
                    }
                    ahead.give_back(frames);
                }
                Part::Wrong(number, what) => {
                    return Err(Damage::new(&segment::name(number), 0, self.due, what).into());
                }
                Part::Unreadable(number, error) => {
                    return Err(unreadable(&segment::name(number), error));
                }
                Part::End => break,
            }
        }
        self.leave(reading);
        self.unproven.prove(self.slot.durable);
        self.end()
    }

    fn leave(&mut self, reading: Option<Reading>) {
        if let Some(reading) = reading
            && (reading.stop > FIRST || self.stop.is_none())
        {
            self.stop = Some((reading.number, reading.stop));
        }
    }

    fn pass(&mut self, reading: &mut Reading, frames: &Frames, sink: Sink<'_>) -> Result<()> {
        for found in &frames.list {
            if reading.has_ended {
                break;
            }
            let Found { at, header, condition } = found;
            if !reading.is_begun {
                self.begin(reading, header.first)?;
            }
            if header.first > self.due || *condition == Condition::Wrong {
                reading.has_ended = true;
                break;
            }
            if header.first < self.due {
                self.check_copy(&reading.name, *at, header)?;
                self.unproven.prove(header.synced);
            } else {
                self.unproven.keep(header, reading.number, *at);
                self.deliver(&reading.name, frames, found, sink)?;
            }
            reading.stop = at + header.frame_length();
        }
        Ok(())
    }

    /// The first frame of a segment must not come after what is due.
    fn begin(&mut self, reading: &mut Reading, first: u64) -> Result<()> {
        if first > self.due {
            let (stop, offset) = self.stop.unwrap_or((reading.number, FIRST));
            let what = format!("{} goes on with record {first}", reading.name);
            return Err(Damage::new(&segment::name(stop), offset, self.due, what).into());
        }
        if first <= self.unproven.proven && first < self.due {
            let what = "it repeats records that were durable: it is not where it belongs";
            return Err(Damage::new(&reading.name, FIRST, self.due, what).into());
        }
        self.extents.push(Extent { number: reading.number, first, length: reading.length });
        self.held = reading.number;
        reading.is_begun = true;
        Ok(())
    }

    /// What is there a second time must be the same.
    fn check_copy(&self, name: &str, at: u64, copy: &Header) -> Result<()> {
        if copy.next() > self.due || self.unproven.contradicts(copy) {
            let what = "a frame is there twice and differs";
            return Err(Damage::new(name, at, self.due, what).into());
        }
        Ok(())
    }

    fn deliver(
        &mut self,
        name: &str,
        frames: &Frames,
        found: &Found,
        sink: Sink<'_>,
    ) -> Result<()> {
        let count = found.header.count;
        if count == 0 {
            return Ok(());
        }
        if found.condition == Condition::Odd {
            let what = "a frame with right checksums does not hold what it says";
            return Err(Damage::new(name, found.at, self.due, what).into());
        }
        for record in frames.records(found) {
            sink(self.due, record)?;
            self.due += 1;
        }
        self.report.frames += 1;
        self.report.records += u64::from(count);
        Ok(())
    }

    /// Nothing more was found: is that a torn tail, or damage?
    fn end(&mut self) -> Result<()> {
        let (number, offset) = self.stop.unwrap_or((self.slot.lowest, FIRST));
        for each in number..=self.highest {
            let from = if each == number { offset } else { FIRST };
            if self.look(each, from)? {
                self.held = self.held.max(each);
            }
        }
        let last = self.due - 1;
        let mut what = None;
        if last < self.slot.durable {
            what = Some(format!("{} records were durable", self.slot.durable));
        } else if self.slot.is_clean && last != self.slot.durable {
            what = Some(format!("it was closed at record {}", self.slot.durable));
        }
        if let Some(what) = what {
            return Err(Damage::new(&segment::name(number), offset, self.due, what).into());
        }
        self.report.last = last;
        self.report.was_clean = self.slot.is_clean;
        self.report.replaced = self.unproven.records();
        Ok(())
    }

    /// Whether something lies there that a torn tail took with it.
    fn look(&mut self, number: u64, from: u64) -> Result<bool> {
        let name = segment::name(number);
        let failed = |error| unreadable(&name, error);
        let opened = OpenSegment::open(&self.directories, Some(self.identity.id), number);
        let Some(opened) = opened.map_err(failed)? else { return Ok(false) };
        let header = opened.header.map_err(|what| Damage::new(&name, 0, self.due, what))?;
        let mut walk = Walk::new(opened.file, header, from);
        let behind = Behind::look(&mut walk, self.due).map_err(failed)?;
        if let Some(at) = behind.witness {
            let what = format!("the frame at byte {at} says that record {} was durable", self.due);
            return Err(Damage::new(&name, from, self.due, what).into());
        }
        // A file that was used before may hold anything that is no frame. As long as no segment went,
        // none was.
        let torn = if self.slot.lowest == 1 { behind.byte } else { behind.frame };
        self.report.dropped += behind.dropped;
        if self.report.torn.is_none() {
            self.report.torn = torn.map(|at| (name.clone(), at));
        }
        Ok(torn.is_some())
    }
}

impl Reading {
    fn new(number: u64, length: u64) -> Self {
        let name = segment::name(number);
        Self { number, length, name, stop: FIRST, is_begun: false, has_ended: false }
    }
}
