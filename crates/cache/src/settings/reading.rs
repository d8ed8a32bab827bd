//! How a cache reads, as its builder was told.

use std::time::Duration;

use forebay_store::{Error, Result};

use crate::engine::Expire;

/// What is not asked of the store, and what is not shown.
pub(crate) struct Reading<K, V> {
    pub(crate) expire: Option<Expire<K, V>>,
    /// How long an absence that was learnt answers gets.
    pub(crate) absence: Duration,
    pub(crate) loads_waiting_max: usize,
}

impl<K, V> Default for Reading<K, V> {
    fn default() -> Self {
        Self { expire: None, absence: Duration::ZERO, loads_waiting_max: 65_536 }
    }
}

impl<K, V> Reading<K, V> {
    pub(crate) fn check(&self) -> Result<()> {
        if self.loads_waiting_max == 0 {
            return Err(Error::invalid("loads_waiting_max is 0; it must be at least 1"));
        }
        Ok(())
    }
}
