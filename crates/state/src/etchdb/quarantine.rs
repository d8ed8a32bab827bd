//! The values that etchdb itself could not read. The file has no checksum.

use std::fmt;

use forebay_store::Result;

use super::stored::Stored;
use super::varint::{take, take_bytes};
use super::window::Window;

/// A value that etchdb had put aside, as it stands in its quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    /// The collection it was in.
    pub collection: u8,
    /// Its key, in etchdb's bytes: see [`EtchKey`](super::EtchKey).
    pub key: Vec<u8>,
    /// The version that it was stored with; 0 for bare postcard.
    pub version: u16,
    /// Its bytes, without the version.
    pub value: Vec<u8>,
    /// Why etchdb could not read it.
    pub reason: Reason,
}

impl Quarantined {
    /// The value, to be read by whoever knows how. Version 0 is taken for etchdb 0.3's.
    pub fn stored(&self) -> Stored<'_> {
        if self.version > 0 {
            return Stored::new(self.version, &self.value);
        }
        Stored::split(&self.value, super::Encoding::Postcard)
    }
}

/// Why etchdb could not read a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// There was no migration from one version to the next.
    Missing(u16, u16),
    /// A migration failed, and said this.
    Failed(u16, u16, String),
    /// A migration panicked, and said this.
    Panicked(u16, u16, String),
    /// The stored version was above the current one.
    Future(u16, u16),
    /// The bytes were no value of the type, and the decoder said this.
    NotDecoded(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(from, to) => write!(f, "no migration from {from} to {to}"),
            Self::Failed(from, to, why) => write!(f, "the migration from {from} to {to}: {why}"),
            Self::Panicked(from, to, why) => {
                write!(f, "a panic in the migration from {from} to {to}: {why}")
            }
            Self::Future(stored, current) => {
                write!(f, "version {stored}, but only {current} was known")
            }
            Self::NotDecoded(why) => write!(f, "not decoded: {why}"),
        }
    }
}

/// The longest quarantine that is read; etchdb itself becomes unusable long before.
const BYTES_MAX: u64 = 1 << 30;

/// Reads all of it. What is damaged is said by its byte, and what was before it is in the list.
pub(super) fn read(window: &mut Window) -> Result<(Vec<Quarantined>, Option<u64>)> {
    let mut bytes = Vec::new();
    let len = window.len().min(BYTES_MAX);
    window.each(0, len, |piece| bytes.extend_from_slice(piece))?;
    let mut found = Vec::new();
    let mut rest = bytes.as_slice();
    let is_whole = read_into(&mut rest, &mut found).is_some() && rest.is_empty();
    let at = (bytes.len() - rest.len()) as u64;
    Ok((found, (!is_whole).then_some(at)))
}

fn read_into(rest: &mut &[u8], found: &mut Vec<Quarantined>) -> Option<()> {
    let body = rest.strip_prefix(b"EQUA\x01")?;
    *rest = body;
    for _ in 0..take(rest)? {
        let mut next = *rest;
        found.push(entry(&mut next)?);
        *rest = next;
    }
    Some(())
}

fn entry(rest: &mut &[u8]) -> Option<Quarantined> {
    let (&collection, behind) = rest.split_first()?;
    *rest = behind;
    let key = take_bytes(rest)?.to_vec();
    let version = small(rest)?;
    let value = take_bytes(rest)?.to_vec();
    let reason = match take(rest)? {
        0 => Reason::Missing(small(rest)?, small(rest)?),
        1 => Reason::Failed(small(rest)?, small(rest)?, text(rest)?),
        2 => Reason::Panicked(small(rest)?, small(rest)?, text(rest)?),
        3 => Reason::Future(small(rest)?, small(rest)?),
        4 => Reason::NotDecoded(text(rest)?),
        _ => return None,
    };
    Some(Quarantined { collection, key, version, value, reason })
}

fn small(rest: &mut &[u8]) -> Option<u16> {
    take(rest)?.try_into().ok()
}

fn text(rest: &mut &[u8]) -> Option<String> {
    String::from_utf8(take_bytes(rest)?.to_vec()).ok()
}
