//! How a cache is to read.

use std::time::Duration;

use forebay_store::{Key, Value, WallTime};

use super::start::Builder;

impl<K: Key, V: Value> Builder<K, V> {
    /// When a value is over, as the value itself says. From then on it is not visible (G10: it is
    /// stored all the same). Default: never.
    pub fn expire_with(
        mut self,
        expire: impl Fn(&K, &V) -> Option<WallTime> + Send + Sync + 'static,
    ) -> Self {
        self.reading.expire = Some(Box::new(expire));
        self
    }

    /// How long the knowledge that the store does not have a key answers gets. Default zero: each
    /// get of an absent key asks the store.
    pub fn cache_absence(mut self, keep: Duration) -> Self {
        self.reading.absence = keep;
        self
    }

    /// Callers that may wait for loads at once. Default 65,536, at least 1. At it, a get that
    /// misses is refused with `Busy`.
    pub fn loads_waiting_max(mut self, max: usize) -> Self {
        self.reading.loads_waiting_max = max;
        self
    }
}
