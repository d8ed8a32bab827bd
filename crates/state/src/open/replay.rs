//! Reading the journal into the tables, record by record.

use std::fmt;
use std::sync::Arc;

use forebay_store::seam::Spawn;
use forebay_store::{Error, Result};

use super::applying::check;
use super::batches::Batches;
use super::lost::{Losses, Lost};
use super::mode::Mode;
use super::parts::Parts;
use super::report::OpenReport;
use super::runs::Runs;
use super::wrong::{Wrong, of_record};
use crate::migration::Values;
use crate::quarantine::Quarantine;
use crate::record::Record;
use crate::revision::Revision;
use crate::settings::Settings;
use crate::snapshot::{Head, Loaded, SnapshotReport};
use crate::tables::Tables;
use crate::value::Dictionary;

/// What the journal has said so far.
///
/// It is public for the fuzzer, which has only bytes.
#[doc(hidden)]
pub struct Replay<T: Tables> {
    pub(super) tables: T,
    pub(super) runs: Runs,
    pub(super) report: OpenReport,
    /// Records up to this one are in the snapshot that the tables come from; 0 without one.
    covered: u64,
    /// The record that was read last.
    last: Option<u64>,
    /// Records of others are between those of the state, so that the numbers of its own have gaps.
    is_shared: bool,
    /// It was told what records rest on: the beginning of an owner's was read.
    is_told: bool,
    /// The last owner.
    life: u64,
    parts: Parts,
    pub(super) dictionary: Arc<Dictionary>,
    /// Where transactions wait to be applied, if others help with them.
    pub(super) batches: Option<Batches<T>>,
    pub(super) values: Values<T>,
    pub(super) quarantine: Quarantine,
    /// What is missing, if that is to be told and not to be an error.
    losses: Option<Losses>,
    /// Records of a recovery that could not be read, for nothing has told what they rest on.
    unread: u64,
}

/// All that was read.
pub(super) struct Replayed<T> {
    pub(super) tables: T,
    pub(super) quarantine: Quarantine,
    pub(super) report: OpenReport,
    /// The number of the owner that begins now.
    pub(super) life: u64,
}

impl<T: Tables> Replay<T> {
    /// Begins with nothing but empty tables.
    pub fn fresh(tables: T) -> Result<Self> {
        let quarantine = Quarantine::new(Settings::default().quarantine_bytes_max);
        Ok(Self::new(tables, quarantine, Values::new(Mode::Strict)?))
    }

    /// Begins with tables that are empty, or that a snapshot has filled.
    pub(crate) fn new(tables: T, quarantine: Quarantine, values: Values<T>) -> Self {
        let (report, parts) = (OpenReport::default(), Parts::default());
        let (covered, last, is_shared, is_told, life) = (0, None, false, false, 0);
        let (dictionary, batches) = (Arc::default(), None);
        let runs = Runs::default();
        let (losses, unread) = (None, 0);
        Self {
            tables,
            runs,
            report,
            covered,
            last,
            is_shared,
            is_told,
            life,
            parts,
            dictionary,
            batches,
            values,
            quarantine,
            losses,
            unread,
        }
    }

    /// Lets jobs make values and apply changes while the journal is read.
    pub(super) fn with_help(self, spawn: Arc<dyn Spawn>) -> Self {
        let batches = Batches::new(&self.tables, Arc::clone(&spawn)).ok();
        Self { runs: Runs::with_help(spawn), batches, ..self }
    }

    /// Has what is missing told, and goes on without it.
    pub(super) fn recovering(mut self, losses: Losses) -> Self {
        self.losses = Some(losses);
        self
    }

    /// Tells what is missing.
    pub(super) fn lose(&mut self, lost: Lost) {
        self.losses.get_or_insert_default().add(lost);
    }

    /// The journal is a shared one.
    pub(super) fn among_others(mut self) -> Self {
        self.is_shared = true;
        self
    }

    /// Whether it has read any record.
    pub(super) fn has_read(&self) -> bool {
        self.last.is_some()
    }

    /// The last record that was read; 0 if there was none.
    pub(super) fn last(&self) -> u64 {
        self.last.unwrap_or(0)
    }

    /// Goes on from the snapshot that the tables were filled from.
    pub(super) fn after(mut self, head: &Head, loaded: Loaded) -> Self {
        self.covered = head.covered;
        self.report.last = head.revision;
        self.report.retired = loaded.retired;
        let report = SnapshotReport::new(head.revision, head.covered, loaded.totals);
        self.report.snapshot = Some(report);
        self
    }

