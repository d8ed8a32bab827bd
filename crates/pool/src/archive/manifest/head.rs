//! The first 128 bytes of a manifest.

use forebay_store::{Error, Result};

use super::super::fields::Fields;
use super::entry::Entry;
use crate::blob::checksum;
use crate::key::Key;

/// The first bytes of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ManifestHead {
    pub(crate) entries: u32,
    pub(crate) archive: Key,
    /// Grows with each manifest that the archive writes.
    pub(crate) sequence: u64,
    /// Milliseconds since 1970-01-01 UTC.
    pub(crate) made: u64,
    /// How long the body is.
    pub(crate) body: u64,
    /// The body's checksum.
    pub(crate) sum: u64,
}

impl ManifestHead {
    pub(crate) const LENGTH: usize = 128;
    /// The most entries.
    pub(crate) const ENTRIES_MAX: u32 = 16 << 20;
    /// The longest body.
    pub(crate) const BODY_MAX: u64 = 1 << 30;
    const VERSION: u16 = 1;
    const MAGIC: [u8; 8] = *b"forebayM";
    /// Where the checksum is, which covers all before it.
    const SUM_AT: usize = 120;

    pub(crate) fn to_bytes(self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        bytes[..8].copy_from_slice(&Self::MAGIC);
        bytes[8..10].copy_from_slice(&Self::VERSION.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.entries.to_le_bytes());
        bytes[16..32].copy_from_slice(&self.archive.to_bytes());
        bytes[32..40].copy_from_slice(&self.sequence.to_le_bytes());
        bytes[40..48].copy_from_slice(&self.made.to_le_bytes());
        bytes[48..56].copy_from_slice(&self.body.to_le_bytes());
        bytes[56..64].copy_from_slice(&self.sum.to_le_bytes());
        let sum = checksum(&bytes[..Self::SUM_AT]);
        bytes[Self::SUM_AT..].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// Checked but for the body's checksum. `length` is the manifest's.
    pub(crate) fn from_bytes(bytes: &[u8; Self::LENGTH], length: u64) -> Result<Self> {
        if !bytes.starts_with(&Self::MAGIC) {
            return Err(Error::corrupt("it is no manifest"));
        }
        let mut end = Fields::of(&bytes[Self::SUM_AT..]);
        if end.u64() != Some(checksum(&bytes[..Self::SUM_AT])) {
            return Err(Error::corrupt("the head of the manifest is damaged"));
        }
        let mut fields = Fields::of(&bytes[8..Self::SUM_AT]);
        let version = fields.u16();
        if version != Some(Self::VERSION) {
            let version = version.unwrap_or_default();
            return Err(Error::unsupported(format!("a manifest of version {version}")));
        }
        let head = Self::fields(&mut fields);
        head.filter(|head| head.is_possible(length))
            .ok_or_else(|| Error::corrupt("the head of the manifest says what cannot be"))
    }

    fn fields(fields: &mut Fields<'_>) -> Option<Self> {
        fields.zeros::<2>()?;
        let head = Self {
            entries: fields.u32()?,
            archive: fields.key()?,
            sequence: fields.u64()?,
            made: fields.u64()?,
            body: fields.u64()?,
            sum: fields.u64()?,
        };
        fields.zeros::<56>()?;
        Some(head)
    }

    fn is_possible(&self, length: u64) -> bool {
        let least = u64::from(self.entries) * Entry::LENGTH_MIN as u64;
        self.entries <= Self::ENTRIES_MAX
            && self.body <= Self::BODY_MAX
            && least <= self.body
            && length == Self::LENGTH as u64 + self.body
    }
}
