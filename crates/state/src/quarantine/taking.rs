//! Stored entries on their way into a table.

use forebay_store::Result;

use super::cause::Cause;
use super::held::Held;
use super::quarantine::Quarantine;
use crate::catalog::TableInfo;
use crate::key::{Key, KeyReader};
use crate::migration::Values;
use crate::revision::Revision;
use crate::table::Value;
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
    /// Reads an entry. The value is given to `fill` with its key, or put into quarantine; `fill` gets the
    /// key alone then, because what was there before is gone.
    pub(crate) fn put<K: Key, V: Value>(
        &mut self,
        info: &TableInfo,
        (bytes, value): (&[u8], &[u8]),
        fill: impl FnOnce(K, Option<V>),
    ) -> Result<()> {
        let stored = (value, self.dictionary);
        let cause = match KeyReader::read(bytes) {
            Err(error) => Cause::of_key(&error),
            Ok(key) => match self.values.read(info, self.version, stored) {
                Ok(value) => {
                    fill(key, Some(value));
                    self.quarantine.release(info.id, bytes);
                    return Ok(());
                }
                Err(cause) => {
                    fill(key, None);
                    cause
                }
            },
        };
        let held = Held::new(self.version, stored, cause, self.revision);
        self.quarantine.keep(info.id, bytes, held)
    }
}
