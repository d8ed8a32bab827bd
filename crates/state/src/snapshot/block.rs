//! A block: the piece of a snapshot that has a checksum.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 4 | the magic `FBSB` |
//! | 4 | 4 | checksum of: the snapshot's id (16; zeros for the head), the block's offset in the file (8), bytes 8 to 31 of the header |
//! | 8 | 4 | checksum of the payload as it is stored |
//! | 12 | 4 | the number of the block: 0, 1, 2, ... |
//! | 16 | 4 | how many things it holds |
//! | 20 | 4 | the length of the payload |
//! | 24 | 4 | the length of the payload as it is stored |
//! | 28 | 2 | the table |
//! | 30 | 1 | the kind |
//! | 31 | 1 | the compression |
//! | 32 | ... | the payload as it is stored |

use forebay_journal::format::checksum;

use super::compression::Compression;
use super::damage::Place;
use super::entries::Walk;
use super::head::SnapshotId;

/// The bytes of a header.
pub(super) const HEADER: usize = 32;

/// The most bytes of entries in one block, uncompressed.
pub const BLOCK_MAX: usize = 256 << 10;

/// The most bytes of a head, of some layouts and of a footer: one layout alone may be longer than
/// [`BLOCK_MAX`].
pub(super) const OTHER_MAX: usize = 2 << 20;

pub(super) const MAGIC: &[u8; 4] = b"FBSB";

/// What a block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What the snapshot is of. The first block, and no other.
    Head,
    /// Entries of the dictionary, before the first block with a value that uses them.
    Layouts,
    /// Entries of a table.
    Entries,
    /// An entry whose value is in the blocks that follow.
    Long,
    /// A piece of that value.
    Rest,
    /// How much there was of everything. The last block, and no other.
    Footer,
}

impl Kind {
    const ALL: [Self; 6] =
        [Self::Head, Self::Layouts, Self::Entries, Self::Long, Self::Rest, Self::Footer];

    fn code(self) -> u8 {
        match self {
            Self::Head => 0,
            Self::Layouts => 1,
            Self::Entries => 2,
            Self::Long => 3,
            Self::Rest => 4,
            Self::Footer => 5,
        }
    }

    /// Whether such a block belongs to a table.
    pub(super) fn is_of_a_table(self) -> bool {
        matches!(self, Self::Entries | Self::Long | Self::Rest)
    }

    /// The longest payload of such a block.
    fn longest(self) -> usize {
        if self.is_of_a_table() { BLOCK_MAX } else { OTHER_MAX }
    }
}

/// The header of a block, without its magic and checksums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) kind: Kind,
    pub(super) compression: Compression,
    pub(super) table: u16,
    pub(super) number: u32,
    pub(super) count: u32,
    pub(super) length: u32,
    pub(super) stored: u32,
}

impl Header {
    /// The bytes of the header of a block at this offset of this snapshot.
    pub(super) fn encode(&self, id: SnapshotId, at: u64, stored: &[u8]) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[..4].copy_from_slice(MAGIC);
        bytes[8..12].copy_from_slice(&checksum(stored).to_le_bytes());
        bytes[12..16].copy_from_slice(&self.number.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.count.to_le_bytes());
        bytes[20..24].copy_from_slice(&self.length.to_le_bytes());
        bytes[24..28].copy_from_slice(&self.stored.to_le_bytes());
        bytes[28..30].copy_from_slice(&self.table.to_le_bytes());
        bytes[30] = self.kind.code();
        bytes[31] = self.compression.code();
        let sum = self.sum(&bytes, id, at);
        bytes[4..8].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// Reads the header of a block at this offset, and the checksum of its payload. What is wrong
    /// with it otherwise.
    pub(super) fn decode(
        bytes: &[u8; HEADER],
        id: SnapshotId,
        at: u64,
    ) -> Result<(Self, u32), &'static str> {
        if bytes[..4] != *MAGIC {
            return Err("no block begins there");
        }
        let kind = Kind::ALL.into_iter().find(|kind| kind.code() == bytes[30]);
        let header = Self {
            kind: kind.ok_or("its kind is unknown")?,
            compression: Compression::of_code(bytes[31]).ok_or("its compression is unknown")?,
            table: u16::from_le_bytes([bytes[28], bytes[29]]),
            number: u32_at(bytes, 12),
            count: u32_at(bytes, 16),
            length: u32_at(bytes, 20),
            stored: u32_at(bytes, 24),
        };
        if header.sum(bytes, id, at) != u32_at(bytes, 4) {
            return Err("the checksum of its header does not match");
        }
        if header.length as usize > header.kind.longest() || header.stored > header.length {
            return Err("it is longer than a block may be");
        }
        if header.compression != Compression::None && !header.kind.is_of_a_table() {
            return Err("it is compressed");
        }
        if header.compression == Compression::None && header.stored < header.length {
            return Err("it is stored shorter than it is");
        }
        Ok((header, u32_at(bytes, 8)))
    }

    /// The checksum that binds a header to its snapshot and its place in it.
    fn sum(&self, bytes: &[u8; HEADER], id: SnapshotId, at: u64) -> u32 {
        let mut bound = [0; 16 + 8 + HEADER - 8];
        // Nobody knows the id before the head is read.
        let id = if self.kind == Kind::Head { SnapshotId::default() } else { id };
        bound[..16].copy_from_slice(&id.0);
        bound[16..24].copy_from_slice(&at.to_le_bytes());
        bound[24..].copy_from_slice(&bytes[8..]);
        checksum(&bound)
    }
}

fn u32_at(bytes: &[u8; HEADER], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Entries of one table, as they were in one block; or one long entry, as it was in several.
///
/// Its bytes are those that were written: their checksum was right.
#[derive(Clone, Debug)]
pub struct Block {
    pub(super) place: Place,
    pub(super) table: u16,
    pub(super) count: u32,
    pub(super) bytes: Vec<u8>,
}

impl Block {
    /// The table; 0 is the quarantine.
    pub fn table(&self) -> u16 {
        self.table
    }

    /// The number of the block in its snapshot.
    pub fn number(&self) -> u32 {
        self.place.block
    }

    /// Where it begins in the file.
    pub fn at(&self) -> u64 {
        self.place.at
    }

    /// How many entries it has.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// How long its entries are, encoded.
    pub fn length(&self) -> usize {
        self.bytes.len()
    }

    /// Goes through its entries.
    pub fn walk(&self) -> Walk<'_> {
        Walk::new(self)
    }
}
