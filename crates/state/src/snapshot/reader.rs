//! Reading a snapshot, block by block.

use std::io;
use std::sync::Arc;

use forebay_store::{Error, Result};

use super::block::{BLOCK_MAX, Block, HEADER, Header, Kind};
use super::damage::Place;
use super::footer::{Footer, TableTotals, Totals};
use super::head::{Head, SnapshotId};
use super::order::Order;
use super::stored::Stored;
use super::writer::PADDED_TO;
use crate::value::{Dictionary, leb};

/// Reads a snapshot from `source`, and takes nothing for granted.
///
/// A block is given away when its checksum, its number and its place were right. Whether the snapshot
/// is whole is known when [`next`](Self::next) has said `None`: do not use anything before. Within a
/// block [`Walk`](super::Walk) sees to the order, and between them [`Order`] does;
/// [`read_all`](Self::read_all) is all of it at once.
///
/// Memory: one block and the layouts; a value longer than a block is put together.
#[derive(Debug)]
pub struct Reader<R> {
    source: R,
    head: Head,
    /// Where the next block begins.
    place: Place,
    dictionary: Arc<Dictionary>,
    /// What was read so far.
    tables: Vec<TableTotals>,
    /// Known at the end.
    totals: Option<Totals>,
}

/// An entry as it is in a snapshot.
#[derive(Clone, Copy, Debug)]
pub struct RawEntry<'a> {
    /// The table; 0 is the quarantine.
    pub table: u16,
    /// The bytes of the key.
    pub key: &'a [u8],
    /// The bytes of the value.
    pub value: &'a [u8],
    /// The layouts that the value may use.
    pub dictionary: &'a Dictionary,
}

impl<R: io::Read> Reader<R> {
    /// Begins to read: the head is checked.
    ///
    /// # Errors
    ///
    /// `Corrupt` with a [`SnapshotDamage`](super::SnapshotDamage) if that is not what was written,
    /// `Unsupported` if it was written in another version, `Unavailable` if `source` fails.
    pub fn open(mut source: R) -> Result<Self> {
        let mut place = Place { block: 0, at: 0 };
        let begin = place;
        let (header, stored) = read_block(&mut source, SnapshotId::default(), &mut place)?;
        let bytes = stored.into_bytes()?;
        if header.kind != Kind::Head || header.table != 0 || header.count != 0 {
            return Err(begin.damaged("it is not the head of a snapshot"));
        }
        let head = Head::decode(&bytes, begin)?;
        let (dictionary, tables) = (Arc::default(), Vec::new());
        Ok(Self { source, head, place, dictionary, tables, totals: None })
    }

    /// Which state it is of, and up to where.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// What it reads from.
    pub(crate) fn source_mut(&mut self) -> &mut R {
        &mut self.source
    }

    /// The layouts of all values that were read so far.
    pub fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// The same, to be kept: they stay as they are when more is read.
    pub(super) fn shared_dictionary(&self) -> &Arc<Dictionary> {
        &self.dictionary
    }

    /// How many bytes were read so far.
    pub fn read(&self) -> u64 {
        self.place.at
    }

    /// How much there is, once all of it was read.
    pub fn totals(&self) -> Option<&Totals> {
        self.totals.as_ref()
    }

    /// The next entries; `None` after the last ones, if the snapshot is whole.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), and `Unsupported` if this program does not have the compression. Do
    /// not go on then.
    #[expect(clippy::should_implement_trait, reason = "it can fail, and ends then")]
    pub fn next(&mut self) -> Result<Option<Block>> {
        self.next_stored()?.map(Stored::into_block).transpose()
    }

    /// The same, as they are stored: their own checksum and compression are for who has time.
    pub(super) fn next_stored(&mut self) -> Result<Option<Stored>> {
        while self.totals.is_none() {
            let place = self.place;
            let (header, stored) = self.block()?;
            if header.table != 0 && !header.kind.is_of_a_table() {
                return Err(place.damaged("a table is named where there is none"));
            }
            match header.kind {
                Kind::Layouts => self.learn(place, header, &stored.into_bytes()?)?,
                Kind::Entries => return self.entries(place, header, stored).map(Some),
                Kind::Long => return self.long(place, header, stored).map(Some),
                Kind::Footer => self.end(place, header, &stored.into_bytes()?)?,
                Kind::Head => return Err(place.damaged("another head")),
                Kind::Rest => return Err(place.damaged("a piece of a value without its begin")),
            }
        }
        Ok(None)
    }

