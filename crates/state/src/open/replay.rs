//! Reading the journal into the tables, record by record.

use std::fmt;

use forebay_store::{Error, Result};

use super::parts::Parts;
use super::report::OpenReport;
use crate::catalog::TableInfo;
use crate::key::{Key, KeyReader};
use crate::migration::Values;
use crate::record::{Change, Group, Groups, Record};
use crate::revision::Revision;
use crate::snapshot::{Head, Loaded, SnapshotReport};
use crate::table::{Table, TableOrder, Value};
use crate::tables::{TableVisitor, Tables};
use crate::value::Dictionary;

/// What the journal has said so far.
///
/// It is public for the fuzzer, which has only bytes.
#[doc(hidden)]
pub struct Replay<T: Tables> {
    tables: T,
    report: OpenReport,
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
    dictionary: Dictionary,
    values: Values<T>,
}

impl<T: Tables> Replay<T> {
    /// Begins with nothing but empty tables.
    pub fn fresh(tables: T) -> Result<Self> {
        Ok(Self::new(tables, Values::new()?))
    }

    /// Begins with tables that are empty, or that a snapshot has filled.
    pub(crate) fn new(tables: T, values: Values<T>) -> Self {
        let (report, parts) = (OpenReport::default(), Parts::default());
        let (covered, last, is_shared, is_told, life) = (0, None, false, false, 0);
        let dictionary = Dictionary::new();
        Self { tables, report, covered, last, is_shared, is_told, life, parts, dictionary, values }
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

    /// Goes on from the snapshot that the tables were filled from.
    pub(super) fn after(mut self, head: &Head, loaded: Loaded) -> Self {
        self.covered = head.covered;
        self.report.last = head.revision;
        self.report.retired = loaded.retired;
        let report = SnapshotReport::new(head.revision, head.covered, loaded.totals);
        self.report.snapshot = Some(report);
        self
    }

    /// Ends with the tables, what to tell, and the number of the owner that begins now. A shared journal
    /// ends with `last`, whoever's that is.
    ///
    /// # Errors
    ///
    /// `Corrupt` if the journal ends before the snapshot.
    pub(super) fn finish(mut self, last: Option<u64>) -> Result<(T, OpenReport, u64)> {
        let (covered, last) = (self.covered, last.or(self.last).unwrap_or(0));
        if last < covered {
            return Err(Error::corrupt(format!(
                "the snapshot has the records up to {covered}, but the journal ends with {last}: it \
                 has lost what was durable"
            )));
        }
        self.report.unfinished += self.parts.give_up();
        self.report.migrated = self.values.migrated();
        let after_last = self.report.last.life() + 1;
        Ok((self.tables, self.report, after_last.max(self.life + 1)))
    }

    /// Takes the next record.
    ///
    /// # Errors
    ///
    /// `Corrupt` if nobody can have written it; `Invalid` if the tables are not those that it was
    /// written for.
    pub fn take(&mut self, number: u64, record: &[u8]) -> Result<()> {
        let due = self.last.map_or(self.covered + 1, |last| last + 1);
        if number > due && !self.is_shared {
            return Err(Error::corrupt(format!(
                "the records from {due} on are missing: the journal goes on with {number}"
            )));
        }
        self.last = Some(number);
        let read = if number <= self.covered { self.pass(record) } else { self.read(record) };
        read.map_err(|error| {
            Error::new(error.kind(), format!("record {number} of the journal: {error}"))
                .with_source(error)
        })
    }

    /// Reads a record that is in the snapshot: what later ones rest on may be told there.
    fn pass(&mut self, record: &[u8]) -> Result<()> {
        match Record::decode(record)? {
            Record::Catalog(_) => self.read(record),
            Record::Layouts(_) if self.is_told => self.read(record),
            _ => Ok(()),
        }
    }

    fn read(&mut self, record: &[u8]) -> Result<()> {
        let record = Record::decode(record)?;
        self.is_told |= matches!(record, Record::Catalog(_));
        if !self.is_told {
            return Err(Error::corrupt("nothing has told yet what it rests on"));
        }
        match record {
            Record::Catalog(catalog) => {
                catalog.fits(&T::CATALOG)?;
                self.report.unfinished += self.parts.give_up();
                self.life = self.life.max(catalog.life);
                self.dictionary = Dictionary::new();
                Ok(())
            }
            Record::Layouts(entries) => self.dictionary.read_entries(entries),
            Record::After(last) if last > self.report.last => Err(Error::corrupt(format!(
                "the transactions after revision {} are missing, up to {last}",
                self.report.last
            ))),
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

    fn transaction(&mut self, revision: Revision, body: &[u8]) -> Result<()> {
        if revision <= self.report.last {
            let last = self.report.last;
            return Err(Error::corrupt(format!("revision {revision} comes after {last}")));
        }
        let mut groups = Groups::of(body)?;
        while let Some(group) = groups.next()? {
            self.group(group)?;
        }
        self.report.last = revision;
        self.report.transactions += 1;
        Ok(())
    }

    fn group(&mut self, mut group: Group<'_, '_>) -> Result<()> {
        let id = group.table;
        if T::CATALOG.table(id).is_none() {
            if !T::CATALOG.is_retired(id) {
                return Err(Error::invalid(format!(
                    "the state has no table {id}: if it is gone for good, retire its id"
                )));
            }
            while group.next()?.is_some() {
                self.report.retired += 1;
            }
            return Ok(());
        }
        let (dictionary, values) = (&self.dictionary, &mut self.values);
        let mut filling = Filling { group, dictionary, values, changes: 0 };
        self.tables.visit(&mut filling)?;
        self.report.changes += filling.changes;
        Ok(())
    }
}

/// Applies a group to its table.
struct Filling<'g, 'a, 'r, T: Tables> {
    group: Group<'a, 'r>,
    dictionary: &'g Dictionary,
    values: &'g mut Values<T>,
    changes: u64,
}

impl<T: Tables> TableVisitor for Filling<'_, '_, '_, T> {
    fn table<K: Key, V: Value, O: TableOrder>(
        &mut self,
        info: &'static TableInfo,
        table: &mut Table<K, V, O>,
    ) -> Result<()> {
        if info.id != self.group.table {
            return Ok(());
        }
        self.fill(info, table).map_err(|error| {
            Error::new(error.kind(), format!("table `{}`: {error}", info.name)).with_source(error)
        })
    }
}

impl<T: Tables> Filling<'_, '_, '_, T> {
    fn fill<K: Key, V: Value, O: TableOrder>(
        &mut self,
        info: &TableInfo,
        table: &mut Table<K, V, O>,
    ) -> Result<()> {
        let version = self.group.version;
        while let Some(change) = self.group.next()? {
            self.changes += 1;
            match change {
                Change::Put { key, value } => {
                    let key = KeyReader::read(key)?;
                    let stored = (value, self.dictionary);
                    table.fill(key, self.values.read(info, version, stored)?);
                }
                Change::Delete { key } => table.take_out(&KeyReader::read(key)?),
                Change::Clear => table.wipe(),
            }
        }
        Ok(())
    }
}

impl<T: Tables> fmt::Debug for Replay<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").field("report", &self.report).finish_non_exhaustive()
    }
}
