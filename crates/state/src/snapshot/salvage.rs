//! What is good of a damaged snapshot.
//!
//! Every block is under checksums of its own, which bind it to its snapshot and its place. So each
//! good one is as it was written, whatever is before or behind it, and the next one is found where a
//! header is that says the place at which it stands.

use std::io;
use std::sync::Arc;

use forebay_journal::disk::DiskFile;
use forebay_journal::format::checksum;
use forebay_store::{Error, Result};

use super::block::{BLOCK_MAX, Block, HEADER, Header, Kind};
use super::compression::unpress;
use super::damage::Place;
use super::footer::Footer;
use super::head::Head;
use super::reader::value_length;
use crate::catalog::TableId;
use crate::open::Lost;
use crate::value::Dictionary;

/// So much is looked through at once for the next header.
const WINDOW: usize = 256 << 10;

/// What is at a place of the file.
enum Found {
    /// A good block.
    Good(Header, Vec<u8>),
    /// The header of one whose payload is damaged.
    Damaged(Header),
    /// Nothing that could be a block.
    Nothing,
}

/// How many entries are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Missing {
    Entries(u64),
    Unknown,
}

/// Reads the good blocks of a snapshot whose head is good.
pub(super) struct Salvage {
    file: Arc<dyn DiskFile>,
    length: u64,
    head: Head,
    at: u64,
    dictionary: Dictionary,
    /// The number of the block that is due.
    due: u32,
    /// The last good entry.
    last: Option<(TableId, Vec<u8>)>,
    /// What is missing since then.
    missing: Missing,
    /// The footer was read.
    is_ended: bool,
    lost: Vec<Lost>,
}

impl Salvage {
    pub(super) fn new(file: Arc<dyn DiskFile>, head: Head, behind_head: u64) -> Result<Self> {
        let length = file.len().map_err(failed)?;
        Ok(Self {
            file,
            length,
            head,
            at: behind_head,
            dictionary: Dictionary::new(),
            due: 1,
            last: None,
            missing: Missing::Entries(0),
            is_ended: false,
            lost: Vec::new(),
        })
    }

    /// What was missing.
    pub(super) fn into_lost(self) -> Vec<Lost> {
        self.lost
    }

    pub(super) fn head(&self) -> &Head {
        &self.head
    }

