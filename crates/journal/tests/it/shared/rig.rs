//! Small tenants that note what they are handed.

use std::sync::Arc;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::{Channel, Frame, Reading, Recovery, Settings, SharedJournal, Tenant};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, Error, Result};

pub(super) const SEGMENT: u64 = 64 << 10;

/// A tenant before and while the journal is read.
#[derive(Clone, Debug)]
pub(super) struct Notes {
    name: String,
    label: String,
    found: Vec<(u64, Vec<u8>)>,
    /// What he says at the end of reading.
    verdict: Result<()>,
    /// The last record, says the journal.
    last: u64,
}

/// A tenant who has been let in.
#[derive(Debug)]
pub(super) struct Lodger {
    pub(super) channel: Channel,
    pub(super) found: Vec<(u64, Vec<u8>)>,
    pub(super) last: u64,
}

pub(super) fn notes(name: &str) -> Notes {
    let (name, label) = (name.to_owned(), format!("notes of {name}"));
    Notes { name, label, found: Vec::new(), verdict: Ok(()), last: 0 }
}

impl Notes {
    pub(super) fn labelled(self, label: &str) -> Self {
        Self { label: label.to_owned(), ..self }
    }

    pub(super) fn failing(self, error: Error) -> Self {
        Self { verdict: Err(error), ..self }
    }
}

impl Tenant for Notes {
    type Opened = Lodger;
    type Reading = Self;

    fn name(&self) -> String {
        self.name.clone()
    }

    fn label(&self) -> String {
        self.label.clone()
    }

    fn read(self) -> Result<Self> {
        Ok(self)
    }
}

impl Reading for Notes {
    type Opened = Lodger;

    fn record(&mut self, number: u64, record: &[u8]) -> Result<()> {
        self.found.push((number, record.to_vec()));
        Ok(())
    }

    fn forgotten(&mut self) {
        self.found.clear();
    }

    fn end(&mut self, last: u64) -> Result<()> {
        self.last = last;
        self.verdict.clone()
    }

    fn begin(self, channel: Channel, _: &Recovery) -> Result<Lodger> {
        Ok(Lodger { channel, found: self.found, last: self.last })
    }
}

impl Lodger {
    pub(super) fn append(&self, record: &[u8]) -> Result<u64> {
        self.channel.append(&frame(&[(self, record)]))
    }

    /// Appends as soon as the journal takes it, which is to be without anybody's help.
    pub(super) fn append_waiting(&self, record: &[u8]) -> u64 {
        let frame = frame(&[(self, record)]);
        self.channel.make_room(frame.length()).unwrap();
        self.channel.append(&frame).unwrap()
    }

    pub(super) fn append_synced(&self, record: &[u8]) -> u64 {
        let number = self.append_waiting(record);
        self.channel.wait(number, Durability::Synced).unwrap();
        number
    }

    /// What he was handed, without the numbers.
    pub(super) fn texts(&self) -> Vec<&str> {
        self.found.iter().map(|(_, record)| str::from_utf8(record).unwrap()).collect()
    }
}

/// Records of these tenants in one frame.
pub(super) fn frame(records: &[(&Lodger, &[u8])]) -> Frame {
    let mut frame = Frame::new();
    for (lodger, record) in records {
        let write = |bytes: &mut Vec<u8>| {
            lodger.channel.begin_record(bytes);
            bytes.extend_from_slice(record);
            Ok(())
        };
        frame.push_with(write).unwrap();
    }
    frame
}

pub(super) fn settings(disk: &SimulatedDisk, clock: &Arc<ManualClock>) -> Settings {
    Settings {
        segment_bytes: SEGMENT,
        bytes_max: 8 * SEGMENT,
        seams: clock.seams(disk.steps()),
        ..Settings::default()
    }
}

pub(super) fn journal(disk: &SimulatedDisk) -> SharedJournal {
    SharedJournal::in_directory(disk.directory("a"), settings(disk, &ManualClock::new()))
}

/// Lets them in after whoever had it before is gone.
pub(super) fn open(disk: &SimulatedDisk, names: &[&str]) -> Result<Vec<Lodger>> {
    disk.kill();
    journal(disk).open(names.iter().map(|name| notes(name)).collect::<Vec<_>>())
}

pub(super) fn two(disk: &SimulatedDisk) -> (Lodger, Lodger) {
    disk.kill();
    journal(disk).open((notes("shop"), notes("mail"))).unwrap()
}

pub(super) fn segments(disk: &SimulatedDisk) -> usize {
    disk.files("a").iter().filter(|name| name.contains(".seg")).count()
}
