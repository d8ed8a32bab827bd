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
    tables: &mut T,
    values: &mut Values<T>,
    reader: &mut Reader<R>,
) -> Result<Loaded> {
    let catalog = StoredCatalog::read(&reader.head().catalog)?;
    catalog.fits(&T::CATALOG)?;
    let next = reader.next()?;
    let mut loading = Loading { next, reader, values, catalog, order: Order::new() };
    let mut loaded = Loaded::default();
    while let Some(block) = &loading.next {
        let id = TableId(block.table());
        if T::CATALOG.table(id).is_some() {
            tables.visit(&mut loading)?;
        } else if T::CATALOG.is_retired(id) {
            let block = loading.take()?;
            loading.order.walk(&block, |_, _| Ok(()))?;
            loaded.retired += u64::from(block.count());
        } else {
            return Err(Error::invalid(format!(
                "the snapshot has a table {id} that the state has not: if it is gone for good, \
                 retire its id"
            )));
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
        let version = self.catalog.version(info.id).ok_or_else(|| {
            Error::corrupt("the snapshot does not say in which version its values are")
        })?;
        let mut failed = None;
        let mut entries = Vec::new().into_iter();
        // The tree is built while blocks are read, and ends early where one cannot be.
        table.build(std::iter::from_fn(|| {
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
        let dictionary = self.reader.dictionary();
        self.order.walk(&block, |key, value| {
            let value = self.values.read(info, version, (value, dictionary))?;
            entries.push((KeyReader::read(key)?, value));
            Ok(())
        })?;
        Ok(entries)
    }
}