    /// Ends with all that was read. A shared journal ends with `last`, whoever's that is.
    ///
    /// # Errors
    ///
    /// `Corrupt` if the journal ends before the snapshot; in strict mode what is wrong with a value that
    /// cannot be read and that nothing has replaced.
    pub(super) fn finish(mut self, mode: Mode, last: Option<u64>) -> Result<Replayed<T>> {
        self.catch_up()?;
        let (covered, last) = (self.covered, last.unwrap_or_else(|| self.last()));
        if let Some(losses) = &mut self.losses {
            // A journal that is gone is told already.
            if last < covered && self.last.is_some() {
                losses.add(Lost::Short { last, covered });
            }
            if self.unread > 0 {
                losses.add(Lost::Unread { records: self.unread });
            }
        } else if last < covered {
            return Err(Error::corrupt(format!(
                "the snapshot has the records up to {covered}, but the journal ends with {last}: it \
                 has lost what was durable"
            )));
        }
        self.runs.finish(&mut self.tables)?;
        self.report.unfinished += self.parts.give_up();
        if mode == Mode::Strict {
            self.quarantine.refusal(&T::CATALOG)?;
        }
        self.report.mode = mode;
        self.report.quarantined = self.quarantine.new_by_cause();
        self.report.losses = self.losses.take().unwrap_or_default();
        (self.report.migrated, self.report.drifted) = self.values.finish();
        if mode == Mode::Strict {
            // What was passed over is in values that others have replaced.
            self.report.drifted.clear();
        }
        let life = (self.report.last.life() + 1).max(self.life + 1);
        Ok(Replayed { tables: self.tables, quarantine: self.quarantine, report: self.report, life })
    }

    /// Ends, as a strict opening does.
    ///
    /// # Errors
    ///
    /// What is wrong with all that was taken.
    pub fn check(self) -> Result<()> {
        self.finish(Mode::Strict, None).map(drop)
    }

    /// Takes the next record.
    ///
    /// # Errors
    ///
    /// `Corrupt` if it cannot have been written so; `Invalid` if the tables are not those that it was
    /// written for.
    pub fn take(&mut self, number: u64, record: &[u8]) -> Result<()> {
        let due = self.last.map_or(self.covered + 1, |last| last + 1);
        if number > due && !self.is_shared {
            let Some(losses) = &mut self.losses else {
                // What is wrong before the gap is told first.
                self.catch_up()?;
                return Err(Self::missing(due, number));
            };
            losses.add(Lost::Gap { from: due, to: number - 1 });
        }
        self.last = Some(number);
        let read = if number <= self.covered { self.pass(record) } else { self.read(record) };
        match read {
            Ok(()) => {}
            Err(Wrong::Before(error)) => return Err(error),
            Err(Wrong::Here(error)) => {
                // What is wrong before it is told first.
                self.catch_up()?;
                return Err(of_record(number, error));
            }
        }
        while self.batches.as_ref().is_some_and(Batches::is_long) {
            self.apply_next()?;
        }
        Ok(())
    }

    #[cold]
    fn missing(due: u64, number: u64) -> Error {
        Error::corrupt(format!(
            "the records from {due} on are missing: the journal goes on with {number}"
        ))
    }

    /// Reads a record that is in the snapshot: what later ones rest on may be told there.
    fn pass(&mut self, record: &[u8]) -> Result<(), Wrong> {
        match Record::decode(record)? {
            Record::Catalog(_) => self.read(record),
            Record::Layouts(_) if self.is_told => self.read(record),
            _ => Ok(()),
        }
    }

    fn read(&mut self, record: &[u8]) -> Result<(), Wrong> {
        let record = Record::decode(record)?;
        self.is_told |= matches!(record, Record::Catalog(_));
        if !self.is_told {
            if self.losses.is_some() {
                self.unread += 1;
                return Ok(());
            }
            return Err(Error::corrupt("nothing has told yet what it rests on").into());
        }
        match record {
            Record::Catalog(catalog) => {
                catalog.fits(&T::CATALOG)?;
                self.report.unfinished += self.parts.give_up();
                self.life = self.life.max(catalog.life);
                self.batches.iter_mut().for_each(Batches::close);
                self.dictionary = Arc::default();
                Ok(())
            }
            Record::Layouts(entries) => {
                self.batches.iter_mut().for_each(Batches::close);
                Ok(Arc::make_mut(&mut self.dictionary).read_entries(entries)?)
            }
            Record::After(last) if last > self.report.last => Err(Error::corrupt(format!(
                "the transactions after revision {} are missing, up to {last}",
                self.report.last
            ))
            .into()),
            Record::After(_) => Ok(()),
            Record::Transaction { revision, body } => {
                self.report.unfinished += self.parts.give_up();
                self.transaction(revision, body)
            }
            Record::Part { revision, index, bytes } => {
                self.report.unfinished += self.parts.take(revision, index, bytes)?;
                Ok(())
            }
            Record::End { revision, parts, length, sum } => {
                let body = self.parts.end(revision, (parts, length, sum))?;
                self.transaction(revision, &body)
            }
        }
    }

    fn transaction(&mut self, revision: Revision, body: &[u8]) -> Result<(), Wrong> {
        if revision <= self.report.last {
            let last = self.report.last;
            return Err(Error::corrupt(format!("revision {revision} comes after {last}")).into());
        }
        if self.losses.is_some() {
            // What is given up is given up as a whole.
            check(body)?;
        }
        let number = self.last();
        // What others would make of it while something is in quarantine would be made once more.
        let is_simple = self.losses.is_none() && self.quarantine.is_empty();
        match &mut self.batches {
            Some(batches) if is_simple && Batches::<T>::takes(body.len()) => {
                batches.push((number, revision), body, &self.dictionary);
            }
            _ => {
                self.catch_up().map_err(Wrong::Before)?;
                self.apply(revision, body)?;
            }
        }
        self.report.last = revision;
        self.report.transactions += 1;
        Ok(())
    }
}

impl<T: Tables> fmt::Debug for Replay<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").field("report", &self.report).finish_non_exhaustive()
    }
}
