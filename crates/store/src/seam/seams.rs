//! The three seams together.

use std::fmt;
use std::sync::Arc;

use super::{Clock, Random, Spawn, SystemClock, SystemRandom, ThreadPool};

/// The seams that a cache or wrapper runs on. Cheap to clone.
#[derive(Clone)]
pub struct Seams {
    /// Time and timers.
    pub clock: Arc<dyn Clock>,
    /// Where jobs and futures run.
    pub spawn: Arc<dyn Spawn>,
    /// Jitter and identities.
    pub random: Arc<dyn Random>,
}

impl Seams {
    /// The real ones: the system's clock, a pool of threads shared by the process, a random seed.
    pub fn real() -> Self {
        Self {
            clock: SystemClock::shared(),
            spawn: ThreadPool::shared(),
            random: Arc::new(SystemRandom::default()),
        }
    }
}

impl Default for Seams {
    fn default() -> Self {
        Self::real()
    }
}

impl fmt::Debug for Seams {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seams").finish_non_exhaustive()
    }
}
