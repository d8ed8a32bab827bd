//! Writing a snapshot, entry by entry.

use std::io;

use forebay_store::{Error, Result};
use serde::Serialize;

use super::block::{BLOCK_MAX, HEADER, Header, Kind, OTHER_MAX};
use super::compression::{Compression, Press};
use super::entries::put_key;
use super::footer::{TableTotals, Totals};
use super::head::Head;
use crate::value::{Dictionary, write_value};

/// The most that an entry takes beside its key and its value: three lengths.
const OVERHEAD: usize = 30;

/// A snapshot is padded to whole blocks of the device.
pub(super) const PADDED_TO: usize = 4096;

/// Writes a snapshot to `out`: table by table, and each in the order of the keys' bytes.
///
/// Nothing is a snapshot before [`finish`](Self::finish), and nothing is durable before the caller has
/// made it so. After an error what was written is worth nothing.
///
/// ```
/// use forebay_state::snapshot::{Compression, Head, Reader, Writer};
///
/// let mut writer = Writer::new(Vec::new(), &Head::default(), Compression::None)?;
/// writer.table(1)?;
/// writer.put(b"alice", &31_u8)?;
/// writer.put(b"bob", &44_u8)?;
/// let (bytes, totals) = writer.finish()?;
/// assert_eq!(totals.entries(), 2);
///
/// let mut names = Vec::new();
/// Reader::open(bytes.as_slice())?.read_all(|entry| {
///     names.push(String::from_utf8_lossy(entry.key).into_owned());
///     Ok(())
/// })?;
/// assert_eq!(names, ["alice", "bob"]);
/// # Ok::<(), forebay_store::Error>(())
/// ```
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
    head: Head,
    at: u64,
    number: u32,
    dictionary: Dictionary,
    /// How many layouts are in the file.
    announced: usize,
    press: Press,
    tables: Vec<TableTotals>,
    /// The entries of the block that is being filled.
    block: Vec<u8>,
    count: u32,
    /// The last key of this table.
    key: Vec<u8>,
    value: Vec<u8>,
}

impl<W: io::Write> Writer<W> {
    /// Begins a snapshot.
    ///
    /// # Errors
    ///
    /// `Unsupported` if this program does not have the compression, `Unavailable` if `out` does not
    /// take it.
    pub fn new(out: W, head: &Head, compression: Compression) -> Result<Self> {
        let mut writer = Self {
            out,
            head: head.clone(),
            at: 0,
            number: 0,
            dictionary: Dictionary::new(),
            announced: 0,
            press: Press::new(compression)?,
            tables: Vec::new(),
            block: Vec::with_capacity(BLOCK_MAX),
            count: 0,
            key: Vec::new(),
            value: Vec::new(),
        };
        let head = head.encode();
        if head.len() > OTHER_MAX {
            return Err(Error::refused("a catalog of more than 2 MiB"));
        }
        writer.emit(Kind::Head, 0, &head)?;
        Ok(writer)
    }

    /// The same, with values to come that are written already, with these layouts.
    pub(crate) fn with_layouts(self, dictionary: Dictionary) -> Self {
        Self { dictionary, ..self }
    }

    /// Begins the next table: one with a higher number than the one before. Table 0 is the quarantine.
    pub fn table(&mut self, table: u16) -> Result<()> {
        self.flush()?;
        if self.tables.last().is_some_and(|last| last.table >= table) {
            return Err(Error::invalid(format!("table {table} is not behind the one before")));
        }
        self.tables.push(TableTotals { table, ..TableTotals::default() });
        self.key.clear();
        Ok(())
    }

    /// Adds an entry with any value.
    pub fn put<V: Serialize + ?Sized>(&mut self, key: &[u8], value: &V) -> Result<()> {
        let mut bytes = std::mem::take(&mut self.value);
        bytes.clear();
        let written = write_value(value, &mut self.dictionary, &mut bytes);
        let added = written.and_then(|()| self.entry(key, &bytes));
        // One long value does not keep its memory until the end.
        bytes.shrink_to(BLOCK_MAX);
        self.value = bytes;
        added
    }

    /// Adds an entry whose value is written already, with layouts that are in this snapshot or with
    /// none.
    pub fn entry(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        let Some(table) = self.tables.last() else {
            return Err(Error::invalid("an entry before the first table"));
        };
        let is_first = table.entries == 0 && self.count == 0;
        if !is_first && *key <= *self.key {
            return Err(Error::invalid("an entry's key is not behind the one before"));
        }
        let most = key.len() + value.len() + OVERHEAD;
        if self.block.len() + most > BLOCK_MAX {
            self.flush()?;
        }
        if most > BLOCK_MAX {
            self.long(key, value)?;
        } else {
            let previous = if self.count == 0 { &[][..] } else { &self.key };
            put_key(previous, key, value.len(), &mut self.block);
            self.block.extend_from_slice(value);
            self.count += 1;
        }
        self.key.clear();
        self.key.extend_from_slice(key);
        Ok(())
    }

