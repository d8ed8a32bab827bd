//! The identity of a journal: the file `journal`, three blocks.
//!
//! The first block never changes:
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 8 | the magic `FBJOURNL` |
//! | 8 | 2 | the version |
//! | 16 | 16 | the journal's id |
//! | 32 | 4 | the length of the label |
//! | 36 | ... | the label: what its user says it holds, compared at every open |
//! | 2048 | 16 | in a second directory, that directory's own id; 0 in the first |
//! | 4092 | 4 | checksum of everything before |
//!
//! The other two are *slots*, written in turn; the valid one with the higher counter holds:
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 8 | the magic `FBSLOT01` |
//! | 8 | 2 | the version |
//! | 16 | 8 | the counter; slot 1 holds the odd ones, slot 0 the even ones |
//! | 24 | 8 | the lowest segment that may be needed; 1 at first |
//! | 32 | 8 | the highest segment that may hold frames; 0 at first |
//! | 40 | 8 | every record up to this one is known to be durable |
//! | 48 | 8 | 1 if the journal was closed in order, and `durable` is its last record |
//! | 56 | 8 | the number that the lowest segment begins with; 1 at first |
//! | 64 | 16 | the own id of the second directory that belongs to the journal; 0 if none does |
//! | 4092 | 4 | checksum of everything before |
//!
//! Each owner puts a new file into the place of the old one before it changes anything else, with the
//! same in both slots: a sync of the old one may have failed, and told only an owner that is gone.
//!
//! A slot is right if its magic, version and checksum are, its numbers are below 2^62, the first
//! number is above 0, and the lowest segment lies between 1 and the highest plus one.
//!
//! A slot is durable before the segment that it announces is written to, and before a segment that
//! it no longer needs is touched. So every segment from the lowest to the highest must be there.

use super::frame::NUMBER_MAX;
use super::segment::{check, seal, sixteen};
use super::{BLOCK, BLOCK_BYTES, VERSION, u32_at, u64_at};

/// The file's name.
pub const NAME: &str = "journal";

/// The longest label in bytes.
pub const LABEL_MAX: usize = 1024;

/// Where the own id of a second directory is.
const OWN: usize = 2048;

const MAGIC: &[u8; 8] = b"FBJOURNL";
const SLOT_MAGIC: &[u8; 8] = b"FBSLOT01";

/// What never changes about a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Tells it from every other journal.
    pub id: [u8; 16],
    /// What its user says it holds.
    pub label: String,
    /// Of a second directory: its own id.
    pub second: Option<[u8; 16]>,
}

/// What is known about the segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The higher one counts.
    pub counter: u64,
    /// The lowest segment that may be needed.
    pub lowest: u64,
    /// The highest segment that may hold frames.
    pub highest: u64,
    /// Every record up to this one is known to be durable.
    pub durable: u64,
    /// The journal was closed in order, and `durable` is its last record.
    pub is_clean: bool,
    /// The number that the lowest segment begins with.
    pub first: u64,
    /// The own id of the second directory, without which the journal must not be opened.
    pub second: Option<[u8; 16]>,
}

impl Identity {
    /// The first block.
    pub fn encode(&self) -> Vec<u8> {
        let label = self.label.as_bytes();
        let mut block = vec![0; BLOCK_BYTES];
        block[..8].copy_from_slice(MAGIC);
        block[8..10].copy_from_slice(&VERSION.to_le_bytes());
        block[16..32].copy_from_slice(&self.id);
        let length = u32::try_from(label.len().min(LABEL_MAX)).unwrap_or_default();
        block[32..36].copy_from_slice(&length.to_le_bytes());
        block[36..36 + length as usize].copy_from_slice(&label[..length as usize]);
        block[OWN..OWN + 16].copy_from_slice(&self.second.unwrap_or_default());
        seal(&mut block);
        block
    }

    /// Reads the first block; says what is wrong with it.
    pub fn decode(block: &[u8]) -> Result<Self, &'static str> {
        check(block, *MAGIC)?;
        let length = u32_at(block, 32) as usize;
        let label = block.get(36..36 + length.min(LABEL_MAX)).unwrap_or_default();
        let label = std::str::from_utf8(label).map_err(|_| "the label is not text")?;
        Ok(Self { id: sixteen(block, 16), label: label.to_owned(), second: id_at(block, OWN) })
    }
}

impl Slot {
    /// That of a journal in which nothing has been announced.
    pub fn first() -> Self {
        Self {
            counter: 0,
            lowest: 1,
            highest: 0,
            durable: 0,
            is_clean: false,
            first: 1,
            second: None,
        }
    }

    /// Where the slot is written.
    pub fn offset(&self) -> u64 {
        BLOCK * (1 + self.counter % 2)
    }

    /// Its block.
    pub fn encode(&self) -> Vec<u8> {
        let mut block = vec![0; BLOCK_BYTES];
        block[..8].copy_from_slice(SLOT_MAGIC);
        block[8..10].copy_from_slice(&VERSION.to_le_bytes());
        let is_clean = u64::from(self.is_clean);
        let numbers = [self.counter, self.lowest, self.highest, self.durable, is_clean, self.first];
        for (at, number) in (16..).step_by(8).zip(numbers) {
            block[at..at + 8].copy_from_slice(&number.to_le_bytes());
        }
        block[64..80].copy_from_slice(&self.second.unwrap_or_default());
        seal(&mut block);
        block
    }

    /// Reads a slot; says what is wrong with it.
    pub fn decode(block: &[u8]) -> Result<Self, &'static str> {
        check(block, *SLOT_MAGIC)?;
        let slot = Self {
            counter: u64_at(block, 16),
            lowest: u64_at(block, 24),
            highest: u64_at(block, 32),
            durable: u64_at(block, 40),
            is_clean: u64_at(block, 48) == 1,
            first: u64_at(block, 56),
            second: id_at(block, 64),
        };
        let numbers = [slot.counter, slot.highest, slot.durable, slot.first];
        let is_right = numbers.iter().all(|number| *number < NUMBER_MAX)
            && slot.first > 0
            && (1..=slot.highest + 1).contains(&slot.lowest);
        if is_right { Ok(slot) } else { Err("its numbers contradict each other") }
    }
}

/// Sixteen bytes, unless they are all 0.
fn id_at(block: &[u8], at: usize) -> Option<[u8; 16]> {
    Some(sixteen(block, at)).filter(|id| *id != [0; 16])
}
