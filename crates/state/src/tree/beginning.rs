//! The common beginning of the keys of a node at an edge of the tree, which a search compares.

use std::cmp::Ordering;

/// How many bytes a word has.
const WORD: usize = size_of::<u64>();

/// Bytes that keys begin with. Most often a word decides, without a call.
pub(super) struct Beginning {
    /// The first of them; zeros behind them.
    word: u64,
    /// What of a word they take.
    mask: u64,
    bytes: Box<[u8]>,
}

impl Beginning {
    pub(super) fn new(bytes: &[u8]) -> Self {
        let fill = |with: u8| {
            let mut word = [0; WORD];
            word.iter_mut().zip(bytes).for_each(|(place, byte)| *place = byte | with);
            u64::from_le_bytes(word)
        };
        Self { word: fill(0), mask: fill(u8::MAX), bytes: bytes.into() }
    }

    /// How many they are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether `bytes` begin with them.
    #[inline]
    pub(super) fn begins(&self, bytes: &[u8]) -> bool {
        let Some(first) = bytes.first_chunk() else { return bytes.starts_with(&self.bytes) };
        let is_begun = (u64::from_le_bytes(*first) ^ self.word) & self.mask == 0;
        is_begun && (self.bytes.len() <= WORD || bytes.starts_with(&self.bytes))
    }

    /// How `bytes` stand to them; those that begin with them are equal.
    #[inline]
    pub(super) fn stands(&self, bytes: &[u8]) -> Ordering {
        bytes[..bytes.len().min(self.bytes.len())].cmp(&self.bytes)
    }
}
