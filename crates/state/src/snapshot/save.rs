//! From tables to a snapshot.

use std::io;

use forebay_store::Result;

use super::writer::Writer;
use crate::catalog::{TableId, TableInfo};
use crate::key::Key;
use crate::table::{Table, TableOrder, Value};
use crate::tables::{TableVisitor, Tables};

/// Writes all tables, in the order of their ids. `between` is told now and then how many bytes are
/// written; its error ends it.
pub(crate) fn save<T: Tables, W: io::Write>(
    tables: &T,
    writer: &mut Writer<W>,
    between: impl FnMut(u64) -> Result<()>,
) -> Result<()> {
    // A visitor may change what it visits; the clone shares everything.
    let mut tables = tables.clone();
    let mut ids: Vec<_> = T::CATALOG.tables().iter().map(|table| table.id).collect();
    ids.sort_unstable();
    let mut saving = Saving { id: TableId(0), writer, told: 0, between };
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
        for (key, value) in table.in_order() {
            key.with_encoded(|key| self.writer.put(key, value))?;
            if self.writer.written() > self.told {
                self.told = self.writer.written();
                (self.between)(self.told)?;
            }
        }
        Ok(())
    }
}
