//! One record of a cache in its journal.
//!
//! # Format, version 1
//!
//! Numbers are little-endian. The first byte says what it is:
//!
//! | first byte | then |
//! |---|---|
//! | 1, put | flags, 1 byte: bit 0 = an expiry follows; all other bits are 0. The expiry, if there is one, 8 bytes: milliseconds since 1970-01-01 UTC. The key's length, 4 bytes. The key. The value. The id, 8 bytes |
//! | 2, delete | the key, then the id, 8 bytes |
//! | 3, settled | ids, 8 bytes each: these writes are in the store, or something newer of their key is |
//! | 4, refused | the kind of error, 1 byte. How often the store was given the write in vain, 4 bytes; 0: never, it waits behind one that was refused, of which the rest is told. When it was first refused, and when last, 8 bytes each: milliseconds since 1970-01-01 UTC. What the store said, UTF-8. The id of the write that is in quarantine for it, 8 bytes |
//!
//! An id is `version << 12 | shard`. Versions of one key grow, over restarts too; nothing follows
//! from comparing those of different keys. The bytes of keys and values are those of the codecs
//! that the journal's label names.
//!
//! **What is not stored**: of each key the put or delete with the highest version, unless its id is
//! settled later in the journal. The same put may be there several times; it counts once. A put and
//! what is said of it may be in one frame. This description is `docs/format/cache-records.md`, too.

use forebay_store::{Edit, Error, ErrorKind, Result, WallTime};

use crate::quarantine::Refusal;

/// The beginning of the label of a cache's journal: it names the version of the format.
pub const LABEL: &str = "forebay cache 1";

const PUT: u8 = 1;
const DELETE: u8 = 2;
const SETTLED: u8 = 3;
const REFUSED: u8 = 4;
const HAS_EXPIRY: u8 = 1;

/// Names a write of a cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub u64);

impl Id {
    const SHARD_BITS: u32 = 12;

    pub(crate) fn new(version: u64, shard: u64) -> Self {
        debug_assert!(shard < 1 << Self::SHARD_BITS && version < 1 << (64 - Self::SHARD_BITS));
        Self(version << Self::SHARD_BITS | shard)
    }

    /// The higher of two writes of one key is the newer one.
    pub fn version(self) -> u64 {
        self.0 >> Self::SHARD_BITS
    }
}

/// One record.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Record<'a> {
    /// A write was accepted.
    #[non_exhaustive]
    Write {
        /// The key, as its codec writes it.
        key: &'a [u8],
        /// The value, as its codec writes it, or a delete.
        edit: Edit<&'a [u8]>,
        /// The write.
        id: Id,
    },
    /// Writes need not be stored any more.
    Settled(Vec<Id>),
    /// The store has refused a write; it is in quarantine.
    #[non_exhaustive]
    Refused {
        /// Why.
        refusal: Refusal,
        /// The write.
        id: Id,
    },
}

impl<'a> Record<'a> {
    /// Reads a record.
    ///
    /// # Errors
    ///
    /// `Corrupt` if it is none. A journal hands back whole records or none, so it is from a newer
    /// version, or of something else than a cache.
    ///
    /// ```
    /// use forebay_cache::journal::Record;
    ///
    /// assert!(matches!(Record::decode(b"\x02key12345678"), Ok(Record::Write { key: b"key", .. })));
    /// assert!(Record::decode(b"key").is_err());
    /// ```
    pub fn decode(bytes: &'a [u8]) -> Result<Self> {
        let (&kind, rest) = bytes.split_first().ok_or_else(|| damaged("is empty"))?;
        match kind {
            PUT => decode_put(rest),
            DELETE => {
                let (key, id) = split_id(rest)?;
                Ok(Self::Write { key, edit: Edit::Delete, id })
            }
            SETTLED => {
                let (ids, rest) = rest.as_chunks();
                let ids = ids.iter().map(|id| Id(u64::from_le_bytes(*id))).collect();
                if rest.is_empty() { Ok(Self::Settled(ids)) } else { Err(damaged("ends in an id")) }
            }
            REFUSED => decode_refused(rest),
            other => Err(damaged(&format!("is of the unknown kind {other}"))),
        }
    }
}

