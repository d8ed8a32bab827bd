//! The values of a state while it is opened: read as the types of today, whatever they were written as.

use std::collections::BTreeMap;

use forebay_store::Result;

use super::carrier::{Carrier, Migrated};
use super::hop::Stored;
use crate::catalog::{TableId, TableInfo};
use crate::open::Mode;
use crate::quarantine::Cause;
use crate::table::Value;
use crate::tables::Tables;
use crate::value::{Dictionary, Drift, Gone, read_value};

/// Reads values, and migrates those that are older.
pub(crate) struct Values<T: Tables> {
    carrier: Carrier<T>,
    /// Whether a value may have fields that its type does not.
    mode: Mode,
    /// What each table's type does not have any more.
    drifts: BTreeMap<TableId, Drift>,
    /// How many values of each table have lost something with that.
    drifted: BTreeMap<TableId, u64>,
}

impl<T: Tables> Values<T> {
    /// With the migrations of the tables.
    ///
    /// # Errors
    ///
    /// `Invalid` if these contradict themselves.
    pub(crate) fn new(mode: Mode) -> Result<Self> {
        let carrier = Carrier::new(T::migrations().checked()?);
        Ok(Self { carrier, mode, drifts: BTreeMap::new(), drifted: BTreeMap::new() })
    }

    /// Reads a value of `table` that was written in `version` of its shape; says why it cannot be read.
    /// One with fields that the type does not have is read without them, or not at all if that would
    /// be a loss that nobody has asked for.
    pub(crate) fn read<V: Value>(
        &mut self,
        table: &TableInfo,
        version: u16,
        (bytes, dictionary): (&[u8], &Dictionary),
    ) -> Result<V, Cause> {
        let mut value = Stored { bytes, dictionary };
        if version != table.version {
            value = self.carrier.carry(table, version, value)?;
        }
        let drift = self.drifts.entry(table.id).or_default();
        let read = read_value(value.bytes, value.dictionary, drift);
        let has_passed = drift.has_passed();
        let read = read.map_err(|error| match table.version.checked_sub(1) {
            // It is the last hop's to make what fits.
            Some(last) if version != table.version => Cause::of_hop(last, &error),
            _ => Cause::of_value(&error),
        })?;
        if has_passed {
            *self.drifted.entry(table.id).or_default() += 1;
            if self.mode == Mode::Strict {
                return Err(gone(drift));
            }
        }
        Ok(read)
    }

    /// How many values each hop has changed, and which values have lost which fields.
    pub(crate) fn finish(self) -> (Migrated, BTreeMap<TableId, (u64, Vec<Gone>)>) {
        let gone = |table| {
            let drift = self.drifts.get(table);
            drift.map(|drift| drift.gone().cloned().collect()).unwrap_or_default()
        };
        let drifted = self.drifted.iter().map(|(table, values)| (*table, (*values, gone(table))));
        let drifted = drifted.collect();
        (self.carrier.migrated, drifted)
    }
}

#[cold]
fn gone(drift: &Drift) -> Cause {
    let field = drift.gone().next();
    let field = field.map(|gone| format!("`{}` of `{}`", gone.field, gone.name));
    Cause::of_drift(format!(
        "the stored field {} is not in the type any more: if it is gone for good, raise the version of \
         the table and add a hop",
        field.unwrap_or_default()
    ))
}
