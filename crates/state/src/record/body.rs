//! The body of a transaction: for each table that it changes a group, in it one operation a key.

use std::fmt;

use forebay_store::{Error, Result};
use serde::Serialize;

use crate::catalog::{TableId, TableInfo};
use crate::key::{KEY_MAX, Key};
use crate::value::{Dictionary, leb, short, write_value};

/// What a body begins with; nothing is said by it yet.
const FLAGS: u8 = 0;

const PUT: u8 = 1;
const DELETE: u8 = 2;
const CLEAR: u8 = 3;
const PURGE: u8 = 4;

/// Writes a body.
#[doc(hidden)]
pub struct BodyWriter<'a> {
    bytes: &'a mut Vec<u8>,
    dictionary: &'a mut Dictionary,
}

impl<'a> BodyWriter<'a> {
    /// Begins a body at the end of `bytes`, with values that use this dictionary and may add to it.
    pub(crate) fn new(bytes: &'a mut Vec<u8>, dictionary: &'a mut Dictionary) -> Self {
        bytes.push(FLAGS);
        Self { bytes, dictionary }
    }

    /// Begins the group of a table: `count` operations follow.
    pub fn group(&mut self, table: &TableInfo, count: u64) {
        self.begin_group(table.id, table.version, count);
    }

    /// Writes that the values of these keys are gone from quarantine, as the group of their table.
    pub(crate) fn purge<'k>(
        &mut self,
        table: TableId,
        keys: impl ExactSizeIterator<Item = &'k [u8]>,
    ) {
        // No value follows, so no version is told.
        self.begin_group(table, 0, keys.len() as u64);
        for key in keys {
            self.bytes.push(PURGE);
            leb::write(key.len() as u64, self.bytes);
            self.bytes.extend_from_slice(key);
        }
    }

    fn begin_group(&mut self, table: TableId, version: u16, count: u64) {
        leb::write(u64::from(table.0), self.bytes);
        leb::write(u64::from(version), self.bytes);
        leb::write(count, self.bytes);
    }

    /// Writes that `key` now has `value`.
    ///
    /// # Errors
    ///
    /// `Refused` if the key is too long or the value cannot be written.
    pub fn put<K: Key, V: Serialize>(&mut self, key: &K, value: &V) -> Result<()> {
        self.key(PUT, key)?;
        let start = self.bytes.len();
        // Most values are short, so that one byte tells their length, and need not be moved.
        self.bytes.push(0);
        write_value(value, self.dictionary, self.bytes)?;
        leb::set_length(self.bytes, start);
        Ok(())
    }

    /// Writes that `key` is gone.
    ///
    /// # Errors
    ///
    /// `Refused` if the key is too long.
    pub fn delete<K: Key>(&mut self, key: &K) -> Result<()> {
        self.key(DELETE, key)
    }

    /// Writes that everything is gone that was in the table before.
    pub fn clear(&mut self) {
        self.bytes.push(CLEAR);
    }

    /// Writes what is done to a key.
    fn key<K: Key>(&mut self, kind: u8, key: &K) -> Result<()> {
        key.with_encoded(|bytes| {
            if bytes.len() > KEY_MAX {
                let message = format!("a key of {} bytes is longer than {KEY_MAX}", bytes.len());
                return Err(Error::refused(message));
            }
            if let Ok(length @ ..0x80) = u8::try_from(bytes.len()) {
                short::append([kind, length], bytes, self.bytes);
            } else {
                self.bytes.push(kind);
                leb::write(bytes.len() as u64, self.bytes);
                self.bytes.extend_from_slice(bytes);
            }
            Ok(())
        })
    }
}

impl fmt::Debug for BodyWriter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyWriter").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// Reads the groups of a body.
#[derive(Debug)]
pub(crate) struct Groups<'a> {
    rest: &'a [u8],
}

impl<'a> Groups<'a> {
    /// Begins to read a body.
    pub(crate) fn of(body: &'a [u8]) -> Result<Self> {
        match body.split_first() {
            Some((&FLAGS, rest)) => Ok(Self { rest }),
            Some((flags, _)) => {
                Err(Error::corrupt(format!("a transaction has the unknown flags {flags:#04x}")))
            }
            None => Err(damaged()),
        }
    }

    /// The next group. All of its changes have to be taken before the one after it.
    pub(crate) fn next(&mut self) -> Result<Option<Group<'a, '_>>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let table = TableId(self.short()?);
        let version = self.short()?;
        let left = leb::read(&mut self.rest).ok_or_else(damaged)?;
        // A group without changes would be another form of none.
        if left == 0 {
            return Err(damaged());
        }
        Ok(Some(Group { table, version, left, rest: &mut self.rest }))
    }

    fn short(&mut self) -> Result<u16> {
        let number = leb::read(&mut self.rest).ok_or_else(damaged)?;
        u16::try_from(number).map_err(|_| damaged())
    }
}

/// The changes of one table.
#[derive(Debug)]
pub(crate) struct Group<'a, 'r> {
    pub(crate) table: TableId,
    /// The version of the shape of the values.
    pub(crate) version: u16,
    left: u64,
    rest: &'r mut &'a [u8],
}

impl<'a> Group<'a, '_> {
    /// The next change.
    pub(crate) fn next(&mut self) -> Result<Option<Change<'a>>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        let (kind, tail) = self.rest.split_first().ok_or_else(damaged)?;
        *self.rest = tail;
        match *kind {
            PUT => {
                let key = self.bytes()?;
                Ok(Some(Change::Put { key, value: self.bytes()? }))
            }
            DELETE => Ok(Some(Change::Delete { key: self.bytes()? })),
            CLEAR => Ok(Some(Change::Clear)),
            PURGE => Ok(Some(Change::Purge { key: self.bytes()? })),
            other => Err(Error::corrupt(format!("a change of the unknown kind {other}"))),
        }
    }

    fn bytes(&mut self) -> Result<&'a [u8]> {
        let length = leb::read(self.rest).and_then(|length| usize::try_from(length).ok());
        let parts = length.and_then(|length| self.rest.split_at_checked(length));
        let (bytes, tail) = parts.ok_or_else(damaged)?;
        *self.rest = tail;
        Ok(bytes)
    }
}

/// One change, with the bytes of keys and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change<'a> {
    Put { key: &'a [u8], value: &'a [u8] },
    Delete { key: &'a [u8] },
    Clear,
    Purge { key: &'a [u8] },
}

#[cold]
fn damaged() -> Error {
    Error::corrupt("the body of a transaction ends too early or is damaged")
}
