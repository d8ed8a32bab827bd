//! Reading the journal into the tables, record by record.

use std::fmt;

use forebay_store::{Error, Result};

use super::parts::Parts;
use super::report::OpenReport;
use crate::catalog::{TableId, TableInfo};
use crate::key::{Key, KeyReader};
use crate::record::{Change, Group, Groups, Record};
use crate::revision::Revision;
use crate::table::{Table, TableOrder, Value};
use crate::tables::{TableVisitor, Tables};
use crate::value::{Dictionary, Drift, read_value};

/// What the journal has said so far.
///
/// It is public for the fuzzer, which has only bytes.
#[doc(hidden)]
pub struct Replay<T: Tables> {
    tables: T,
    report: OpenReport,
    /// The last owner.
    life: u64,
    parts: Parts,
    dictionary: Dictionary,
    /// What each table's type no longer has.
    drifts: Vec<(TableId, Drift)>,
}

impl<T: Tables> Replay<T> {
    /// Begins with nothing.
    pub fn new(tables: T) -> Self {
        let ids = T::CATALOG.tables().iter().map(|table| table.id);
        let drifts = ids.map(|id| (id, Drift::new())).collect();
        let (report, parts) = (OpenReport::default(), Parts::default());
        Self { tables, report, life: 0, parts, dictionary: Dictionary::new(), drifts }
    }

    /// Ends with the tables, what to tell, and the number of the owner that begins now.
    pub(crate) fn finish(mut self) -> (T, OpenReport, u64) {
        self.report.unfinished += self.parts.give_up();
        let after_last = self.report.last.life() + 1;
        (self.tables, self.report, after_last.max(self.life + 1))
    }

    /// Takes the next record.
    ///
    /// # Errors
    ///
    /// `Corrupt` if nobody can have written it; `Invalid` if the tables are not those that it was
    /// written for.
    pub fn take(&mut self, number: u64, record: &[u8]) -> Result<()> {
        self.read(record).map_err(|error| {
            Error::new(error.kind(), format!("record {number} of the journal: {error}"))
                .with_source(error)
        })
    }

    fn read(&mut self, record: &[u8]) -> Result<()> {
        match Record::decode(record)? {
            Record::Catalog(catalog) => {
                catalog.fits(&T::CATALOG)?;
                self.report.unfinished += self.parts.give_up();
                self.life = self.life.max(catalog.life);
                self.dictionary = Dictionary::new();
                Ok(())
            }
            Record::Layouts(entries) => self.dictionary.read_entries(entries),
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
        let Some((_, drift)) = self.drifts.iter_mut().find(|(table, _)| *table == id) else {
            if !T::CATALOG.is_retired(id) {
                return Err(Error::invalid(format!(
                    "the state has no table {id}: if it is gone for good, retire its id"
                )));
            }
            while group.next()?.is_some() {
                self.report.retired += 1;
            }
            return Ok(());
        };
        let mut filling = Filling { group, dictionary: &self.dictionary, drift, changes: 0 };
        self.tables.visit(&mut filling)?;
        self.report.changes += filling.changes;
        Ok(())
    }
}

/// Applies a group to its table.
struct Filling<'g, 'a, 'r> {
    group: Group<'a, 'r>,
    dictionary: &'g Dictionary,
    drift: &'g mut Drift,
    changes: u64,
}

impl TableVisitor for Filling<'_, '_, '_> {
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

impl Filling<'_, '_, '_> {
    fn fill<K: Key, V: Value, O: TableOrder>(
        &mut self,
        info: &TableInfo,
        table: &mut Table<K, V, O>,
    ) -> Result<()> {
        if self.group.version != info.version {
            return Err(Error::invalid(format!(
                "its values were written in version {}, and are of version {} now",
                self.group.version, info.version
            )));
        }
        while let Some(change) = self.group.next()? {
            self.changes += 1;
            match change {
                Change::Put { key, value } => {
                    let key = KeyReader::read(key)?;
                    table.fill(key, self.value(value)?);
                }
                Change::Delete { key } => table.take_out(&KeyReader::read(key)?),
                Change::Clear => table.wipe(),
            }
        }
        Ok(())
    }

    fn value<V: Value>(&mut self, bytes: &[u8]) -> Result<V> {
        let value = read_value(bytes, self.dictionary, self.drift)?;
        match self.drift.gone().next() {
            None => Ok(value),
            Some(gone) => Err(Error::invalid(format!(
                "the stored field `{}` of `{}` is not in the type any more",
                gone.field, gone.name
            ))),
        }
    }
}

impl<T: Tables> fmt::Debug for Replay<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay").field("report", &self.report).finish_non_exhaustive()
    }
}
