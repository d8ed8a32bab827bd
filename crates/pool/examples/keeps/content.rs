//! Objects that say what is in them.

use forebay_store::{Error, Result};

/// What an object says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) thread: u64,
    pub(crate) generation: u64,
    pub(crate) number: u64,
}

impl Content {
    /// Its bytes: small ones and large ones, which have a file of their own.
    pub(crate) fn bytes(self) -> Vec<u8> {
        let Self { thread, generation, number } = self;
        let mixed = (thread * 31 + generation * 7 + number * 3) % 11;
        let length =
            if mixed == 0 { 300_000 } else { 24 + 700 * usize::try_from(mixed).unwrap_or(0) };
        let mut bytes = Vec::with_capacity(length);
        for word in [thread, generation, number] {
            bytes.extend_from_slice(&word.to_le_bytes());
        }
        let step = (thread << 40 | generation << 8 | number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let rest = (24..length as u64).map(|at| at.wrapping_mul(step | 1).to_le_bytes()[5]);
        bytes.extend(rest);
        bytes
    }

    /// What these bytes say, if each of them is right.
    pub(crate) fn of(bytes: &[u8]) -> Result<Self> {
        let word = |at: usize| {
            let word = bytes.get(at..at + 8).and_then(|word| word.try_into().ok());
            word.map_or(0, u64::from_le_bytes)
        };
        let told = Self { thread: word(0), generation: word(8), number: word(16) };
        if bytes == told.bytes() {
            return Ok(told);
        }
        Err(Error::corrupt(format!("{told:?} is not as it was")))
    }

    /// One word.
    pub(crate) fn name(self) -> String {
        format!("{}-{}-{}", self.thread, self.generation, self.number)
    }
}