    /// Calls `each` with every entry, in order, and says how much there was.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next), or what `each` says. Only without one the snapshot was whole, and
    /// what `each` was given all of it.
    pub fn read_all(&mut self, mut each: impl FnMut(RawEntry<'_>) -> Result<()>) -> Result<Totals> {
        let mut order = Order::new();
        while let Some(block) = self.next()? {
            let (table, dictionary) = (block.table(), &self.dictionary);
            order.walk(&block, |key, value| each(RawEntry { table, key, value, dictionary }))?;
        }
        Ok(self.totals.clone().unwrap_or_default())
    }

    /// The next block, of whatever kind.
    fn block(&mut self) -> Result<(Header, Stored)> {
        read_block(&mut self.source, self.head.id, &mut self.place)
    }

    fn learn(&mut self, place: Place, header: Header, bytes: &[u8]) -> Result<()> {
        let before = self.dictionary.len();
        let learned = Arc::make_mut(&mut self.dictionary).read_entries(bytes);
        learned.map_err(|error| place.damaged(error.to_string()))?;
        if self.dictionary.len() - before != header.count as usize {
            return Err(place.damaged("it has not as many layouts as it says"));
        }
        Ok(())
    }

    fn entries(&mut self, place: Place, header: Header, stored: Stored) -> Result<Stored> {
        if header.count == 0 {
            return Err(place.damaged("it has no entries"));
        }
        self.count(place, header)?;
        Ok(stored)
    }

    /// Puts together an entry that has blocks of its own.
    fn long(&mut self, place: Place, header: Header, stored: Stored) -> Result<Stored> {
        let Header { table, count, .. } = header;
        let mut bytes = stored.into_bytes()?;
        let mut left = value_length(&bytes)
            .filter(|_| count == 1)
            .ok_or_else(|| place.damaged("it is not the begin of an entry"))?;
        self.count(place, header)?;
        while left > 0 {
            let place = self.place;
            let (header, piece) = self.block()?;
            let piece = piece.into_bytes()?;
            let length = piece.len() as u64;
            let is_rest = header.kind == Kind::Rest && header.table == table && header.count == 0;
            // Every piece is full but the last, so that there is one way to cut a value.
            if !is_rest || length != left.min(BLOCK_MAX as u64) {
                return Err(place.damaged("it is not the next piece of the value"));
            }
            self.count(place, header)?;
            left -= length;
            bytes.extend_from_slice(&piece);
        }
        Ok(Block { place, table, count, bytes }.into())
    }

    /// Counts a block of a table.
    fn count(&mut self, place: Place, header: Header) -> Result<()> {
        let table = header.table;
        match self.tables.last() {
            Some(last) if last.table == table => {}
            Some(last) if last.table > table => {
                return Err(place.damaged("its table is not behind the one before"));
            }
            _ => self.tables.push(TableTotals { table, ..TableTotals::default() }),
        }
        if let Some(totals) = self.tables.last_mut() {
            totals.entries += u64::from(header.count);
            totals.bytes += u64::from(header.length);
            totals.blocks += 1;
        }
        Ok(())
    }

    /// Compares what the footer says with what was read, and sees that it is the end.
    fn end(&mut self, place: Place, header: Header, bytes: &[u8]) -> Result<()> {
        let footer = Footer::decode(bytes).ok_or_else(|| place.damaged("it is no footer"))?;
        if footer.covered != self.head.covered || footer.revision != self.head.revision {
            return Err(place.damaged("it is the footer of another snapshot"));
        }
        let is_counted = footer.tables.len() == header.count as usize;
        if !is_counted || !footer.fits(&self.tables, self.dictionary.len()) {
            return Err(place.damaged("it counts something else than what was there"));
        }
        self.padding()?;
        self.totals = Some(Totals {
            tables: footer.tables,
            layouts: footer.layouts,
            blocks: u64::from(self.place.block),
            bytes: self.place.at,
        });
        Ok(())
    }

    /// Reads the zeros behind the footer, and the end of the file.
    fn padding(&mut self) -> Result<()> {
        let place = self.place;
        let missing = place.at.next_multiple_of(PADDED_TO as u64) - place.at;
        let mut rest = Vec::new();
        let source = io::Read::by_ref(&mut self.source);
        let mut rest_of_it = io::Read::take(source, missing + 1);
        io::Read::read_to_end(&mut rest_of_it, &mut rest).map_err(failed)?;
        if rest.len() as u64 != missing || rest.iter().any(|byte| *byte != 0) {
            return Err(place.damaged("the file does not end there"));
        }
        self.place.at += missing;
        Ok(())
    }
}

/// How long the value is whose entry begins with these bytes, and ends before the value.
pub(super) fn value_length(bytes: &[u8]) -> Option<u64> {
    let mut rest = bytes;
    let shared = leb::read(&mut rest)?;
    let key = usize::try_from(leb::read(&mut rest)?).ok()?;
    let mut rest = rest.get(key..)?;
    let length = leb::read(&mut rest)?;
    (shared == 0 && length > 0 && rest.is_empty()).then_some(length)
}

/// Reads the block at `place` and goes on to the next.
fn read_block(
    source: &mut impl io::Read,
    id: SnapshotId,
    place: &mut Place,
) -> Result<(Header, Stored)> {
    let here = *place;
    let mut header = [0; HEADER];
    read_exactly(source, &mut header, here)?;
    let (header, sum) = Header::decode(&header, id, here.at).map_err(|what| here.damaged(what))?;
    if header.number != here.block {
        return Err(here.damaged(format!("it has the number {}", header.number)));
    }
    let mut bytes = vec![0; header.stored as usize];
    read_exactly(source, &mut bytes, here)?;
    place.at += (HEADER + header.stored as usize) as u64;
    let next = here.block.checked_add(1);
    place.block = next.ok_or_else(|| here.damaged("there are too many blocks"))?;
    Ok((header, Stored::new(here, header, bytes, sum)))
}

fn read_exactly(source: &mut impl io::Read, bytes: &mut [u8], place: Place) -> Result<()> {
    source.read_exact(bytes).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => place.damaged("the file ends there"),
        _ => failed(error),
    })
}

#[cold]
fn failed(error: io::Error) -> Error {
    Error::unavailable("read the snapshot").with_source(error)
}
