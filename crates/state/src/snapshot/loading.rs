//! The blocks of a snapshot on their way into the tables.

use std::sync::Arc;
use std::{io, iter};

use forebay_store::seam::Spawn;
use forebay_store::{Error, Result};

use super::block::{BLOCK_MAX, Block};
use super::footer::Totals;
use super::order::Order;
use super::reader::Reader;
use super::stored::Stored;
use super::unit::{Decoded, Made, Unit};
use crate::ahead::{Line, Work};
use crate::catalog::{TableId, TableInfo};
use crate::key::{Key, KeyReader};
use crate::migration::Values;
use crate::quarantine::{Cause, Held, Quarantine};
use crate::record::StoredCatalog;
use crate::table::{Entry, Table, TableOrder, Value};
use crate::tables::{TableVisitor, Tables};
use crate::value::Dictionary;

/// At most so many blocks are read ahead of the tables: they are in memory as they are stored, or as entries
/// that are in no table yet, and so is the block behind them.
const BLOCKS_MAX: usize = 16;

/// They have at most so many bytes together, uncompressed; what is made of them takes some times as many. A
/// long value is one block however long it is, and one that is longer than this is read ahead alone.
const BYTES_MAX: usize = BLOCKS_MAX * BLOCK_MAX;

/// When so few are left the next are read, many at once: to call for help takes time, too.
const BLOCKS_FEW: usize = BLOCKS_MAX / 2;

/// Reads the table of the next block.
pub(super) struct Loading<'r, R, T: Tables> {
    /// The block that was read and not yet taken; `None` at the end.
    next: Option<Stored>,
    /// What is wrong behind it.
    failed: Option<Error>,
    /// The bytes of the blocks that were read ahead.
    ahead: usize,
    reader: &'r mut Reader<R>,
    values: &'r mut Values<T>,
    catalog: StoredCatalog,
    order: Order,
    quarantine: &'r mut Quarantine,
    spawn: &'r Arc<dyn Spawn>,
}

impl<'r, R: io::Read, T: Tables> Loading<'r, R, T> {
    /// Begins with the first block.
    pub(super) fn begin(
        reader: &'r mut Reader<R>,
        (quarantine, values): (&'r mut Quarantine, &'r mut Values<T>),
        spawn: &'r Arc<dyn Spawn>,
    ) -> Result<Self> {
        let catalog = StoredCatalog::read(&reader.head().catalog)?;
        catalog.fits(&T::CATALOG)?;
        let (next, order) = (reader.next_stored()?, Order::new());
        Ok(Self { next, failed: None, ahead: 0, reader, values, catalog, order, quarantine, spawn })
    }

    /// The table of the next block; `None` after the last one.
    ///
    /// # Errors
    ///
    /// What is wrong behind the last block that was taken.
    pub(super) fn table(&mut self) -> Result<Option<TableId>> {
        match (&self.next, self.failed.take()) {
            (Some(next), failed) => {
                self.failed = failed;
                Ok(Some(TableId(next.table())))
            }
            (None, failed) => failed.map_or(Ok(None), Err),
        }
    }

    /// How much there was.
    pub(super) fn totals(&self) -> Totals {
        self.reader.totals().cloned().unwrap_or_default()
    }