    /// Ends the snapshot: what follows is the end of the file.
    pub fn finish(mut self) -> Result<(W, Totals)> {
        self.flush()?;
        self.announce()?;
        let mut totals = Totals {
            tables: std::mem::take(&mut self.tables),
            layouts: self.dictionary.len() as u64,
            ..Totals::default()
        };
        let footer = totals.encode(&self.head);
        let count = totals.tables.len().try_into().unwrap_or(u32::MAX);
        self.emit(Kind::Footer, count, &footer)?;
        let padded = self.at.next_multiple_of(PADDED_TO as u64);
        let missing = usize::try_from(padded - self.at).unwrap_or(0);
        self.out.write_all(&[0; PADDED_TO][..missing]).map_err(failed)?;
        self.out.flush().map_err(failed)?;
        totals.blocks = u64::from(self.number);
        totals.bytes = padded;
        Ok((self.out, totals))
    }

    /// What was written to: for whoever goes on by himself.
    pub(crate) fn into_inner(self) -> W {
        self.out
    }

    /// How many bytes were written so far.
    pub fn written(&self) -> u64 {
        self.at
    }

    /// Writes the block that is being filled.
    fn flush(&mut self) -> Result<()> {
        if self.count == 0 {
            return Ok(());
        }
        self.announce()?;
        let block = std::mem::take(&mut self.block);
        let count = std::mem::take(&mut self.count);
        self.emit(Kind::Entries, count, &block)?;
        self.block = block;
        self.block.clear();
        Ok(())
    }

    /// Writes an entry that is too long for a block into blocks of its own.
    fn long(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        self.announce()?;
        let mut begin = Vec::with_capacity(key.len() + OVERHEAD);
        put_key(&[], key, value.len(), &mut begin);
        self.emit(Kind::Long, 1, &begin)?;
        value.chunks(BLOCK_MAX).try_for_each(|piece| self.emit(Kind::Rest, 0, piece))
    }

    /// Writes the layouts that are not in the file yet: values that follow may use them.
    fn announce(&mut self) -> Result<()> {
        while self.announced < self.dictionary.len() {
            let (mut layouts, mut count) = (Vec::new(), 0);
            while self.announced < self.dictionary.len() && layouts.len() < BLOCK_MAX {
                self.dictionary.write_entry(self.announced, &mut layouts);
                self.announced += 1;
                count += 1;
            }
            self.emit(Kind::Layouts, count, &layouts)?;
        }
        Ok(())
    }

    fn emit(&mut self, kind: Kind, count: u32, payload: &[u8]) -> Result<()> {
        let (compression, stored) = if kind.is_of_a_table() {
            self.press.press(payload)
        } else {
            (Compression::None, payload)
        };
        let table = match self.tables.last_mut().filter(|_| kind.is_of_a_table()) {
            Some(table) => {
                table.entries += u64::from(count);
                table.bytes += payload.len() as u64;
                table.blocks += 1;
                table.table
            }
            None => 0,
        };
        let lengths = [payload, stored].map(|bytes| bytes.len().try_into().unwrap_or(u32::MAX));
        let [length, stored_length] = lengths;
        let number = self.number;
        let header =
            Header { kind, compression, table, number, count, length, stored: stored_length };
        let header = header.encode(self.head.id, self.at, stored);
        self.out.write_all(&header).map_err(failed)?;
        self.out.write_all(stored).map_err(failed)?;
        self.at += (HEADER + stored.len()) as u64;
        self.number = number
            .checked_add(1)
            .ok_or_else(|| Error::refused("a snapshot of more than 2^32 blocks"))?;
        Ok(())
    }
}

#[cold]
fn failed(error: io::Error) -> Error {
    Error::unavailable("write the snapshot").with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_does_not_grow_with_the_state() {
        for compression in [Compression::None, Compression::Lz4, Compression::Zstd] {
            if !compression.is_there() {
                continue;
            }
            let mut writer =
                Writer::new(io::sink(), &Head::default(), compression).expect("it takes all");
            writer.table(1).expect("it is the first");
            for number in 0_u32..40_000 {
                let value = "a value of no great interest".repeat(9);
                writer.put(&number.to_be_bytes(), &value).expect("they are in order");
            }
            let held = writer.block.capacity() + writer.value.capacity() + writer.key.capacity();
            let held = held + writer.press.memory();
            let entries = writer.tables[0].bytes;
            assert!(entries > 8 << 20, "{entries}");
            assert!(held <= 768 << 10, "{held} bytes, and 256 KiB for the file");
        }
    }
}
