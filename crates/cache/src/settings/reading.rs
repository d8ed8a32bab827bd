//! How a cache reads, as its builder was told.

use std::time::Duration;

use forebay_store::{Error, Result};

use super::lifetimes::Lifetimes;
use crate::engine::Expire;
use crate::get::Get;

/// What is not asked of the store, and what is not shown.
pub(crate) struct Reading<K, V> {
    pub(crate) expire: Option<Expire<K, V>>,
    /// How long an absence that was learnt answers gets.
    pub(crate) absence: Duration,
    /// How long a clean value answers.
    pub(crate) lifetimes: Lifetimes,
    /// How long a miss waits for company.
    pub(crate) window: Duration,
    pub(crate) loads_waiting_max: usize,
}

impl<K, V> Default for Reading<K, V> {
    fn default() -> Self {
        Self {
            expire: None,
            absence: Duration::ZERO,
            lifetimes: Lifetimes::default(),
            window: Duration::ZERO,
            loads_waiting_max: 65_536,
        }
    }
}

impl<K, V> Reading<K, V> {
    const WINDOW_MAX: Duration = Duration::from_secs(1);

    pub(crate) fn check(&self) -> Result<()> {
        if self.loads_waiting_max == 0 {
            return Err(Error::invalid("loads_waiting_max is 0; it must be at least 1"));
        }
        if self.window > Self::WINDOW_MAX {
            let message =
                format!("gather_misses is {:?}; it must be at most a second", self.window);
            return Err(Error::invalid(message));
        }
        self.lifetimes.check()
    }

    /// For how many milliseconds an absence that a read learns answers others.
    pub(crate) fn absence_millis(&self, get: Get) -> u64 {
        millis(get.absence.unwrap_or(self.absence))
    }
}

/// Milliseconds, rounded down.
pub(crate) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
