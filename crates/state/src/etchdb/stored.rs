//! A value as etchdb keeps it: a version and bytes.

use std::collections::BTreeSet;

use forebay_store::{Error, Result};
use serde::de::DeserializeOwned;

/// How deep a value may be nested; the values of a state have the same bound.
const DEPTH_MAX: usize = 128;

/// How the bytes of a value are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// `MessagePack` with the names of fields: etchdb 0.4 and later.
    Msgpack,
    /// postcard, without names and without a version: etchdb 0.3.
    Postcard,
}

/// A value as an etchdb has stored it, of whatever version.
#[derive(Clone, Copy, Debug)]
pub struct Stored<'a> {
    version: Option<u16>,
    encoding: Encoding,
    bytes: &'a [u8],
}

impl<'a> Stored<'a> {
    pub(super) fn new(version: u16, bytes: &'a [u8]) -> Self {
        Self { version: Some(version), encoding: Encoding::Msgpack, bytes }
    }

    /// The value of an operation in a log.
    pub(super) fn split(bytes: &'a [u8], encoding: Encoding) -> Self {
        match (encoding, bytes.split_first_chunk()) {
            (Encoding::Postcard, _) => Self { version: Some(0), encoding, bytes },
            (Encoding::Msgpack, Some((version, bytes))) => {
                Self::new(u16::from_le_bytes(*version), bytes)
            }
            (Encoding::Msgpack, None) => Self { version: None, encoding, bytes },
        }
    }

    /// The version of the collection that wrote it, counted from 1; 0 for etchdb 0.3, which had none.
    pub fn version(&self) -> u16 {
        self.version.unwrap_or_default()
    }

    /// How [`bytes`](Self::bytes) are written.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The bytes of the value alone, without the version.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The value, read as etchdb itself would read it.
    ///
    /// Bytes that are no value, or not one of this type, or more than one, are
    /// [`Corrupt`](forebay_store::ErrorKind::Corrupt).
    pub fn read<V: DeserializeOwned>(&self) -> Result<V> {
        self.read_and_note(&mut BTreeSet::new())
    }

    /// Reads it and notes the stored fields that the type does not have.
    pub(super) fn read_and_note<V: DeserializeOwned>(
        &self,
        gone: &mut BTreeSet<String>,
    ) -> Result<V> {
        match self.encoding {
            _ if self.version.is_none() => Err(Error::corrupt("a value without a version")),
            Encoding::Msgpack => msgpack(self.bytes, gone),
            Encoding::Postcard => postcard(self.bytes),
        }
    }
}

fn msgpack<V: DeserializeOwned>(bytes: &[u8], gone: &mut BTreeSet<String>) -> Result<V> {
    let mut reader = rmp_serde::Deserializer::new(bytes);
    reader.set_max_depth(DEPTH_MAX);
    let mut note = |path: serde_ignored::Path<'_>| _ = gone.insert(path.to_string());
    let value = serde_ignored::deserialize(&mut reader, &mut note).map_err(not_a_value)?;
    match reader.get_ref().len() {
        0 => Ok(value),
        left => Err(Error::corrupt(format!("{left} bytes behind a value"))),
    }
}

fn postcard<V: DeserializeOwned>(bytes: &[u8]) -> Result<V> {
    let (value, rest) = postcard::take_from_bytes(bytes).map_err(not_a_value)?;
    match rest.len() {
        0 => Ok(value),
        left => Err(Error::corrupt(format!("{left} bytes behind a value"))),
    }
}

#[cold]
fn not_a_value(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::corrupt(format!("a value is not of the type: {error}")).with_source(error)
}
