//! One change of a collection, as etchdb wrote it.

use super::stored::{Encoding, Stored};
use super::varint::{take, take_bytes};

/// A put or a delete of one key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Operation<'a> {
    pub(super) collection: u8,
    pub(super) key: &'a [u8],
    /// `None` deletes the key.
    pub(super) value: Option<Stored<'a>>,
}

/// The operations of one transaction: the bytes between its length and its hash.
#[derive(Debug)]
pub(super) struct Operations<'a> {
    left: u64,
    rest: &'a [u8],
    encoding: Encoding,
}

/// The bytes are not operations, although their hash is right.
#[derive(Debug)]
pub(super) struct NotOperations;

impl<'a> Operations<'a> {
    /// Begins to read; `encoding` is that of the log's values.
    pub(super) fn new(payload: &'a [u8], encoding: Encoding) -> Result<Self, NotOperations> {
        let mut rest = payload;
        let left = take(&mut rest).ok_or(NotOperations)?;
        Ok(Self { left, rest, encoding })
    }

    /// Whether all bytes are operations. What is read from then on never fails.
    pub(super) fn check(payload: &'a [u8], encoding: Encoding) -> Result<(), NotOperations> {
        let mut all = Self::new(payload, encoding)?;
        while all.take_one()?.is_some() {}
        Ok(())
    }

    pub(super) fn take_one(&mut self) -> Result<Option<Operation<'a>>, NotOperations> {
        let Some(left) = self.left.checked_sub(1) else {
            return if self.rest.is_empty() { Ok(None) } else { Err(NotOperations) };
        };
        self.left = left;
        let found = self.take_fields().ok_or(NotOperations)?;
        Ok(Some(found))
    }

    fn take_fields(&mut self) -> Option<Operation<'a>> {
        let tag = take(&mut self.rest)?;
        let (&collection, rest) = self.rest.split_first()?;
        self.rest = rest;
        let key = take_bytes(&mut self.rest)?;
        let value = match tag {
            0 => Some(Stored::split(take_bytes(&mut self.rest)?, self.encoding)),
            1 => None,
            _ => return None,
        };
        Some(Operation { collection, key, value })
    }
}