/// A put or a delete to the end of `bytes`; `key` and `value` write what their codecs make of them.
pub(crate) fn encode_write(
    key: impl FnOnce(&mut Vec<u8>) -> Result<()>,
    value: Option<impl FnOnce(&mut Vec<u8>) -> Result<()>>,
    expires_at: Option<WallTime>,
    id: Id,
    bytes: &mut Vec<u8>,
) -> Result<()> {
    match value {
        None => {
            bytes.push(DELETE);
            key(bytes)?;
        }
        Some(value) => {
            bytes.extend_from_slice(&[PUT, u8::from(expires_at.is_some()) * HAS_EXPIRY]);
            if let Some(WallTime(millis)) = expires_at {
                bytes.extend_from_slice(&millis.to_le_bytes());
            }
            let at = bytes.len();
            bytes.extend_from_slice(&[0; 4]);
            key(bytes)?;
            let length = u32::try_from(bytes.len().saturating_sub(at + 4))
                .map_err(|_| Error::refused("a key of 4 GiB does not fit into a journal"))?;
            let place = bytes.get_mut(at..at + 4).ok_or_else(|| Error::refused(CUT_OFF))?;
            place.copy_from_slice(&length.to_le_bytes());
            value(bytes)?;
        }
    }
    bytes.extend_from_slice(&id.0.to_le_bytes());
    Ok(())
}

const CUT_OFF: &str = "the codec took away what was not its own";

pub(super) fn encode_settled(ids: impl Iterator<Item = Id>, bytes: &mut Vec<u8>) {
    bytes.push(SETTLED);
    ids.for_each(|id| bytes.extend_from_slice(&id.0.to_le_bytes()));
}

pub(super) fn encode_refused(refusal: &Refusal, id: Id, bytes: &mut Vec<u8>) {
    /// The journal keeps a sentence or two; for more, ask the store.
    const MESSAGE_MAX: usize = 1024;
    let Refusal { cause, attempts, first, last } = refusal;
    let message = cause.to_string();
    let cut = message.len().min(MESSAGE_MAX);
    let end = (0..=cut).rev().find(|end| message.is_char_boundary(*end)).unwrap_or_default();
    bytes.extend_from_slice(&[REFUSED, number_of(cause.kind())]);
    bytes.extend_from_slice(&attempts.to_le_bytes());
    bytes.extend_from_slice(&first.0.to_le_bytes());
    bytes.extend_from_slice(&last.0.to_le_bytes());
    bytes.extend_from_slice(&message.as_bytes()[..end]);
    bytes.extend_from_slice(&id.0.to_le_bytes());
}

fn decode_put(rest: &[u8]) -> Result<Record<'_>> {
    let (&flags, rest) = rest.split_first().ok_or_else(|| damaged("has no flags"))?;
    let (expires_at, rest) = match flags {
        0 => (None, rest),
        HAS_EXPIRY => {
            let (millis, rest) =
                rest.split_first_chunk().ok_or_else(|| damaged("ends in its expiry"))?;
            (Some(WallTime(u64::from_le_bytes(*millis))), rest)
        }
        other => return Err(damaged(&format!("has the unknown flags {other:#04x}"))),
    };
    let (length, rest) = rest.split_first_chunk().ok_or_else(|| damaged("ends in a length"))?;
    let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
    let (key, rest) = rest.split_at_checked(length).ok_or_else(|| damaged("ends in its key"))?;
    let (value, id) = split_id(rest)?;
    Ok(Record::Write { key, edit: Edit::Put { value, expires_at }, id })
}

fn decode_refused(rest: &[u8]) -> Result<Record<'_>> {
    let (&kind, rest) = rest.split_first().ok_or_else(|| damaged("has no error"))?;
    let (attempts, rest) =
        rest.split_first_chunk().ok_or_else(|| damaged("ends in its attempts"))?;
    let (first, rest) = rest.split_first_chunk().ok_or_else(|| damaged("ends in a time"))?;
    let (last, rest) = rest.split_first_chunk().ok_or_else(|| damaged("ends in a time"))?;
    let (message, id) = split_id(rest)?;
    let cause = Error::new(kind_of(kind), String::from_utf8_lossy(message).into_owned());
    let [first, last] = [first, last].map(|millis| WallTime(u64::from_le_bytes(*millis)));
    let refusal = Refusal::new(cause, u32::from_le_bytes(*attempts), first, last);
    Ok(Record::Refused { refusal, id })
}

fn split_id(bytes: &[u8]) -> Result<(&[u8], Id)> {
    let (rest, id) = bytes.split_last_chunk().ok_or_else(|| damaged("ends in its id"))?;
    Ok((rest, Id(u64::from_le_bytes(*id))))
}

