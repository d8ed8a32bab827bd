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
    /// get of an absent key asks the store. A single read asks for another time with
    /// [`Get::absence`](crate::Get::absence).
    pub fn cache_absence(mut self, keep: Duration) -> Self {
        self.reading.absence = keep;
        self
    }

    /// How long a get that misses waits for others that miss, so that one call of the store loads them all.
    /// Default zero: it does not wait; misses are gathered all the same while all of the store's places are
    /// taken. At most a second. It ends sooner when a call is full, and with the next
    /// [`get_many`](crate::Cache::get_many), whose keys are company enough.
    ///
    /// It pays where a call costs much and one with many keys hardly more: each miss then takes up to so
    /// much longer.
    ///
    /// ```
    /// use std::time::Duration;
    /// use forebay_cache::Cache;
    /// use forebay_store::MemoryStore;
    ///
    /// let cache: Cache<u64, u64> = Cache::builder(MemoryStore::new())
    ///     .gather_misses(Duration::from_millis(5))
    ///     .open()
    ///     .wait()?;
    /// let gets: Vec<_> = (0..10).map(|key| cache.get(&key)).collect();
    /// for get in gets {
    ///     assert_eq!(get.wait()?, None);
    /// }
    /// assert!(cache.stats().loads <= 2, "one call, unless the ten gets took longer than the window");
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn gather_misses(mut self, window: Duration) -> Self {
        self.reading.window = window;
        self
    }

    /// Callers that may wait for loads at once. Default 65,536, at least 1. At it, a get that
    /// misses is refused with `Busy`.
    pub fn loads_waiting_max(mut self, max: usize) -> Self {
        self.reading.loads_waiting_max = max;
        self
    }
}
