//! Reading the journal without the types of the tables: whether every record is one, and every value.

use forebay_store::{Error, Result};

use super::found::{Found, Sink};
use super::parts::Parts;
use crate::record::{Change, Groups, Record};
use crate::revision::Revision;
use crate::value::{Dictionary, check_value};

/// What the journal has said so far.
#[derive(Debug)]
pub(super) struct Check {
    /// Records up to this one are in the snapshot.
    covered: u64,
    /// The record that was read last.
    read: Option<u64>,
    /// Records of others are between those of the state.
    is_shared: bool,
    /// It was told what records rest on.
    is_told: bool,
    parts: Parts,
    dictionary: Dictionary,
    /// The last transaction.
    pub(super) last: Revision,
    pub(super) transactions: u64,
    pub(super) changes: u64,
}

impl Check {
    /// Begins behind a snapshot that has the records up to `covered`, and the transactions up to `last`.
    pub(super) fn new(covered: u64, last: Revision) -> Self {
        let (parts, dictionary) = (Parts::default(), Dictionary::new());
        let (transactions, changes) = (0, 0);
        let (read, is_shared, is_told) = (None, false, false);
        Self { covered, read, is_shared, is_told, parts, dictionary, last, transactions, changes }
    }

    /// The journal is a shared one, so the numbers have gaps.
    pub(super) fn among_others(mut self) -> Self {
        self.is_shared = true;
        self
    }

    /// Takes the next record, and gives `sink` what is in it and not in the snapshot.
    ///
    /// # Errors
    ///
    /// `Corrupt` if it is not what could follow; what `sink` says.
    pub(super) fn take(&mut self, number: u64, record: &[u8], sink: &mut Sink<'_>) -> Result<()> {
        let due = self.read.map_or(self.covered + 1, |read| read + 1);
        if number > due && !self.is_shared {
            return Err(Error::corrupt(format!(
                "the records from {due} to {} are missing",
                number - 1
            )));
        }
        self.read = Some(number);
        self.record(number, record, sink).map_err(|error| {
            let message = format!("record {number} of the journal: {error}");
            Error::new(error.kind(), message).with_source(error)
        })
    }

    fn record(&mut self, number: u64, record: &[u8], sink: &mut Sink<'_>) -> Result<()> {
        let is_covered = number <= self.covered;
        match Record::decode(record)? {
            Record::Catalog(catalog) => {
                self.is_told = true;
                self.parts.give_up();
                self.dictionary = Dictionary::new();
                sink(Found::Catalog(&catalog))
            }
            _ if !self.is_told && is_covered => Ok(()),
            _ if !self.is_told => Err(Error::corrupt("nothing has told yet what it rests on")),
            Record::Layouts(entries) => self.dictionary.read_entries(entries),
            _ if is_covered => Ok(()),
            Record::After(last) if last > self.last => Err(Error::corrupt(format!(
                "the transactions after revision {} are missing, up to {last}",
                self.last
            ))),
            Record::After(_) => Ok(()),
            Record::Transaction { revision, body } => {
                self.parts.give_up();
                self.transaction(revision, body, sink)
            }
            Record::Part { revision, index, bytes } => {
                self.parts.take(revision, index, bytes).map(drop)
            }
            Record::End { revision, parts, length, sum } => {
                let body = self.parts.end(revision, (parts, length, sum))?;
                self.transaction(revision, &body, sink)
            }
        }
    }

    fn transaction(&mut self, revision: Revision, body: &[u8], sink: &mut Sink<'_>) -> Result<()> {
        if revision <= self.last {
            let last = self.last;
            return Err(Error::corrupt(format!("revision {revision} comes after {last}")));
        }
        let mut groups = Groups::of(body)?;
        while let Some(mut group) = groups.next()? {
            while let Some(change) = group.next()? {
                self.changes += 1;
                let (table, version) = (group.table, group.version);
                sink(match change {
                    Change::Put { key, value } => {
                        check_value(value, &self.dictionary)?;
                        Found::Entry { table, version, key, value, dictionary: &self.dictionary }
                    }
                    Change::Delete { key } | Change::Purge { key } => Found::Deleted { table, key },
                    Change::Clear => Found::Cleared { table },
                })?;
            }
        }
        self.last = revision;
        self.transactions += 1;
        Ok(())
    }
}
