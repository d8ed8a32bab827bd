//! Draws from a seed.

use forebay_store::seam::Random;
use forebay_store::seam::manual::SeededRandom;

/// A stream of draws.
#[derive(Debug)]
pub(crate) struct Dice(SeededRandom);

impl Dice {
    /// The stream of `seed`, and of what it is for.
    pub(crate) fn new(seed: u64, purpose: u64) -> Self {
        let mixed = SeededRandom::new(seed.wrapping_mul(0x1_0000_0001).wrapping_add(purpose << 40));
        Self(SeededRandom::new(mixed.next_u64()))
    }

    pub(crate) fn next(&self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&self, end: u64) -> u64 {
        self.next() % end
    }

    /// A length below `end`, which is not 0.
    pub(crate) fn length(&self, end: usize) -> usize {
        usize::try_from(self.below(end as u64)).unwrap()
    }
}
