//! Reading the journal without the types of the tables: whether every record is one, and every value.

use forebay_store::{Error, Result};

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
        Self { covered, read: None, is_told: false, parts, dictionary, last, transactions, changes }
    }

    /// Takes the next record.
    ///
    /// # Errors
    ///
    /// `Corrupt` if it is not what could follow.
    pub(super) fn take(&mut self, number: u64, record: &[u8]) -> Result<()> {
        let due = self.read.map_or(self.covered + 1, |read| read + 1);
        if number > due {
            return Err(Error::corrupt(format!(
                "the records from {due} to {} are missing",
                number - 1
            )));
        }
        self.read = Some(number);
        self.record(number, record).map_err(|error| {
            let message = format!("record {number} of the journal: {error}");
            Error::new(error.kind(), message).with_source(error)
        })
    }

    fn record(&mut self, number: u64, record: &[u8]) -> Result<()> {
        let is_covered = number <= self.covered;
        match Record::decode(record)? {
            Record::Catalog(_) => {
                self.is_told = true;
                self.parts.give_up();
                self.dictionary = Dictionary::new();
                Ok(())
            }
            _ if !self.is_told && is_covered => Ok(()),
            _ if !self.is_told => Err(Error::corrupt("nothing has told yet what it rests on")),
            Record::Layouts(entries) => self.dictionary.read_entries(entries),
            _ if is_covered => Ok(()),
            Record::After(_) => Ok(()),
            Record::Transaction { revision, body } => {
                self.parts.give_up();
                self.transaction(revision, body)
            }
            Record::Part { revision, index, bytes } => {
                self.parts.take(revision, index, bytes).map(drop)
            }
            Record::End { revision, parts, length, sum } => {
                let body = self.parts.end(revision, (parts, length, sum))?;
                self.transaction(revision, &body)
            }
        }
    }

    fn transaction(&mut self, revision: Revision, body: &[u8]) -> Result<()> {
        if revision <= self.last {
            let last = self.last;
            return Err(Error::corrupt(format!("revision {revision} comes after {last}")));
        }
        let mut groups = Groups::of(body)?;
        while let Some(mut group) = groups.next()? {
            while let Some(change) = group.next()? {
                self.changes += 1;
                if let Change::Put { value, .. } = change {
                    check_value(value, &self.dictionary)?;
                }
            }
        }
        self.last = revision;
        self.transactions += 1;
        Ok(())
    }
}
