//! The fields of a format, one after another. Numbers are little-endian.

use crate::key::Key;

/// The fields of a format, one after another. `None` says that the bytes are not of this form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// How many bytes there are still.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (found, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*found)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn key(&mut self) -> Option<Key> {
        self.array().map(Key::from_bytes)
    }

    /// A length of two bytes, which is in `lengths`, and so much UTF-8.
    pub(crate) fn text(&mut self, lengths: std::ops::RangeInclusive<usize>) -> Option<&'a str> {
        let length = usize::from(self.u16()?);
        if !lengths.contains(&length) || length > self.rest.len() {
            return None;
        }
        let (found, rest) = self.rest.split_at(length);
        self.rest = rest;
        std::str::from_utf8(found).ok()
    }

    /// So many bytes that are zero.
    pub(crate) fn zeros<const N: usize>(&mut self) -> Option<()> {
        (self.array::<N>()? == [0; N]).then_some(())
    }
}
