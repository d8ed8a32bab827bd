//! A second writer, from the page in `docs/format` alone: it writes what no state would.

use forebay_journal::format::checksum;

use super::rig::head;

pub(crate) const HEAD: u8 = 0;
pub(crate) const LAYOUTS: u8 = 1;
pub(crate) const ENTRIES: u8 = 2;
pub(crate) const LONG: u8 = 3;
pub(crate) const REST: u8 = 4;
pub(crate) const FOOTER: u8 = 5;

/// A snapshot with any blocks, each with the right checksums.
#[derive(Clone)]
pub(crate) struct Forge {
    pub(crate) bytes: Vec<u8>,
    pub(crate) number: u32,
}

/// What a block claims to be.
#[derive(Clone, Copy)]
pub(crate) struct Claim {
    pub(crate) kind: u8,
    pub(crate) table: u16,
    pub(crate) count: u32,
    pub(crate) compression: u8,
    /// The length that it claims to have uncompressed; `None`: as stored.
    pub(crate) length: Option<u32>,
}

impl Claim {
    pub(crate) fn of(kind: u8, table: u16, count: u32) -> Self {
        Self { kind, table, count, compression: 0, length: None }
    }
}

impl Forge {
    /// Nothing yet, not even a head.
    pub(crate) fn empty() -> Self {
        Self { bytes: Vec::new(), number: 0 }
    }

    /// The head of the rig.
    pub(crate) fn new() -> Self {
        Self::empty().block(Claim::of(HEAD, 0, 0), &head_bytes(1, 1))
    }

    pub(crate) fn block(mut self, claim: Claim, stored: &[u8]) -> Self {
        let at = self.bytes.len() as u64;
        let stored_length = u32::try_from(stored.len()).unwrap();
        let mut rest = Vec::new();
        rest.extend_from_slice(&checksum(stored).to_le_bytes());
        rest.extend_from_slice(&self.number.to_le_bytes());
        rest.extend_from_slice(&claim.count.to_le_bytes());
        rest.extend_from_slice(&claim.length.unwrap_or(stored_length).to_le_bytes());
        rest.extend_from_slice(&stored_length.to_le_bytes());
        rest.extend_from_slice(&claim.table.to_le_bytes());
        rest.extend_from_slice(&[claim.kind, claim.compression]);
        let id = if claim.kind == HEAD { [0; 16] } else { head().id.0 };
        let bound = [id.as_slice(), &at.to_le_bytes(), &rest].concat();
        self.bytes.extend_from_slice(b"FBSB");
        self.bytes.extend_from_slice(&checksum(&bound).to_le_bytes());
        self.bytes.extend_from_slice(&rest);
        self.bytes.extend_from_slice(stored);
        self.number += 1;
        self
    }

    /// A block of entries whose keys share nothing.
    pub(crate) fn entries(self, table: u16, entries: &[(&str, &str)]) -> Self {
        let count = u32::try_from(entries.len()).unwrap();
        self.block(Claim::of(ENTRIES, table, count), &encoded(entries))
    }

    /// A footer that says this of each table: number, entries, bytes, blocks; and the padding.
    pub(crate) fn end(self, tables: &[[u8; 4]]) -> Vec<u8> {
        self.end_with(&footer(0, tables), u32::try_from(tables.len()).unwrap())
    }

    pub(crate) fn end_with(self, footer: &[u8], count: u32) -> Vec<u8> {
        let mut bytes = self.block(Claim::of(FOOTER, 0, count), footer).bytes;
        bytes.resize(bytes.len().next_multiple_of(4096), 0);
        bytes
    }
}

/// The payload of the rig's head.
pub(crate) fn head_bytes(version: u16, values: u16) -> Vec<u8> {
    let head = head();
    let mut bytes = b"FBSNAP01".to_vec();
    bytes.extend_from_slice(&version.to_le_bytes());
    bytes.extend_from_slice(&values.to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);
    for id in [head.id.0, head.state, head.journal] {
        bytes.extend_from_slice(&id);
    }
    for number in [head.covered, head.revision.0, head.written.0] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(&head.catalog);
    bytes
}

/// Entries whose keys share nothing; all lengths below 128.
pub(crate) fn encoded(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (key, value) in entries {
        bytes.extend_from_slice(&[0, u8::try_from(key.len()).unwrap()]);
        bytes.extend_from_slice(key.as_bytes());
        bytes.push(u8::try_from(value.len()).unwrap());
        bytes.extend_from_slice(value.as_bytes());
    }
    bytes
}

/// The payload of a footer; all numbers below 128.
pub(crate) fn footer(layouts: u8, tables: &[[u8; 4]]) -> Vec<u8> {
    let mut bytes = head().covered.to_le_bytes().to_vec();
    bytes.extend_from_slice(&head().revision.0.to_le_bytes());
    bytes.extend_from_slice(&[layouts, u8::try_from(tables.len()).unwrap()]);
    bytes.extend_from_slice(tables.as_flattened());
    bytes
}
