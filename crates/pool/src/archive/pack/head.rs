//! The first 128 bytes of a pack.

use forebay_store::{Error, Result};

use super::super::fields::Fields;
use crate::blob::HEAD;
use crate::blob::checksum;
use crate::key::Key;

/// The first bytes of a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PackHead {
    pub(crate) archive: Key,
    /// The name of its file.
    pub(crate) id: Key,
    pub(crate) blobs: u64,
    /// How long all is that follows.
    pub(crate) body: u64,
}

impl PackHead {
    pub(crate) const LENGTH: usize = 128;
    /// Each blob begins at a multiple of this.
    pub(crate) const STEP: u64 = 64;
    /// Fills what is left of the last step.
    pub(super) const ZEROS: [u8; 64] = [0; 64];
    const VERSION: u16 = 1;
    const MAGIC: [u8; 8] = *b"forebayP";
    /// Where the checksum is, which covers all before it.
    const SUM_AT: usize = 120;

    /// Whether a blob may begin there.
    pub(crate) fn is_place(at: u64) -> bool {
        at >= Self::LENGTH as u64 && at.is_multiple_of(Self::STEP)
    }

    pub(crate) fn to_bytes(self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        bytes[..8].copy_from_slice(&Self::MAGIC);
        bytes[8..10].copy_from_slice(&Self::VERSION.to_le_bytes());
        bytes[16..32].copy_from_slice(&self.archive.to_bytes());
        bytes[32..48].copy_from_slice(&self.id.to_bytes());
        bytes[48..56].copy_from_slice(&self.blobs.to_le_bytes());
        bytes[56..64].copy_from_slice(&self.body.to_le_bytes());
        let sum = checksum(&bytes[..Self::SUM_AT]);
        bytes[Self::SUM_AT..].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// `length` is the pack's.
    pub(crate) fn from_bytes(bytes: &[u8; Self::LENGTH], length: u64) -> Result<Self> {
        if !bytes.starts_with(&Self::MAGIC) {
            return Err(Error::corrupt("it is no pack"));
        }
        let mut end = Fields::of(&bytes[Self::SUM_AT..]);
        if end.u64() != Some(checksum(&bytes[..Self::SUM_AT])) {
            return Err(Error::corrupt("the head of the pack is damaged"));
        }
        let mut fields = Fields::of(&bytes[8..Self::SUM_AT]);
        let version = fields.u16();
        if version != Some(Self::VERSION) {
            let version = version.unwrap_or_default();
            return Err(Error::unsupported(format!("a pack of version {version}")));
        }
        let head = Self::fields(&mut fields);
        head.filter(|head| head.is_possible(length))
            .ok_or_else(|| Error::corrupt("the head of the pack says what cannot be"))
    }

    fn fields(fields: &mut Fields<'_>) -> Option<Self> {
        fields.zeros::<6>()?;
        let (archive, id) = (fields.key()?, fields.key()?);
        let (blobs, body) = (fields.u64()?, fields.u64()?);
        fields.zeros::<56>()?;
        Some(Self { archive, id, blobs, body })
    }

    fn is_possible(&self, length: u64) -> bool {
        let least = self.blobs.checked_mul(HEAD as u64);
        least.is_some_and(|least| least <= self.body)
            && length.checked_sub(Self::LENGTH as u64) == Some(self.body)
    }
}