    pub(super) fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// The entries of the next good block; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Block>> {
        while !self.is_ended && self.at < self.length {
            let place = Place { block: self.due, at: self.at };
            match self.found(self.at)? {
                Found::Nothing => {
                    self.miss(None);
                    self.at = self.search()?;
                }
                Found::Damaged(header) => {
                    let entries = match header.kind {
                        Kind::Entries | Kind::Long => u64::from(header.count),
                        // Who needs layouts that are not there says so, and the begin of a long
                        // value was counted.
                        _ => 0,
                    };
                    self.miss(Some(entries).filter(|_| header.number == self.due));
                    self.is_ended = header.kind == Kind::Footer;
                    self.pass(&header);
                }
                Found::Good(header, bytes) => {
                    if header.number != self.due {
                        self.miss(None);
                    }
                    self.pass(&header);
                    let place = Place { block: header.number, ..place };
                    if let Some(block) = self.good(place, header, bytes)? {
                        return Ok(Some(block));
                    }
                }
            }
        }
        if !self.is_ended {
            self.miss(None);
        }
        self.tell(None);
        Ok(None)
    }

    /// The entries of this block were read, from the first key to the last.
    pub(super) fn read(&mut self, table: TableId, first: &[u8], last: &[u8]) {
        self.tell(Some((table, first.to_vec())));
        self.last = Some((table, last.to_vec()));
    }

    /// Entries of a good block could not be used.
    pub(super) fn miss(&mut self, entries: Option<u64>) {
        self.missing = match (self.missing, entries) {
            (Missing::Entries(before), Some(entries)) => Missing::Entries(before + entries),
            _ => Missing::Unknown,
        };
    }

    /// Tells what is missing up to here.
    fn tell(&mut self, before: Option<(TableId, Vec<u8>)>) {
        let entries = match std::mem::replace(&mut self.missing, Missing::Entries(0)) {
            Missing::Entries(0) => return,
            Missing::Entries(entries) => Some(entries),
            Missing::Unknown => None,
        };
        self.lost.push(Lost::Entries { after: self.last.clone(), before, entries });
    }

    fn good(&mut self, place: Place, header: Header, bytes: Vec<u8>) -> Result<Option<Block>> {
        match header.kind {
            // Behind one that is missing its numbers do not fit: the values that use it are known
            // by that.
            Kind::Layouts => drop(self.dictionary.read_entries(&bytes)),
            Kind::Entries => {
                let Header { table, count, .. } = header;
                return Ok(Some(Block { place, table, count, bytes }));
            }
            Kind::Long => return self.long(place, header, bytes),
            Kind::Footer => {
                self.is_ended = true;
                if Footer::decode(&bytes).is_none() {
                    self.miss(None);
                }
            }
            // The begin of that value is missing, and was counted.
            Kind::Rest => {}
            Kind::Head => self.miss(None),
        }
        Ok(None)
    }

    /// Puts together an entry that has blocks of its own; `None` if one of them is not good.
    fn long(&mut self, place: Place, begin: Header, mut bytes: Vec<u8>) -> Result<Option<Block>> {
        let Header { table, count, .. } = begin;
        let mut left = value_length(&bytes).unwrap_or(0);
        while left > 0 {
            let Found::Good(header, piece) = self.found(self.at)? else {
                self.miss(Some(1));
                return Ok(None);
            };
            let is_next = header.number == self.due && header.table == table;
            let is_whole = piece.len() as u64 == left.min(BLOCK_MAX as u64);
            if header.kind != Kind::Rest || !is_next || !is_whole {
                self.miss(Some(1));
                return Ok(None);
            }
            self.pass(&header);
            left -= piece.len() as u64;
            bytes.extend_from_slice(&piece);
        }
        Ok(Some(Block { place, table, count, bytes }))
    }

    /// Goes on behind this block.
    fn pass(&mut self, header: &Header) {
        self.at += (HEADER + header.stored as usize) as u64;
        self.due = header.number.saturating_add(1);
    }

    fn found(&self, at: u64) -> Result<Found> {
        let mut header = [0; HEADER];
        if !self.fill(&mut header, at)? {
            return Ok(Found::Nothing);
        }
        let Ok((header, sum)) = Header::decode(&header, self.head.id, at) else {
            return Ok(Found::Nothing);
        };
        let mut stored = vec![0; header.stored as usize];
        if !self.fill(&mut stored, at + HEADER as u64)? || checksum(&stored) != sum {
            return Ok(Found::Damaged(header));
        }
        let length = header.length as usize;
        Ok(match unpress(header.compression, &stored, length)? {
            Some(bytes) => Found::Good(header, bytes),
            None => Found::Damaged(header),
        })
    }

    /// Where the next header is; the end of the file if there is none.
    fn search(&self) -> Result<u64> {
        let mut window = vec![0; WINDOW];
        let mut from = self.at + 1;
        while from < self.length {
            let length = self.read_at(&mut window, from)?;
            for (offset, bytes) in window[..length].windows(HEADER).enumerate() {
                let at = from + offset as u64;
                let header = bytes.first_chunk().filter(|bytes| bytes[..4] == *super::block::MAGIC);
                let header = header.map(|bytes| Header::decode(bytes, self.head.id, at));
                if header.is_some_and(|header| header.is_ok()) {
                    return Ok(at);
                }
            }
            if length < HEADER {
                break;
            }
            // A header may begin in this window and end in the next.
            from += (length - (HEADER - 1)) as u64;
        }
        Ok(self.length)
    }

    /// Fills `bytes` from there; says whether the file has so many.
    fn fill(&self, bytes: &mut [u8], at: u64) -> Result<bool> {
        Ok(self.read_at(bytes, at)? == bytes.len())
    }

    fn read_at(&self, bytes: &mut [u8], at: u64) -> Result<usize> {
        let mut length = 0;
        while length < bytes.len() {
            match self.file.read_at(&mut bytes[length..], at + length as u64) {
                Ok(0) => break,
                Ok(more) => length += more,
                Err(error) => return Err(failed(error)),
            }
        }
        Ok(length)
    }
}

#[cold]
fn failed(error: io::Error) -> Error {
    Error::unavailable("read the damaged snapshot").with_source(error)
}
