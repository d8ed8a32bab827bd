//! Randomness, for jitter and identities only.

use std::fmt;
use std::hash::{BuildHasher, RandomState};

use crate::sync::atomic::{AtomicU64, Ordering};

/// A source of numbers that need not be secret.
pub trait Random: Send + Sync + 'static {
    /// The next number, uniform over all of `u64`.
    fn next_u64(&self) -> u64;
}

/// The real one: a counter through a hash keyed by the standard library's random state.
pub struct SystemRandom {
    state: RandomState,
    count: AtomicU64,
}

impl Default for SystemRandom {
    fn default() -> Self {
        Self { state: RandomState::new(), count: AtomicU64::new(0) }
    }
}

impl Random for SystemRandom {
    fn next_u64(&self) -> u64 {
        self.state.hash_one(self.count.fetch_add(1, Ordering::Relaxed))
    }
}

impl fmt::Debug for SystemRandom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SystemRandom")
    }
}

impl fmt::Debug for dyn Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Random")
    }
}
