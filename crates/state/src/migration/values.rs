//! The values of a state while it is opened: read as the types of today, whatever they were written as.

use std::collections::BTreeMap;

use forebay_store::{Error, Result};

use super::carrier::{Carrier, Migrated};
use super::hop::Stored;
use crate::catalog::{TableId, TableInfo};
use crate::table::Value;
use crate::tables::Tables;
use crate::value::{Dictionary, Drift, read_value};

/// Reads values, and migrates those that are older.
pub(crate) struct Values<T: Tables> {
    carrier: Carrier<T>,
    /// What each table's type does not have any more.
    drifts: BTreeMap<TableId, Drift>,
}

impl<T: Tables> Values<T> {
    /// With the migrations of the tables.
    ///
    /// # Errors
    ///
    /// `Invalid` if these contradict themselves.
    pub(crate) fn new() -> Result<Self> {
        let carrier = Carrier::new(T::migrations().checked()?);
        Ok(Self { carrier, drifts: BTreeMap::new() })
    }

    /// Reads a value of `table` that was written in `version` of its shape.
    ///
    /// # Errors
    ///
    /// `Corrupt` if the bytes are damaged; `Invalid` if they are not of the type, or have fields that
    /// it does not have, or if a hop is missing or fails.
    pub(crate) fn read<V: Value>(
        &mut self,
        table: &TableInfo,
        version: u16,
        (bytes, dictionary): (&[u8], &Dictionary),
    ) -> Result<V> {
        let mut value = Stored { bytes, dictionary };
        if version != table.version {
            value = self.carrier.carry(table, version, value)?;
        }
        let drift = self.drifts.entry(table.id).or_default();
        let read = read_value(value.bytes, value.dictionary, drift)?;
        match drift.gone().next() {
            None => Ok(read),
            Some(gone) => Err(Error::invalid(format!(
                "the stored field `{}` of `{}` is not in the type any more: if it is gone for good, \
                 raise the version of the table and add a hop",
                gone.field, gone.name
            ))),
        }
    }

    /// How many values each hop has changed.
    pub(crate) fn migrated(self) -> Migrated {
        self.carrier.migrated
    }
}
