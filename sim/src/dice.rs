//! Numbers drawn from a seed.

use std::time::Duration;

use forebay_store::seam::Random;
use forebay_store::seam::manual::SeededRandom;

/// One stream of draws. Streams of one seed with different names are independent, so that one
/// part of a run can draw more without changing what another draws.
#[derive(Debug)]
pub struct Dice(SeededRandom);

impl Dice {
    /// The stream `name` of `seed`.
    pub fn new(seed: u64, name: u64) -> Self {
        let mixed = SeededRandom::new(seed ^ name.wrapping_mul(0xa076_1d64_78bd_642f));
        Self(SeededRandom::new(mixed.next_u64()))
    }

    /// The next number.
    pub fn next(&self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `end`; 0 if `end` is 0.
    pub fn below(&self, end: u64) -> u64 {
        self.next().checked_rem(end).unwrap_or(0)
    }

    /// An index below `end`.
    pub fn index(&self, end: usize) -> usize {
        usize::try_from(self.below(end as u64)).expect("it is below a usize")
    }

    /// True so many times in a thousand.
    pub fn chance(&self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of `from`.
    pub fn pick<'a, T>(&self, from: &'a [T]) -> &'a T {
        &from[self.index(from.len())]
    }

    /// A time of at most `most`, often none at all and often short.
    pub fn delay(&self, most: Duration) -> Duration {
        let most = u64::try_from(most.as_micros()).unwrap_or(u64::MAX);
        let micros = match self.below(4) {
            0 => 0,
            1 | 2 => self.below(most / 16 + 1),
            _ => self.below(most + 1),
        };
        Duration::from_micros(micros)
    }
}
