//! A value with its expiry, as it lies in the backing store.
//!
//! # Format
//!
//! | bytes | content |
//! |---|---|
//! | 1 | version: 1 |
//! | 1 | flags: bit 0 = an expiry follows; all other bits are 0 |
//! | 8, if bit 0 is set | the expiry: milliseconds since 1970-01-01 UTC, unsigned, little-endian |
//! | all the rest | the value's bytes, as the client sent them |
//!
//! Another version, an unknown flag or a missing expiry means damage, or a newer Forebay: the
//! record is refused as corrupt and never served. The record carries no checksum and no length of
//! its own; a backing store hands back whole values or none. The key is stored as the client sent
//! it. This description is `docs/format/record.md`, too.

use crate::octets::Octets;
use forebay::{Codec, Error, Raw, Result, WallTime};

const VERSION: u8 = 1;
const HAS_EXPIRY: u8 = 1;

/// A value and when it expires.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The value's bytes.
    pub data: Octets,
    /// When it expires, and is absent for every client; `None` is never.
    pub expires_at: Option<WallTime>,
}

impl Record {
    /// Whether it has expired.
    pub fn is_expired(&self, now: WallTime) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }
}

/// How the server writes keys and records.
#[derive(Clone, Copy, Debug, Default)]
pub struct ServerCodec;

impl Codec<Octets> for ServerCodec {
    fn name(&self) -> &'static str {
        Codec::<Vec<u8>>::name(&Raw)
    }

    fn encode(&self, key: &Octets) -> Result<Vec<u8>> {
        Ok(key.to_vec())
    }

    fn encode_into(&self, key: &Octets, bytes: &mut Vec<u8>) -> Result<()> {
        bytes.extend_from_slice(key);
        Ok(())
    }

    fn decode(&self, bytes: &[u8]) -> Result<Octets> {
        Ok(Octets::copy_from_slice(bytes))
    }
}

impl Codec<Record> for ServerCodec {
    fn name(&self) -> &'static str {
        "forebay-record"
    }

    fn encode(&self, record: &Record) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.encode_into(record, &mut bytes)?;
        Ok(bytes)
    }

    fn encode_into(&self, record: &Record, bytes: &mut Vec<u8>) -> Result<()> {
        bytes.reserve(10 + record.data.len());
        match record.expires_at {
            Some(WallTime(millis)) => {
                bytes.extend_from_slice(&[VERSION, HAS_EXPIRY]);
                bytes.extend_from_slice(&millis.to_le_bytes());
            }
            None => bytes.extend_from_slice(&[VERSION, 0]),
        }
        bytes.extend_from_slice(&record.data);
        Ok(())
    }

    fn decode(&self, bytes: &[u8]) -> Result<Record> {
        let (expires_at, data) = match bytes {
            [VERSION, 0, data @ ..] => (None, data),
            [VERSION, HAS_EXPIRY, rest @ ..] => {
                let (millis, data) = rest
                    .split_first_chunk()
                    .ok_or_else(|| Error::corrupt("a stored record ends within its expiry"))?;
                (Some(WallTime(u64::from_le_bytes(*millis))), data)
            }
            [VERSION, flags, ..] => {
                let message = format!("a stored record has unknown flags {flags:#04x}");
                return Err(Error::corrupt(message));
            }
            [version, _, ..] => {
                let message = format!("a stored record has version {version}, not {VERSION}");
                return Err(Error::corrupt(message));
            }
            _ => return Err(Error::corrupt("a stored record is shorter than its header")),
        };
        Ok(Record { data: Octets::copy_from_slice(data), expires_at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay::ErrorKind;

    fn decode(bytes: &[u8]) -> Result<Record> {
        ServerCodec.decode(bytes)
    }

    #[test]
    fn the_bytes_are_those_of_the_format() {
        let data = Octets::from_static(b"ab");
        let lasting = Record { data: data.clone(), expires_at: None };
        let expiring = Record { data, expires_at: Some(WallTime(0x0102)) };
        assert_eq!(ServerCodec.encode(&lasting).unwrap(), b"\x01\x00ab");
        assert_eq!(ServerCodec.encode(&expiring).unwrap(), b"\x01\x01\x02\x01\0\0\0\0\0\0ab");
    }

    #[test]
    fn what_was_encoded_decodes_to_the_same() {
        for data in [&b""[..], b"x", b"\x01\x01\0\0"] {
            for expires_at in [None, Some(WallTime(0)), Some(WallTime(u64::MAX))] {
                let record = Record { data: Octets::copy_from_slice(data), expires_at };
                assert_eq!(decode(&ServerCodec.encode(&record).unwrap()).unwrap(), record);
            }
        }
    }

    #[test]
    fn damage_is_noticed() {
        for bytes in [&b""[..], b"\x01", b"\x02\x00a", b"\x01\x02a", b"\x01\x011234567"] {
            let error = decode(bytes).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Corrupt, "{bytes:?}");
        }
    }
}
