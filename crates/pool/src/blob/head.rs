//! The first 128 bytes of a blob.

use forebay_store::Result;

use crate::key::Key;
use crate::object::Object;

/// The length of a head.
pub const HEAD: usize = 128;

/// What the first bytes of a blob say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) id: Key,
    pub(crate) codec: u16,
    pub(crate) fingerprint: u64,
    /// What the codec wrote.
    pub(crate) raw: u64,
    /// What is stored of it.
    pub(crate) stored: u64,
    /// What it weighed in memory.
    pub(crate) weight: u64,
    /// The checksum of what is stored.
    pub(crate) sum: u64,
    /// Where the payload begins.
    pub(crate) offset: u32,
    pub(crate) compression: u8,
    pub(crate) is_big_endian: bool,
}

/// What a blob has to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Expected {
    pub(crate) id: Option<Key>,
    pub(crate) fingerprint: u64,
    pub(crate) codec: u16,
    pub(crate) type_name: &'static str,
}

/// What a blob of a `T` has to be.
pub(crate) fn expected<T: Object>(id: Option<Key>) -> Expected {
    Expected { id, fingerprint: 0, codec: T::CODEC.id(), type_name: T::NAME }
}

impl Head {
    pub(crate) fn to_bytes(self) -> [u8; HEAD] {
        let mut bytes = [0; HEAD];
        bytes[..16].copy_from_slice(&self.id.to_bytes());
        bytes[16..24].copy_from_slice(&self.stored.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.weight.to_le_bytes());
        bytes[32..36].copy_from_slice(&self.offset.to_le_bytes());
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8; HEAD]) -> Result<Self> {
        let number = |at: usize| {
            let mut eight = [0; 8];
            eight.copy_from_slice(&bytes[at..at + 8]);
            u64::from_le_bytes(eight)
        };
        let mut id = [0; 16];
        id.copy_from_slice(&bytes[..16]);
        let (stored, weight) = (number(16), number(24));
        let offset = u32::try_from(number(32) & 0xffff_ffff).unwrap_or(128);
        Ok(Self {
            id: Key::from_bytes(id),
            codec: 0,
            fingerprint: 0,
            raw: stored,
            stored,
            weight,
            sum: 0,
            offset,
            compression: 0,
            is_big_endian: false,
        })
    }
}
