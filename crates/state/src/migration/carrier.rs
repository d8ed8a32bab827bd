//! What takes a value from hop to hop.

use std::collections::BTreeMap;

use super::hop::{Stored, Written};
use super::migrations::Migrations;
use crate::catalog::{TableId, TableInfo};
use crate::quarantine::Cause;
use crate::tables::Tables;
use crate::value::Drift;

/// How many values each hop has changed: by table, and the version that it begins at.
pub(crate) type Migrated = BTreeMap<(TableId, u16), u64>;

pub(super) struct Carrier<T: Tables> {
    migrations: Migrations<T>,
    /// What the older types of hops pass over.
    passed: Drift,
    /// Hops write into one of them and read from the other, in turn.
    written: [Written; 2],
    pub(super) migrated: Migrated,
}

impl<T: Tables> Carrier<T> {
    pub(super) fn new(migrations: Migrations<T>) -> Self {
        let (passed, written) = (Drift::new(), [Written::default(), Written::default()]);
        Self { migrations, passed, written, migrated: Migrated::new() }
    }

    /// Makes a value of today's version of one of this version; says why it cannot.
    pub(super) fn carry(
        &mut self,
        table: &TableInfo,
        version: u16,
        stored: Stored<'_>,
    ) -> Result<Stored<'_>, Cause> {
        if version > table.version {
            return Err(Cause::FromFuture { current: table.version });
        }
        let mut hops = 0;
        for from in version..table.version {
            let [even, odd] = &mut self.written;
            let (read, write) = if hops % 2 == 0 { (even, odd) } else { (odd, even) };
            let value = if hops == 0 { stored } else { read.as_stored() };
            let hop = self.migrations.get(table.id, from).ok_or(Cause::MissingHop { from })?;
            hop.run(from, value, &mut self.passed, write)?;
            *self.migrated.entry((table.id, from)).or_default() += 1;
            hops += 1;
        }
        Ok(self.written[hops % 2].as_stored())
    }
}
