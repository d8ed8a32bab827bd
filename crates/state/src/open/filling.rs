//! The changes of a transaction on their way to one table.

use forebay_store::{Error, Result};

use super::runs::Runs;
use crate::catalog::TableInfo;
use crate::key::{Key, KeyReader};
use crate::quarantine::Taking;
use crate::record::{Change, Group};
use crate::table::{Table, TableOrder, Value};
use crate::tables::{TableVisitor, Tables};

/// Applies a group to its table.
pub(super) struct Filling<'g, 'a, 'r, T: Tables> {
    pub(super) group: Group<'a, 'r>,
    pub(super) taking: Taking<'g, T>,
    pub(super) runs: &'g mut Runs,
    pub(super) changes: u64,
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
        let taking = &mut self.taking;
        while let Some(change) = self.group.next()? {
            self.changes += 1;
            let Some(runner) = self.runs.of(info, table) else { return Ok(()) };
            match change {
                Change::Put { key, value } => {
                    taking.put(info, (key, value), |key, read| match read {
                        Some(read) => runner.put(key, read, value.len()),
                        None => runner.delete(key),
                    })?;
                }
                // A purge finds nothing in a table, unless its value can be read by now.
                Change::Delete { key } | Change::Purge { key } => {
                    taking.quarantine.release(info.id, key);
                    // A key that is none of the table's is not in it.
                    if let Ok(key) = KeyReader::read(key) {
                        runner.delete(key);
                    }
                }
                Change::Clear => {
                    taking.quarantine.release_table(info.id);
                    runner.clear();
                }
            }
        }
        Ok(())
    }
}
