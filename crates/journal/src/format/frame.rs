//! A frame: some records that are there together or not at all.
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 4 | the magic `FBF1` |
//! | 4 | 4 | checksum of: the segment's salt (16), the frame's offset in its segment (8), bytes 8 to 39 of the header |
//! | 8 | 4 | checksum of the body |
//! | 12 | 4 | the length of the body |
//! | 16 | 4 | how many records it holds |
//! | 20 | 4 | reserved, 0 |
//! | 24 | 8 | the sequence number of its first record |
//! | 32 | 8 | `synced`: every record up to this one was durable when the frame was written |
//! | 40 | ... | the body: each record as its length (LEB128, at most 5 bytes) and its bytes |
//!
//! A header is right if its magic and its checksum are, the reserved bytes are 0, the body is at most
//! 16 MiB, its number is below 2^62, and `synced` is below its number.
//!
//! The body's checksum depends on nothing else, so it is worked out before the frame has a place;
//! the header's binds the whole to its place.

use super::{checksum, u32_at, u64_at};

/// The bytes of a header.
pub const HEADER: usize = 40;

/// The longest body, so that a reader can be bounded.
pub const BODY_MAX: usize = 16 * 1024 * 1024;

/// No number of a record comes near this, so sums of numbers do not overflow.
pub(crate) const NUMBER_MAX: u64 = 1 << 62;

const MAGIC: &[u8; 4] = b"FBF1";

/// A header without its checksum and magic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Checksum of the body.
    pub body_checksum: u32,
    /// The length of the body in bytes.
    pub length: u32,
    /// How many records it holds; 0 for a witness.
    pub count: u32,
    /// The number of the first record.
    pub first: u64,
    /// Everything up to this record was durable when the frame was written.
    pub synced: u64,
}

impl Header {
    /// The bytes of the header of a frame at `offset` of the segment with `salt`.
    pub fn encode(&self, salt: &[u8; 16], offset: u64) -> [u8; HEADER] {
        let mut bytes = self.encode_unbound();
        bind(&mut bytes, salt, offset, self.synced);
        bytes
    }

    /// The same for a frame that has no place yet.
    pub(crate) fn encode_unbound(&self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[..4].copy_from_slice(MAGIC);
        bytes[8..12].copy_from_slice(&self.body_checksum.to_le_bytes());
        bytes[12..16].copy_from_slice(&self.length.to_le_bytes());
        bytes[16..20].copy_from_slice(&self.count.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.first.to_le_bytes());
        bytes
    }

    /// Reads a header. `None` unless it is right for this place.
    pub fn decode(bytes: &[u8], salt: &[u8; 16], offset: u64) -> Option<Self> {
        let bytes: &[u8; HEADER] = bytes.get(..HEADER)?.try_into().ok()?;
        let is_right = bytes[..4] == *MAGIC
            && u32_at(bytes, 4) == bound_checksum(bytes, salt, offset, u64_at(bytes, 32))
            && u32_at(bytes, 20) == 0
            && u64_at(bytes, 24) < NUMBER_MAX
            && u64_at(bytes, 32) < u64_at(bytes, 24);
        is_right.then(|| Self::read(bytes)).filter(|header| header.length as usize <= BODY_MAX)
    }

    /// What a header says that was written by this process and is still in memory.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        Self {
            body_checksum: u32_at(bytes, 8),
            length: u32_at(bytes, 12),
            count: u32_at(bytes, 16),
            first: u64_at(bytes, 24),
            synced: u64_at(bytes, 32),
        }
    }

    /// The bytes of the whole frame.
    pub fn frame_length(&self) -> u64 {
        HEADER as u64 + u64::from(self.length)
    }

    /// The number that is due after this frame.
    pub fn next(&self) -> u64 {
        self.first.saturating_add(u64::from(self.count))
    }

    /// Whether `body` is what was written.
    pub fn fits(&self, body: &[u8]) -> bool {
        body.len() == self.length as usize && checksum(body) == self.body_checksum
    }
}

/// Gives a header its place.
pub(crate) fn bind(header: &mut [u8; HEADER], salt: &[u8; 16], offset: u64, synced: u64) {
    // The sum is made of what is in registers, not of what was written a moment ago.
    let sum = bound_checksum(header, salt, offset, synced);
    header[32..40].copy_from_slice(&synced.to_le_bytes());
    header[4..8].copy_from_slice(&sum.to_le_bytes());
}

fn bound_checksum(header: &[u8; HEADER], salt: &[u8; 16], offset: u64, synced: u64) -> u32 {
    let mut bound = [0; 16 + 8 + HEADER - 8];
    bound[..16].copy_from_slice(salt);
    bound[16..24].copy_from_slice(&offset.to_le_bytes());
    bound[24..48].copy_from_slice(&header[8..32]);
    bound[48..].copy_from_slice(&synced.to_le_bytes());
    checksum(&bound)
}

/// Appends the length of a record to a body; the record comes behind it.
pub(crate) fn put_length(body: &mut Vec<u8>, length: usize) {
    let mut rest = length;
    while rest > 0x7F {
        body.push(0x80 | low_seven(rest));
        rest >>= 7;
    }
    body.push(low_seven(rest));
}

/// Gives an empty record at `start` the length of what was written after it.
pub(crate) fn set_record_length(body: &mut Vec<u8>, start: usize, length: usize) {
    let mut prefix = [0; 5];
    let (mut rest, mut count) = (length, 0);
    while rest > 0x7F {
        prefix[count] = 0x80 | low_seven(rest);
        (rest, count) = (rest >> 7, count + 1);
    }
    prefix[count] = low_seven(rest);
    if count > 0 {
        body.resize(body.len() + count, 0);
        body.copy_within(start + 1..start + 1 + length, start + 1 + count);
    }
    body[start..=start + count].copy_from_slice(&prefix[..=count]);
}

fn low_seven(number: usize) -> u8 {
    u8::try_from(number & 0x7F).unwrap_or_default()
}

/// The records of a body.
#[derive(Clone, Debug)]
pub struct Records<'a>(&'a [u8]);

impl<'a> Records<'a> {
    /// The records of the body of a valid frame.
    pub fn of(body: &'a [u8]) -> Self {
        Self(body)
    }

    /// Whether the body is exactly `count` records.
    pub fn are(body: &'a [u8], count: u32) -> bool {
        let mut records = Self(body);
        let found = records.by_ref().count();
        records.0.is_empty() && u64::from(count) == found as u64
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let mut length = 0_usize;
        for (at, byte) in self.0.iter().take(5).enumerate() {
            length |= usize::from(byte & 0x7F) << (7 * at);
            if byte & 0x80 == 0 {
                let record = self.0.get(at + 1..(at + 1).checked_add(length)?)?;
                self.0 = &self.0[at + 1 + length..];
                return Some(record);
            }
        }
        None
    }
}
