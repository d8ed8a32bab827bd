//! The file that says that a directory is an archive, and which.

use forebay_store::{Error, Result};

use super::fields::Fields;
use crate::blob::checksum;
use crate::key::Key;

/// Says that a directory is an archive, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) id: Key,
    /// Milliseconds since 1970-01-01 UTC.
    pub(crate) made: u64,
}

impl Identity {
    pub(crate) const LENGTH: usize = 64;
    pub(crate) const VERSION: u16 = 1;
    const MAGIC: [u8; 8] = *b"forebayA";
    /// Where the checksum is, which covers all before it.
    const SUM_AT: usize = 56;

    pub(crate) fn to_bytes(self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        bytes[..8].copy_from_slice(&Self::MAGIC);
        bytes[8..10].copy_from_slice(&Self::VERSION.to_le_bytes());
        bytes[16..32].copy_from_slice(&self.id.to_bytes());
        bytes[32..40].copy_from_slice(&self.made.to_le_bytes());
        let sum = checksum(&bytes[..Self::SUM_AT]);
        bytes[Self::SUM_AT..].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// `Corrupt` if they are damaged or none of ours, `Unsupported` if a later program wrote them.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self> {
        if !bytes.starts_with(&Self::MAGIC) {
            return Err(Error::corrupt("it is not the identity of an archive"));
        }
        let damaged = || Error::corrupt("the identity of the archive is damaged");
        let bytes: &[u8; Self::LENGTH] = bytes.try_into().map_err(|_| damaged())?;
        let mut end = Fields::of(&bytes[Self::SUM_AT..]);
        if end.u64() != Some(checksum(&bytes[..Self::SUM_AT])) {
            return Err(damaged());
        }
        let mut fields = Fields::of(&bytes[8..Self::SUM_AT]);
        let version = fields.u16().ok_or_else(damaged)?;
        if version != Self::VERSION {
            return Err(Error::unsupported(format!(
                "an archive of version {version}; this program knows {}",
                Self::VERSION
            )));
        }
        let mut rest = || {
            fields.zeros::<6>()?;
            let identity = Self { id: fields.key()?, made: fields.u64()? };
            fields.zeros::<16>()?;
            Some(identity)
        };
        rest().ok_or_else(damaged)
    }
}
