//! From a snapshot to tables.

use std::io;

use forebay_store::{Error, Result};

use super::block::Block;
use super::footer::Totals;
use super::order::Order;
use super::reader::Reader;
use crate::catalog::{TableId, TableInfo};
use crate::key::{Key, KeyReader};
use crate::record::StoredCatalog;
use crate::table::{Table, TableOrder, Value};
use crate::tables::{TableVisitor, Tables};
use crate::value::{Drift, read_value};

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
    reader: &mut Reader<R>,
) -> Result<Loaded> {
    let catalog = StoredCatalog::read(&reader.head().catalog)?;
    catalog.fits(&T::CATALOG)?;
    let mut loading = Loading { next: reader.next()?, reader, catalog, order: Order::new() };
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
struct Loading<'r, R> {
    /// The block that was read and not yet taken; `None` at the end.
    next: Option<Block>,
    reader: &'r mut Reader<R>,
    catalog: StoredCatalog,
    order: Order,
}

impl<R: io::Read> TableVisitor for Loading<'_, R> {
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

impl<R: io::Read> Loading<'_, R> {
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
        let version = self.catalog.version(info.id);
        if version != Some(info.version) {
            let then = version.map_or_else(|| "none".to_owned(), |version| version.to_string());
            return Err(Error::invalid(format!(
                "its values were written in version {then}, and are of version {} now",
                info.version
            )));
        }
        let (mut drift, mut failed) = (Drift::new(), None);
        let mut entries = Vec::new().into_iter();
        // The tree is built while blocks are read, and ends early where one cannot be.
        table.fill_in_order(std::iter::from_fn(|| {
            loop {
                if let Some(entry) = entries.next() {
                    return Some(entry);
                }
                self.next.as_ref().filter(|block| block.table() == info.id.0)?;
                match self.decode::<K, V>(&mut drift) {
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
    fn decode<K: Key, V: Value>(&mut self, drift: &mut Drift) -> Result<Vec<(K, V)>> {
        let block = self.take()?;
        let mut entries = Vec::with_capacity((block.count() as usize).min(block.length()));
        let dictionary = self.reader.dictionary();
        self.order.walk(&block, |key, value| {
            entries.push((KeyReader::read(key)?, read_value(value, dictionary, drift)?));
            Ok(())
        })?;
        match drift.gone().next() {
            None => Ok(entries),
            Some(gone) => Err(Error::invalid(format!(
                "the stored field `{}` of `{}` is not in the type any more",
                gone.field, gone.name
            ))),
        }
    }
}
