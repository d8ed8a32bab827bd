//! Transactions of the journal on their way into the tables: batches in their order, or one by one.

use std::sync::Arc;

use forebay_store::Result;

use super::batch::Batch;
use super::batches::Batches;
use super::filling::Filling;
use super::replay::Replay;
use super::wrong::of_record;
use crate::quarantine::{Cause, Held, Taking};
use crate::record::{Change, Group, Groups};
use crate::revision::Revision;
use crate::tables::Tables;

impl<T: Tables> Replay<T> {
    /// Applies everything that waits.
    pub(super) fn catch_up(&mut self) -> Result<()> {
        self.batches.iter_mut().for_each(Batches::close);
        while self.apply_next()? {}
        Ok(())
    }

    /// Applies the oldest batch; says whether there was one. After an error nothing that comes behind it
    /// is applied any more, whoever asks for it.
    pub(super) fn apply_next(&mut self) -> Result<bool> {
        let applied = self.apply_oldest();
        if applied.is_err() {
            self.batches.iter_mut().for_each(Batches::clear);
        }
        applied
    }

    fn apply_oldest(&mut self) -> Result<bool> {
        let Some((batch, decoded)) = self.batches.as_ref().and_then(Batches::next) else {
            return Ok(false);
        };
        match decoded {
            // A value in quarantine may be replaced by any change.
            Some(decoded) if self.quarantine.is_empty() => {
                self.report.changes += decoded.changes;
                let runs = &mut self.runs;
                decoded.give(&mut self.tables, runs)?;
            }
            _ => self.apply_in_order(&batch)?,
        }
        if let Some(batches) = &mut self.batches {
            batches.give_back(batch);
        }
        Ok(true)
    }

    /// Applies a batch change by change, with the dictionary that was known then.
    #[cold]
    fn apply_in_order(&mut self, batch: &Batch) -> Result<()> {
        let now = std::mem::replace(&mut self.dictionary, Arc::clone(&batch.dictionary));
        for (number, revision, body) in batch.transactions() {
            self.apply(revision, body).map_err(|error| of_record(number, error))?;
        }
        self.dictionary = now;
        Ok(())
    }

    /// Applies the changes of a transaction one by one.
    pub(super) fn apply(&mut self, revision: Revision, body: &[u8]) -> Result<()> {
        let mut groups = Groups::of(body)?;
        while let Some(group) = groups.next()? {
            self.group(group, revision)?;
        }
        Ok(())
    }

    fn group(&mut self, mut group: Group<'_, '_>, revision: Revision) -> Result<()> {
        let id = group.table;
        if T::CATALOG.is_retired(id) {
            while group.next()?.is_some() {
                self.report.retired += 1;
            }
            return Ok(());
        }
        if T::CATALOG.table(id).is_none() {
            return self.unknown(group, revision);
        }
        let taking = Taking {
            values: &mut self.values,
            quarantine: &mut self.quarantine,
            dictionary: &self.dictionary,
            version: group.version,
            revision,
        };
        let mut filling = Filling { group, taking, runs: &mut self.runs, changes: 0 };
        self.tables.visit(&mut filling)?;
        self.report.changes += filling.changes;
        Ok(())
    }

    /// Keeps what was done to a table that is none of today's.
    fn unknown(&mut self, mut group: Group<'_, '_>, revision: Revision) -> Result<()> {
        let (table, version) = (group.table, group.version);
        while let Some(change) = group.next()? {
            self.report.changes += 1;
            match change {
                Change::Put { key, value } => {
                    let (value, cause) = ((value, &*self.dictionary), Cause::UnknownTable);
                    let held = Held::new(version, value, cause, revision);
                    self.quarantine.keep(table, key, held)?;
                }
                Change::Delete { key } | Change::Purge { key } => {
                    self.quarantine.release(table, key);
                }
                Change::Clear => drop(self.quarantine.release_table(table)),
            }
        }
        Ok(())
    }
}

/// Whether a body can be read to its end.
pub(super) fn check(body: &[u8]) -> Result<()> {
    let mut groups = Groups::of(body)?;
    while let Some(mut group) = groups.next()? {
        while group.next()?.is_some() {}
    }
    Ok(())
}
