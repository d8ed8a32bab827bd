//! The first 128 bytes of a blob.

use forebay_store::{Error, Result};

use super::checksum::checksum;
use crate::key::Key;
use crate::medium::Place;

/// The length of a head.
pub const HEAD: usize = 128;

const MAGIC: &[u8; 8] = b"forebayB";
const VERSION: u16 = 1;
const BIG_ENDIAN: u16 = 1;
/// The kind of checksum, of which there is one.
const CRC_64_NVME: u8 = 1;
/// What the head's own checksum covers.
const SUMMED: usize = 120;

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

/// How the payload of a blob is packed.
pub(crate) const UNCOMPRESSED: u8 = 0;
pub(crate) const LZ4: u8 = 1;

impl Head {
    pub(crate) fn to_bytes(self) -> [u8; HEAD] {
        let mut bytes = [0; HEAD];
        let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
        put(0, MAGIC);
        put(8, &VERSION.to_le_bytes());
        put(10, &u16::from(self.is_big_endian).to_le_bytes());
        put(12, &self.codec.to_le_bytes());
        put(14, &[self.compression]);
        put(16, &self.id.to_bytes());
        put(32, &self.fingerprint.to_le_bytes());
        put(40, &self.raw.to_le_bytes());
        put(48, &self.stored.to_le_bytes());
        put(56, &self.weight.to_le_bytes());
        put(64, &self.sum.to_le_bytes());
        put(72, &self.offset.to_le_bytes());
        put(76, &[CRC_64_NVME]);
        let sum = checksum(&bytes[..SUMMED]);
        bytes[SUMMED..].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    /// Reads a head. `Corrupt` if it is none or damaged, `Unsupported` if a newer release wrote it.
    pub(crate) fn from_bytes(bytes: &[u8; HEAD]) -> Result<Self> {
        check_sum(bytes)?;
        check_version(bytes)?;
        let head = Self {
            id: Key::from_bytes(field(bytes, 16)),
            codec: u16::from_le_bytes(field(bytes, 12)),
            fingerprint: u64::from_le_bytes(field(bytes, 32)),
            raw: u64::from_le_bytes(field(bytes, 40)),
            stored: u64::from_le_bytes(field(bytes, 48)),
            weight: u64::from_le_bytes(field(bytes, 56)),
            sum: u64::from_le_bytes(field(bytes, 64)),
            offset: u32::from_le_bytes(field(bytes, 72)),
            compression: bytes[14],
            is_big_endian: u16::from_le_bytes(field(bytes, 10)) & BIG_ENDIAN != 0,
        };
        head.check_numbers()?;
        // Whatever else is in it nobody writes, so what was read must be all of it.
        if head.to_bytes() != *bytes {
            return Err(Error::corrupt("the head of a blob has bits that no version 1 has"));
        }
        Ok(head)
    }

    /// From the head's first byte to the payload's last, if there can be so many bytes.
    pub(crate) fn length(&self) -> Option<u64> {
        self.stored.checked_add(u64::from(self.offset))
    }

    /// What it says of lengths is what its place says.
    pub(crate) fn check_place(&self, place: Place) -> Result<()> {
        if self.length() == Some(place.length) {
            return Ok(());
        }
        let (id, offset, stored, found) = (self.id, self.offset, self.stored, place.length);
        Err(Error::corrupt(format!(
            "blob {id} says that it has {offset} + {stored} bytes, its place has {found}"
        )))
    }

    fn check_numbers(&self) -> Result<()> {
        let (id, raw, stored) = (self.id, self.raw, self.stored);
        if !matches!(self.offset, 128 | 4096) {
            let offset = self.offset;
            let message = format!("the payload of blob {id} cannot begin at {offset}");
            return Err(Error::corrupt(message));
        }
        let is_right = match self.compression {
            UNCOMPRESSED => raw == stored,
            LZ4 => raw <= stored.saturating_mul(255).saturating_add(1 << 16),
            other => {
                return Err(Error::corrupt(format!(
                    "blob {id} has the unknown compression {other}"
                )));
            }
        };
        if is_right {
            return Ok(());
        }
        let message = format!("blob {id} cannot be {raw} bytes that are stored in {stored}");
        Err(Error::corrupt(message))
    }
}

fn check_sum(bytes: &[u8; HEAD]) -> Result<()> {
    if bytes[..8] != *MAGIC {
        return Err(Error::corrupt("there is no blob, or its first bytes are damaged"));
    }
    let (said, found) = (u64::from_le_bytes(field(bytes, SUMMED)), checksum(&bytes[..SUMMED]));
    if said == found {
        return Ok(());
    }
    Err(Error::corrupt(format!(
        "bytes 0 to 119, the head of a blob: their checksum is {found:016x}, not {said:016x}"
    )))
}

fn check_version(bytes: &[u8; HEAD]) -> Result<()> {
    let version = u16::from_le_bytes(field(bytes, 8));
    if version == VERSION {
        return Ok(());
    }
    Err(Error::unsupported(format!(
        "a blob has version {version} of its format; this program reads {VERSION}"
    )))
}

fn field<const N: usize>(bytes: &[u8; HEAD], at: usize) -> [u8; N] {
    let mut field = [0; N];
    field.copy_from_slice(&bytes[at..at + N]);
    field
}
