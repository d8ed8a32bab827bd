//! The bytes of a key while they are read.

use forebay_store::{Error, Result};

use super::{KEY_MAX, Key, Place};

/// What is left of the bytes of a key.
///
/// Whatever is not the encoding of a key is [`Corrupt`](forebay_store::ErrorKind::Corrupt).
#[derive(Clone, Debug)]
pub struct KeyReader<'a> {
    rest: &'a [u8],
    /// All ones inside of something inverted.
    mask: u8,
}

impl<'a> KeyReader<'a> {
    /// Begins to read these bytes.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes, mask: 0 }
    }

    /// Reads a key from `bytes`, and all of them.
    pub fn read<K: Key>(bytes: &'a [u8]) -> Result<K> {
        if bytes.len() > KEY_MAX {
            return Err(Error::corrupt(format!("a key of {} bytes", bytes.len())));
        }
        let mut reader = Self::new(bytes);
        let key = K::decode(&mut reader, Place::Last)?;
        if !reader.rest.is_empty() {
            return Err(Error::corrupt(format!("{} bytes after a key", reader.rest.len())));
        }
        Ok(key)
    }

    /// The next `N` bytes.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or_else(ends_early)?;
        self.rest = rest;
        Ok(taken.map(|byte| byte ^ self.mask))
    }

    /// How many bytes are left.
    #[cfg(feature = "json")]
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    /// The next byte.
    pub fn byte(&mut self) -> Result<u8> {
        self.array().map(|[byte]| byte)
    }

    /// Bytes of any number, as [`KeyBytes::string`](super::KeyBytes::string) wrote them.
    pub fn string(&mut self, place: Place) -> Result<Vec<u8>> {
        match place {
            Place::Last => {
                let all = std::mem::take(&mut self.rest);
                if self.mask == 0 {
                    return Ok(all.to_vec());
                }
                Ok(all.iter().map(|byte| byte ^ self.mask).collect())
            }
            Place::Inner => self.escaped(),
        }
    }

    fn escaped(&mut self) -> Result<Vec<u8>> {
        let mut found = Vec::new();
        loop {
            let zero = self.rest.iter().position(|byte| byte ^ self.mask == 0);
            let (part, rest) = self.rest.split_at(zero.ok_or_else(ends_early)?);
            found.extend(part.iter().map(|byte| byte ^ self.mask));
            self.rest = rest;
            match self.array()? {
                [_, 0x00] => return Ok(found),
                [_, 0xFF] => found.push(0),
                [_, other] => {
                    return Err(Error::corrupt(format!("{other:#04x} after a zero in a key")));
                }
            }
        }
    }

    /// Reads what [`KeyBytes::inverted`](super::KeyBytes::inverted) wrote.
    pub fn inverted<R>(&mut self, read: impl FnOnce(&mut Self) -> Result<R>) -> Result<R> {
        self.mask = !self.mask;
        let found = read(self);
        self.mask = !self.mask;
        found
    }
}

#[cold]
fn ends_early() -> Error {
    Error::corrupt("a key ends too early")
}