    /// Takes the values that were in quarantine already; says how many of them are of retired tables.
    pub(super) fn held(&mut self) -> Result<u64> {
        let (block, _) = self.take()?;
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

    /// Passes over the next block; says how many entries it has.
    pub(super) fn pass(&mut self) -> Result<u64> {
        let (block, _) = self.take()?;
        self.order.walk(&block, |_, _| Ok(()))?;
        Ok(u64::from(block.count()))
    }

    /// Keeps the next block, of a table that is none of today's.
    pub(super) fn unknown(&mut self, table: TableId) -> Result<()> {
        let ((block, dictionary), version) = (self.take()?, self.version(table)?);
        let revision = self.reader.head().revision;
        self.order.walk(&block, |key, value| {
            let held = Held::new(version, (value, &dictionary), Cause::UnknownTable, revision);
            self.quarantine.keep(table, key, held)
        })
    }

    /// The next block, and the layouts that its values may use.
    fn take(&mut self) -> Result<(Block, Arc<Dictionary>)> {
        let dictionary = Arc::clone(self.reader.shared_dictionary());
        let stored = self.take_stored().ok_or_else(|| Error::invalid("no block is left"))?;
        Ok((stored.into_block()?, dictionary))
    }

    /// The next block as it is stored; the one behind it is read.
    fn take_stored(&mut self) -> Option<Stored> {
        let taken = self.next.take()?;
        match self.reader.next_stored() {
            Ok(behind) => self.next = behind,
            Err(error) => self.failed = Some(error),
        }
        Some(taken)
    }

    fn fill<K: Key, V: Value, O: TableOrder>(
        &mut self,
        info: &TableInfo,
        table: &mut Table<K, V, O>,
    ) -> Result<()> {
        let version = self.version(info.id)?;
        let line = Line::new(Some(Arc::clone(self.spawn)));
        let mut failed = None;
        let mut entries = Vec::new().into_iter();
        // The tree is built while blocks are read, and ends early where one cannot be: what is wrong behind
        // that is not asked for.
        let entries = iter::from_fn(|| {
            loop {
                if let Some(entry) = entries.next() {
                    return Some(entry);
                }
                match self.more(&line, info, version) {
                    Ok(more) => entries = more?.into_iter(),
                    Err(error) => {
                        failed = Some(error);
                        return None;
                    }
                }
            }
        });
        table.fill_in_order(entries.fuse());
        failed.map_or(Ok(()), Err)
    }

    /// The entries of the next block of a table; `None` after the last one.
    fn more<K: Key, V: Value>(
        &mut self,
        line: &Line<Unit<K, V>>,
        info: &TableInfo,
        version: u16,
    ) -> Result<Option<Made<K, V>>> {
        if line.len() <= BLOCKS_FEW {
            self.read_on(line, info, version);
        }
        let Some((unit, decoded)) = line.next() else {
            return self.failed.take().map_or(Ok(None), Err);
        };
        self.ahead -= unit.bytes();
        let (block, dictionary) = unit.into_parts()?;
        let Some(Decoded { entries, ends: (first, last) }) = decoded else {
            return self.decode(&block, &dictionary, (info, version)).map(Some);
        };
        self.order.follow(&block, &first, &last)?;
        Ok(Some(entries))
    }

    /// Reads as many blocks of a table as may be in memory, and one at least.
    fn read_on<K: Key, V: Value>(
        &mut self,
        line: &Line<Unit<K, V>>,
        info: &TableInfo,
        version: u16,
    ) {
        while line.len() < BLOCKS_MAX {
            let Some(next) = self.next.as_ref().filter(|next| next.table() == info.id.0) else {
                break;
            };
            let bytes = self.ahead + next.length();
            if line.len() > 0 && bytes > BYTES_MAX {
                break;
            }
            let dictionary = Arc::clone(self.reader.shared_dictionary());
            let Some(stored) = self.take_stored() else { break };
            self.ahead = bytes;
            line.push(Unit::new(stored, dictionary, version != info.version));
        }
    }

    /// The entries of a block of which nobody else could make any.
    fn decode<K: Key, V: Value>(
        &mut self,
        block: &Block,
        dictionary: &Dictionary,
        (info, version): (&TableInfo, u16),
    ) -> Result<Made<K, V>> {
        let mut entries = Vec::with_capacity((block.count() as usize).min(block.length()));
        let revision = self.reader.head().revision;
        self.order.walk(block, |bytes, value| {
            let stored = (value, dictionary);
            let read = KeyReader::read(bytes).map_err(|error| Cause::of_key(&error));
            match read.and_then(|key| Ok((key, self.values.read(info, version, stored)?))) {
                Ok((key, value)) => entries.push(Arc::new(Entry::new(key, value))),
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
