//! From a snapshot to tables.

use std::io;

use forebay_store::{Error, Result};

use super::block::Block;
use super::footer::Totals;
use super::order::Order;
use super::reader::Reader;
use crate::catalog::{TableId, TableInfo};
use crate::key::{Key, KeyReader};
use crate::migration::Values;
use crate::quarantine::{Cause, Held, QUARANTINE, Quarantine};
use crate::record::StoredCatalog;
use crate::table::{Table, TableOrder, Value};
use crate::tables::{TableVisitor, Tables};

/// What was loaded.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) totals: Totals,
    /// Entries of retired tables, which were passed over.
    pub(crate) retired: u64,
}

/// Fills empty tables with everything that is in a snapshot. After an error they are worth nothing.
///
/// # Errors
///
/// `Corrupt` if the snapshot is damaged; `Invalid` if it was written for other tables.
pub(crate) fn load<T: Tables, R: io::Read>(
    (tables, quarantine): (&mut T, &mut Quarantine),
    values: &mut Values<T>,
    reader: &mut Reader<R>,
) -> Result<Loaded> {
    let catalog = StoredCatalog::read(&reader.head().catalog)?;
    catalog.fits(&T::CATALOG)?;
    let next = reader.next()?;
    let order = Order::new();
    let mut loading = Loading { next, reader, values, catalog, order, quarantine };
    let mut loaded = Loaded::default();
    while let Some(block) = &loading.next {
        let id = TableId(block.table());
        if T::CATALOG.table(id).is_some() {
            tables.visit(&mut loading)?;
        } else if id == QUARANTINE {
            loaded.retired += loading.held()?;
        } else if T::CATALOG.is_retired(id) {
            let block = loading.take()?;
            loading.order.walk(&block, |_, _| Ok(()))?;
            loaded.retired += u64::from(block.count());
        } else {
            loading.unknown(id)?;
        }
    }
    loaded.totals = loading.reader.totals().cloned().unwrap_or_default();
    Ok(loaded)
}

/// Reads the table of the next block.
struct Loading<'r, R, T: Tables> {
    /// The block that was read and not yet taken; `None` at the end.
    next: Option<Block>,
    reader: &'r mut Reader<R>,
    values: &'r mut Values<T>,
    catalog: StoredCatalog,
    order: Order,
    quarantine: &'r mut Quarantine,
}

impl<R: io::Read, T: Tables> TableVisitor for Loading<'_, R, T> {
    fn table<K: Key, V: Value, O: TableOrder>(
        &mut self,
        info: &'static TableInfo,
        table: &mut Table<K, V, O>,
    ) -> Result<()> {
        if self.next.as_ref().is_none_or(|block| block.table() != info.id.0) {
            return Ok(());
        }
        self.fill(info, table).map_err(|error| {
            let message = format!("table `{}` in the snapshot: {error}", info.name);
            Error::new(error.kind(), message).with_source(error)
        })
    }
}

impl<R: io::Read, T: Tables> Loading<'_, R, T> {
    /// Takes the values that were in quarantine already; says how many of them are of retired tables.
    fn held(&mut self) -> Result<u64> {
        let block = self.take()?;
        let mut retired = 0;
        self.order.walk(&block, |place, held| {
            let (table, key) = place.split_first_chunk().ok_or_else(|| {
                Error::corrupt("the key of a value in quarantine does not name its table")
            })?;
            let (table, held) = (TableId(u16::from_be_bytes(*table)), Held::read_from(held)?);
            if T::CATALOG.is_retired(table) {
                retired += 1;
                return Ok(());
            }
            self.quarantine.keep(table, key, held)
        })?;
        Ok(retired)
    }

    /// The next block; the one behind it is read.
    fn take(&mut self) -> Result<Block> {
        let behind = self.reader.next()?;
        std::mem::replace(&mut self.next, behind).ok_or_else(|| Error::invalid("no block is left"))
    }

    fn fill<K: Key, V: Value, O: TableOrder>(
        &mut self,
        info: &TableInfo,
        table: &mut Table<K, V, O>,
    ) -> Result<()> {
        let version = self.version(info.id)?;
        let mut failed = None;
        let mut entries = Vec::new().into_iter();
        // The tree is built while blocks are read, and ends early where one cannot be.
        table.fill_in_order(std::iter::from_fn(|| {
            loop {
                if let Some(entry) = entries.next() {
                    return Some(entry);
                }
                self.next.as_ref().filter(|block| block.table() == info.id.0)?;
                match self.decode::<K, V>(info, version) {
                    Ok(more) => entries = more.into_iter(),
                    Err(error) => {
                        failed = Some(error);
                        return None;
                    }
                }
            }
        }));
        failed.map_or(Ok(()), Err)
    }

    /// The entries of the next block.
    fn decode<K: Key, V: Value>(&mut self, info: &TableInfo, version: u16) -> Result<Vec<(K, V)>> {
        let block = self.take()?;
        let mut entries = Vec::with_capacity((block.count() as usize).min(block.length()));
        let (dictionary, revision) = (self.reader.dictionary(), self.reader.head().revision);
        self.order.walk(&block, |bytes, value| {
            let stored = (value, dictionary);
            let read = KeyReader::read(bytes).map_err(|error| Cause::of_key(&error));
            match read.and_then(|key| Ok((key, self.values.read(info, version, stored)?))) {
                Ok(entry) => entries.push(entry),
                Err(cause) => {
                    let held = Held::new(version, stored, cause, revision);
                    self.quarantine.keep(info.id, bytes, held)?;
                }
            }
            Ok(())
        })?;
        Ok(entries)
    }

    fn version(&self, table: TableId) -> Result<u16> {
        self.catalog.version(table).ok_or_else(|| {
            Error::corrupt("the snapshot does not say in which version its values are")
        })
    }

    /// Keeps the next block, of a table that is none of today's.
    fn unknown(&mut self, table: TableId) -> Result<()> {
        let (block, version) = (self.take()?, self.version(table)?);
        let (dictionary, revision) = (self.reader.dictionary(), self.reader.head().revision);
        self.order.walk(&block, |key, value| {
            let held = Held::new(version, (value, dictionary), Cause::UnknownTable, revision);
            self.quarantine.keep(table, key, held)
        })
    }
}
