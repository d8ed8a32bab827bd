//! Stored entries on their way into a table.

use forebay_store::Result;

use super::cause::Cause;
use super::held::Held;
use super::quarantine::Quarantine;
use crate::catalog::TableInfo;
use crate::key::{Key, KeyReader};
use crate::migration::Values;
use crate::revision::Revision;
use crate::table::{Table, TableOrder, Value};
use crate::tables::Tables;
use crate::value::Dictionary;

/// Takes stored entries into their tables, and into quarantine those that cannot be read.
pub(crate) struct Taking<'t, T: Tables> {
    pub(crate) values: &'t mut Values<T>,
    pub(crate) quarantine: &'t mut Quarantine,
    pub(crate) dictionary: &'t Dictionary,
    /// The version of the values.
    pub(crate) version: u16,
    pub(crate) revision: Revision,
}

impl<T: Tables> Taking<'_, T> {
    /// The value goes into the table, or into quarantine; what was there before is gone.
    pub(crate) fn put<K: Key, V: Value, O: TableOrder>(
        &mut self,
        info: &TableInfo,
        table: &mut Table<K, V, O>,
        (bytes, value): (&[u8], &[u8]),
    ) -> Result<()> {
        let stored = (value, self.dictionary);
        let cause = match KeyReader::read(bytes) {
            Err(error) => Cause::of_key(&error),
            Ok(key) => match self.values.read(info, self.version, stored) {
                Ok(value) => {
                    table.fill(key, value);
                    self.quarantine.release(info.id, bytes);
                    return Ok(());
                }
                Err(cause) => {
                    table.take_out(&key);
                    cause
                }
            },
        };
        let held = Held::new(self.version, stored, cause, self.revision);
        self.quarantine.keep(info.id, bytes, held)
    }
}
