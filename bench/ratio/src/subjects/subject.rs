//! The face of everybody who is asked.

use forebay_store::Result;

/// A cache from `u64` to `u64` with room for so many entries of the same weight.
pub(crate) trait Subject {
    /// Asks for a key; who does not have it fetches and keeps it. How many of them it had.
    fn ask(&mut self, keys: &[u64]) -> Result<u64>;

    /// How many it has at the end.
    fn len(&self) -> usize;
}
