//! From tables to a snapshot.

use std::io;

use forebay_store::Result;

use super::writer::Writer;
use crate::catalog::{TableId, TableInfo};
use crate::key::Key;
use crate::quarantine::{QUARANTINE, Quarantine};
use crate::table::{Table, TableOrder, Value};
use crate::tables::{TableVisitor, Tables};

/// Writes the quarantine and all tables, in the order of their ids. `between` is told now and then how
/// many bytes are written; its error ends it.
pub(crate) fn save<T: Tables, W: io::Write>(
    (tables, quarantine): (&T, &Quarantine),
    writer: &mut Writer<W>,
    between: impl FnMut(u64) -> Result<()>,
) -> Result<()> {
    // A visitor may change what it visits; the clone shares everything.
    let mut tables = tables.clone();
    let mut ids: Vec<_> = T::CATALOG.tables().iter().map(|table| table.id).collect();
    ids.sort_unstable();
    let mut saving = Saving { id: QUARANTINE, writer, told: 0, between };
    saving.held(quarantine)?;
    for id in ids {
        saving.id = id;
        saving.writer.table(id.0)?;
        tables.visit(&mut saving)?;
    }
    Ok(())
}

/// Writes the table of this id.
struct Saving<'w, W, B> {
    id: TableId,
    writer: &'w mut Writer<W>,
    told: u64,
    between: B,
}

impl<W: io::Write, B: FnMut(u64) -> Result<()>> TableVisitor for Saving<'_, W, B> {
    fn table<K: Key, V: Value, O: TableOrder>(
        &mut self,
        info: &'static TableInfo,
        table: &mut Table<K, V, O>,
    ) -> Result<()> {
        if info.id != self.id {
            return Ok(());
        }
        table.each_in_order(|key, value| {
            key.with_encoded(|key| self.writer.put(key, value))?;
            self.tell()
        })
    }
}

impl<W: io::Write, B: FnMut(u64) -> Result<()>> Saving<'_, W, B> {
    /// Writes the quarantine, unless it is empty.
    fn held(&mut self, quarantine: &Quarantine) -> Result<()> {
        if quarantine.is_empty() {
            return Ok(());
        }
        self.writer.table(QUARANTINE.0)?;
        let mut value = Vec::new();
        quarantine.held().try_for_each(|((table, key), held)| {
            value.clear();
            held.write(&mut value);
            self.writer.entry(&[&table.to_be_bytes(), key.as_slice()].concat(), &value)?;
            self.tell()
        })
    }

    fn tell(&mut self) -> Result<()> {
        if self.writer.written() > self.told {
            self.told = self.writer.written();
            (self.between)(self.told)?;
        }
        Ok(())
    }
}
