//! What is said back to a client.

use crate::octets::Octets;
use std::borrow::Cow;

/// A reply, in either version of the protocol.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// A short fixed text such as `OK`.
    Status(&'static str),
    /// An error: its code in capitals, a space, a sentence.
    Error(Cow<'static, str>),
    /// A number.
    Integer(i64),
    /// Bytes.
    Bulk(Octets),
    /// Nothing.
    Null,
    /// No list where there could have been one.
    NullArray,
    /// A list.
    Array(Vec<Reply>),
    /// Pairs; in version 2 a list of twice the length.
    Map(Vec<(Reply, Reply)>),
    /// A list whose order says nothing; in version 2 a list.
    Set(Vec<Reply>),
    /// Text to be shown to people; in version 2 bytes.
    Text(String),
}

impl Reply {
    /// The usual answer of success.
    pub const OK: Self = Self::Status("OK");

    /// An error with the general code.
    pub fn error(message: impl AsRef<str>) -> Self {
        Self::Error(format!("ERR {}", message.as_ref()).into())
    }

    /// Bytes of a text.
    pub fn bulk(text: impl Into<String>) -> Self {
        Self::Bulk(Octets::from(text.into()))
    }

    /// Bytes of a fixed text.
    pub const fn fixed(text: &'static str) -> Self {
        Self::Bulk(Octets::from_static(text.as_bytes()))
    }

    /// A count of things in memory.
    pub fn count(count: usize) -> Self {
        Self::Integer(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// About how many bytes it takes.
    pub(crate) fn length(&self) -> usize {
        let own = match self {
            Self::Bulk(bytes) => bytes.len(),
            Self::Text(text) => text.len(),
            Self::Error(text) => text.len(),
            Self::Array(items) | Self::Set(items) => items.iter().map(Self::length).sum(),
            Self::Map(pairs) => {
                pairs.iter().map(|(key, value)| key.length() + value.length()).sum()
            }
            Self::Status(_) | Self::Integer(_) | Self::Null | Self::NullArray => 0,
        };
        own + 16
    }

    /// Bytes, or nothing.
    pub fn bulk_or_null(bytes: Option<Octets>) -> Self {
        bytes.map_or(Self::Null, Self::Bulk)
    }
}
