//! From what is good of a damaged snapshot to tables.

use std::sync::Arc;

use forebay_journal::disk::DiskFile;
use forebay_store::Result;

use super::block::Block;
use super::file::FileReader;
use super::head::Head;
use super::load::Loaded;
use super::reader::Reader;
use super::salvage::Salvage;
use crate::catalog::{TableId, TableInfo};
use crate::key::Key;
use crate::migration::Values;
use crate::open::Lost;
use crate::quarantine::{Cause, Held, QUARANTINE, Quarantine, Taking};
use crate::record::StoredCatalog;
use crate::table::{Table, TableOrder, Value};
use crate::tables::{TableVisitor, Tables};

/// Fills empty tables with everything that is good in a damaged snapshot; says what is not.
///
/// # Errors
///
/// `Corrupt` if not even its head is good, `Invalid` if it was written for other tables.
pub(crate) fn salvage<T: Tables>(
    tables: &mut T,
    (quarantine, values): (&mut Quarantine, &mut Values<T>),
    file: &Arc<dyn DiskFile>,
) -> Result<(Head, Loaded, Vec<Lost>)> {
    let reader = Reader::open(FileReader::new(Arc::clone(file)))?;
    let catalog = StoredCatalog::read(&reader.head().catalog)?;
    catalog.fits(&T::CATALOG)?;
    let mut good = Salvage::new(Arc::clone(file), reader.head().clone(), reader.read())?;
    let mut loaded = Loaded::default();
    while let Some(block) = good.next()? {
        let (table, dictionary) = (TableId(block.table()), good.dictionary());
        let (version, revision) = (catalog.version(table).unwrap_or(0), good.head().revision);
        let taking = Taking { values, quarantine, dictionary, version, revision };
        let mut taken =
            Taken { taking, block: &block, first: None, last: Vec::new(), is_whole: true };
        if T::CATALOG.is_retired(table) {
            loaded.retired += u64::from(block.count());
        } else if table == QUARANTINE {
            taken.each(|taking, key, held| {
                let Some((table, key)) = key.split_first_chunk() else { return Ok(()) };
                let (table, held) = (TableId(u16::from_be_bytes(*table)), Held::read_from(held)?);
                taking.quarantine.keep(table, key, held)
            })?;
        } else if T::CATALOG.table(table).is_none() {
            taken.each(|taking, key, value| {
                let stored = (value, taking.dictionary);
                let held = Held::new(version, stored, Cause::UnknownTable, revision);
                taking.quarantine.keep(table, key, held)
            })?;
        } else {
            tables.visit(&mut taken)?;
        }
        let Taken { first, last, is_whole, .. } = taken;
        if let Some(first) = first {
            good.read(table, &first, &last);
        }
        if !is_whole {
            good.miss(None);
        }
    }
    Ok((good.head().clone(), loaded, good.into_lost()))
}

/// Takes the entries of one block.
struct Taken<'t, T: Tables> {
    taking: Taking<'t, T>,
    block: &'t Block,
    first: Option<Vec<u8>>,
    last: Vec<u8>,
    /// They were entries, all of them.
    is_whole: bool,
}

impl<T: Tables> Taken<'_, T> {
    fn each(
        &mut self,
        mut take: impl FnMut(&mut Taking<'_, T>, &[u8], &[u8]) -> Result<()>,
    ) -> Result<()> {
        let mut walk = self.block.walk();
        loop {
            match walk.next() {
                Ok(Some((key, value))) => {
                    self.first.get_or_insert_with(|| key.to_vec());
                    take(&mut self.taking, key, value)?;
                }
                Ok(None) => break,
                Err(_) => {
                    self.is_whole = false;
                    break;
                }
            }
        }
        self.last = walk.key().to_vec();
        Ok(())
    }
}

impl<T: Tables> TableVisitor for Taken<'_, T> {
    fn table<K: Key, V: Value, O: TableOrder>(
        &mut self,
        info: &'static TableInfo,
        table: &mut Table<K, V, O>,
    ) -> Result<()> {
        if info.id.0 != self.block.table() {
            return Ok(());
        }
        self.each(|taking, key, value| {
            taking.put(info, (key, value), |key, read| match read {
                Some(read) => table.fill(key, read),
                None => table.take_out(&key),
            })
        })
    }
}
