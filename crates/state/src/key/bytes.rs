//! The bytes of a key while they are made.

use std::fmt;

use forebay_store::{Error, Result};

use super::{Key, Place};

/// The most bytes that a key may have. A longer one is refused when it is written.
pub const KEY_MAX: usize = 64 << 10;

/// Long enough for two numbers of 128 bits, or for most short texts and a number.
const INLINE: usize = 40;

/// Stands for a zero inside a string that something follows.
const ZERO: [u8; 2] = [0x00, 0xFF];
/// Ends a string that something follows. Nothing that goes on is lower.
const END: [u8; 2] = [0x00, 0x00];

/// Where a [`Key`] puts its bytes: short keys stay on the stack.
#[derive(Clone)]
pub struct KeyBytes {
    inline: [u8; INLINE],
    /// How much of `inline` counts while `heap` is empty.
    len: usize,
    /// All of the bytes, once they are too long for `inline`.
    heap: Vec<u8>,
}

impl KeyBytes {
    /// No bytes yet.
    #[must_use]
    #[inline]
    pub const fn new() -> Self {
        Self { inline: [0; INLINE], len: 0, heap: Vec::new() }
    }

    /// The bytes of `key` as it stands alone.
    ///
    /// More than [`KEY_MAX`] of them are [`Refused`](forebay_store::ErrorKind::Refused).
    pub fn of<K: Key>(key: &K) -> Result<Self> {
        let mut bytes = Self::new();
        key.encode(Place::Last, &mut bytes);
        if bytes.len() > KEY_MAX {
            return Err(Error::refused(format!(
                "a key of {} bytes is longer than {KEY_MAX}",
                bytes.len()
            )));
        }
        Ok(bytes)
    }

    /// What was put here so far.
    #[must_use]
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        if self.heap.is_empty() { &self.inline[..self.len] } else { &self.heap }
    }

    /// How many bytes there are.
    #[must_use]
    #[inline]
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Whether nothing was put here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets the bytes and keeps the memory, for the next key.
    pub fn clear(&mut self) {
        self.len = 0;
        self.heap.clear();
    }

    /// Appends bytes as they are. Their number must not depend on the key, or the key says it before.
    #[inline]
    pub fn extend(&mut self, bytes: &[u8]) {
        let end = self.len + bytes.len();
        if self.heap.is_empty() && end <= INLINE {
            self.inline[self.len..end].copy_from_slice(bytes);
            self.len = end;
            return;
        }
        if self.heap.is_empty() {
            self.heap.reserve(end);
            self.heap.extend_from_slice(&self.inline[..self.len]);
        }
        self.heap.extend_from_slice(bytes);
    }

    /// Appends one byte.
    #[inline]
    pub fn push(&mut self, byte: u8) {
        self.extend(&[byte]);
    }

    /// Appends bytes of any number, so that they can be told from what follows.
    pub fn string(&mut self, bytes: &[u8], place: Place) {
        if place == Place::Last {
            return self.extend(bytes);
        }
        self.escaped(bytes);
        self.extend(&END);
    }

    /// What inner bytes of any number begin with that begin with these.
    pub(super) fn escaped(&mut self, bytes: &[u8]) {
        for (at, part) in bytes.split(|byte| *byte == 0).enumerate() {
            if at > 0 {
                self.extend(&ZERO);
            }
            self.extend(part);
        }
    }

    /// Flips every bit of what `write` appends, which turns the order round.
    ///
    /// It holds only for what was written inner: a beginning is before what it begins either way.
    pub fn inverted(&mut self, write: impl FnOnce(&mut Self)) {
        let start = self.len();
        write(self);
        let bytes =
            if self.heap.is_empty() { &mut self.inline[..self.len] } else { &mut self.heap[..] };
        for byte in bytes.iter_mut().skip(start) {
            *byte = !*byte;
        }
    }
}

impl Default for KeyBytes {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for KeyBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyBytes({:02x?})", self.as_bytes())
    }
}
