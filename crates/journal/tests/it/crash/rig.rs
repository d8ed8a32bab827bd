//! A journal on a simulated disk beside the model of its promises.

use std::sync::Arc;
use std::time::Duration;

use forebay_journal::disk::Directories;
use forebay_journal::disk::simulated::{Ending, Habits, SimulatedDisk};
use forebay_journal::{Frame, Journal, Recovery, Settings};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, Error, ErrorKind, Op, Result};

use super::model::{Appended, Model};

pub(crate) const SEGMENT: u64 = 64 << 10;

/// All of one run. Everything happens on the thread that asks for it.
pub(crate) struct Rig {
    pub(crate) disk: SimulatedDisk,
    /// The disk of the second directory, if there is one.
    pub(crate) second: Option<SimulatedDisk>,
    /// Nobody tells the owners of the second directory.
    pub(crate) is_alone: bool,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) model: Model,
    /// Errors are to be expected: somebody has scripted faults.
    pub(crate) is_faulty: bool,
    /// After a failed sync the disk may have forgotten what was written, and the faults are so many
    /// that this may never have been put right: then only what was synced is sure.
    pub(crate) is_forgetful: bool,
    /// Says where the run is, for messages.
    pub(crate) place: String,
    /// How many segments the journal may have.
    pub(crate) segments: u64,
    journal: Option<Journal>,
    pending: Vec<(u64, Durability, Op<()>)>,
    seed: u64,
    tags: u64,
}

impl Rig {
    pub(crate) fn new(seed: u64) -> Self {
        let disk = SimulatedDisk::new(seed);
        let rig = Self {
            disk,
            second: None,
            is_alone: false,
            clock: ManualClock::new(),
            model: Model::default(),
            is_faulty: false,
            is_forgetful: false,
            place: String::new(),
            segments: 4 + seed % 7,
            journal: None,
            pending: Vec::new(),
            seed,
            tags: seed << 32,
        };
        rig.disk.set_habits(rig.habits());
        rig
    }

    /// The same with a second directory on another disk.
    pub(crate) fn with_second(seed: u64) -> Self {
        let second = SimulatedDisk::new(seed ^ 1 << 50);
        let rig = Self { second: Some(second.clone()), ..Self::new(seed) };
        second.set_habits(rig.habits());
        rig
    }

    pub(crate) fn directories(&self) -> Directories {
        let first = Directories::from(self.disk.directory("a"));
        match &self.second {
            Some(second) if !self.is_alone => first.with_second(second.directory("b")),
            _ => first,
        }
    }

    fn habits(&self) -> Habits {
        Habits {
            shorn_blocks: self.seed % 4 == 1 || self.seed % 4 == 3,
            failed_sync_forgets: self.seed % 4 >= 2,
            sync_keeps_names: self.seed % 5 == 4,
            ..Habits::default()
        }
    }

    pub(crate) fn journal(&self) -> &Journal {
        self.journal.as_ref().expect("it is open")
    }

    pub(crate) fn settings(&self) -> Settings {
        Settings {
            segment_bytes: SEGMENT,
            bytes_max: self.segments * SEGMENT,
            buffer_max: 256 << 10,
            sync_after: Duration::from_millis(100),
            label: "records of a test".into(),
            seams: self.clock.seams(self.seed ^ self.disk.steps() << 20),
        }
    }

    /// Opens the journal and checks what is there. The error is one that a fault or an ending
    /// explains.
    pub(crate) fn open(&mut self) -> Result<Recovery> {
        let mut found = Vec::new();
        let opened = Journal::open(self.directories(), self.settings(), |number, record| {
            found.push((number, record.to_vec()));
            Ok(())
        });
        let (journal, recovery) = opened.inspect_err(|error| {
            self.explain(error);
            let is_damage = error.kind() == ErrorKind::Corrupt;
            assert!(!is_damage, "{}: nobody has damaged anything: {error}", self.place);
        })?;
        assert_eq!(recovery.records, found.len() as u64, "{}", self.place);
        self.model.reopened(&found, journal.position(), &self.place);
        self.journal = Some(journal);
        Ok(recovery)
    }