/// The kinds of errors in the order of their numbers. Only ever added to.
const KINDS: [ErrorKind; 9] = [
    ErrorKind::Unavailable,
    ErrorKind::Busy,
    ErrorKind::Refused,
    ErrorKind::Unknown,
    ErrorKind::Aborted,
    ErrorKind::Closed,
    ErrorKind::Unsupported,
    ErrorKind::Corrupt,
    ErrorKind::Invalid,
];

fn number_of(kind: ErrorKind) -> u8 {
    let number = KINDS.iter().position(|known| *known == kind);
    number.and_then(|number| u8::try_from(number).ok()).unwrap_or(u8::MAX)
}

/// A kind that a newer version knows is a refusal for this one.
fn kind_of(number: u8) -> ErrorKind {
    KINDS.get(usize::from(number)).copied().unwrap_or(ErrorKind::Refused)
}

#[cold]
fn damaged(what: &str) -> Error {
    Error::corrupt(format!("a record of a cache in its journal {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(key: &[u8], value: &[u8], expires_at: Option<WallTime>, id: Id) -> Vec<u8> {
        let mut bytes = Vec::new();
        let write = |part: &[u8]| {
            let part = part.to_vec();
            move |bytes: &mut Vec<u8>| {
                bytes.extend_from_slice(&part);
                Ok(())
            }
        };
        encode_write(write(key), Some(write(value)), expires_at, id, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn the_bytes_are_those_of_the_format() {
        let id = Id::new(5, 3);
        assert_eq!(put(b"k", b"val", None, id), b"\x01\0\x01\0\0\0kval\x03\x50\0\0\0\0\0\0");
        assert_eq!(
            put(b"", b"", Some(WallTime(0x0102)), id),
            b"\x01\x01\x02\x01\0\0\0\0\0\0\0\0\0\0\x03\x50\0\0\0\0\0\0"
        );
        let mut settled = Vec::new();
        encode_settled([id, Id(1)].into_iter(), &mut settled);
        assert_eq!(settled, b"\x03\x03\x50\0\0\0\0\0\0\x01\0\0\0\0\0\0\0");
        let mut refused = Vec::new();
        let refusal = Refusal::new(Error::refused("no"), 7, WallTime(0x0102), WallTime(0x0304));
        encode_refused(&refusal, id, &mut refused);
        assert_eq!(
            refused,
            b"\x04\x02\x07\0\0\0\x02\x01\0\0\0\0\0\0\x04\x03\0\0\0\0\0\0no\x03\x50\0\0\0\0\0\0"
        );
    }

    #[test]
    fn what_was_written_is_read() {
        for expires_at in [None, Some(WallTime(0)), Some(WallTime(u64::MAX))] {
            let bytes = put(b"key", b"value", expires_at, Id::new(9, 4095));
            let Record::Write { key, edit, id } = Record::decode(&bytes).unwrap() else { panic!() };
            assert_eq!((key, id, id.version()), (&b"key"[..], Id::new(9, 4095), 9));
            assert_eq!(edit, Edit::Put { value: &b"value"[..], expires_at });
        }
        let mut bytes = Vec::new();
        let refusal = Refusal::new(Error::corrupt("é"), u32::MAX, WallTime(1), WallTime(u64::MAX));
        encode_refused(&refusal, Id(3), &mut bytes);
        let Record::Refused { refusal, id } = Record::decode(&bytes).unwrap() else { panic!() };
        assert_eq!(
            (refusal.attempts, refusal.first, refusal.last, id),
            (u32::MAX, WallTime(1), WallTime(u64::MAX), Id(3))
        );
        assert_eq!(
            (refusal.cause.kind(), refusal.cause.to_string()),
            (ErrorKind::Corrupt, "é".into())
        );
    }

    #[test]
    fn what_is_no_record_is_refused() {
        let whole = put(b"key", b"", Some(WallTime(1)), Id(1));
        for end in 0..whole.len() {
            let error = Record::decode(&whole[..end]).map(|_| ()).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Corrupt, "{end}");
        }
        for bytes in [
            &b"\x05"[..],
            b"\x031234567",
            b"\x04",
            b"\x04\x02\0\0\0\0no12345678",
            b"\x02\0",
            b"\x01\x02\0\0\0\0",
        ] {
            assert!(Record::decode(bytes).is_err(), "{bytes:?}");
        }
    }
}