    /// Makes records of these lengths and appends them as one frame.
    pub(crate) fn append(&mut self, lengths: &[usize]) -> Result<u64> {
        let mut frame = Frame::new();
        let mut records = Vec::new();
        for length in lengths {
            self.tags += 1;
            let record = Appended { tag: self.tags, length: *length };
            frame.push(&record.bytes())?;
            records.push(record);
        }
        let number = self.journal().append(&frame).inspect_err(|error| {
            let is_bound = matches!(error.kind(), ErrorKind::Busy | ErrorKind::Refused);
            if !is_bound {
                self.explain(error);
            }
        })?;
        assert_eq!(number, self.model.append(&records), "{}", self.place);
        Ok(number)
    }

    pub(crate) fn wait(&mut self, number: u64, rung: Durability) -> Result<()> {
        let result = self.journal().wait(number, rung);
        self.answered(number, rung, result)
    }

    /// The same without waiting; the answer counts when it comes.
    pub(crate) fn when(&mut self, number: u64, rung: Durability) {
        let op = self.journal().when(number, rung);
        self.pending.push((number, rung, op));
    }

    pub(crate) fn retire(&mut self, needed: u64) -> Result<()> {
        self.model.retire(needed);
        self.journal().retire(needed).inspect_err(|error| self.explain(error))
    }

    pub(crate) fn make_room(&mut self, length: usize) -> Result<()> {
        self.journal().make_room(length).inspect_err(|error| {
            if !matches!(error.kind(), ErrorKind::Busy | ErrorKind::Refused) {
                self.explain(error);
            }
        })
    }

    /// Collects the answers that have come, and what the journal says of itself.
    pub(crate) fn look(&mut self) {
        for (number, rung, op) in std::mem::take(&mut self.pending) {
            match op.try_take() {
                Ok(result) => drop(self.answered(number, rung, result)),
                Err(op) => self.pending.push((number, rung, op)),
            }
        }
        if let Some(journal) = &self.journal {
            let position = journal.position();
            assert_eq!(position.appended, self.model.last(), "{}", self.place);
            self.model.acknowledge_written(position.written);
            self.model.acknowledge_synced(position.synced);
        }
    }

    pub(crate) fn close(&mut self) -> Result<()> {
        let result = self.journal().close().inspect_err(|error| self.explain(error));
        if result.is_ok() {
            self.model.acknowledge_synced(self.model.last());
        }
        self.drop_journal();
        result
    }

    /// The last handle goes, and nobody closes it.
    pub(crate) fn drop_journal(&mut self) {
        self.look();
        self.journal = None;
        self.pending.clear();
        if self.is_forgetful && self.habits().failed_sync_forgets {
            self.model.lose_power();
        }
    }

    /// The process ends, as the disk says or else as asked for.
    pub(crate) fn end(&mut self, ending: Ending) {
        self.drop_journal();
        match self.disk.ending().unwrap_or(ending) {
            Ending::PowerCut => {
                self.disks().for_each(SimulatedDisk::power_cut);
                self.model.lose_power();
            }
            Ending::Kill => self.disks().for_each(SimulatedDisk::kill),
        }
    }

    pub(crate) fn disks(&self) -> impl Iterator<Item = &SimulatedDisk> {
        std::iter::once(&self.disk).chain(&self.second)
    }

    fn answered(&mut self, number: u64, rung: Durability, result: Result<()>) -> Result<()> {
        match (&result, rung) {
            (Ok(()), Durability::Synced) => self.model.acknowledge_synced(number),
            (Ok(()), Durability::Journaled) => self.model.acknowledge_written(number),
            (Ok(()), _) => {}
            (Err(error), _) => self.explain(error),
        }
        result
    }

    fn explain(&self, error: &Error) {
        let is_explained = self.is_faulty || self.disk.ending().is_some();
        assert!(is_explained, "{}: nothing was wrong, and yet: {error:?}", self.place);
    }
}
