//! How a cache is to read.

use std::time::Duration;

use forebay_store::{Key, Value, WallTime};

use super::start::Builder;
use crate::settings::millis;

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

    /// How long the memory copy of a value answers, counted from when it was loaded, or stored. After that the
    /// next get asks the store. Default: for as long as it is in memory. At least a millisecond.
    ///
    /// It is for a store to which other programs write as well. The value itself does not end by it: that is
    /// [`expire_with`](Self::expire_with), and what comes first counts. What is not stored yet is newer than
    /// what the store has, so it answers until it is stored (G2), and its time begins then (G10).
    /// A copy whose time is over is not looked for: it takes room until it is read, or evicted in its turn.
    ///
    /// ```
    /// use std::time::Duration;
    /// use forebay_cache::Cache;
    /// use forebay_store::MemoryStore;
    ///
    /// let cache: Cache<&str, u64> = Cache::builder(MemoryStore::new())
    ///     .time_to_live(Duration::from_secs(600))
    ///     .time_to_live_jitter(10)
    ///     .time_to_idle(Duration::from_secs(60))
    ///     .open()
    ///     .wait()?;
    /// cache.put("ada", 36).wait()?;
    /// assert_eq!(cache.get(&"ada").wait()?, Some(36));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn time_to_live(mut self, live: Duration) -> Self {
        self.reading.lifetimes.live = millis(live);
        self
    }

    /// By how many hundredths a [time to live](Self::time_to_live) is shortened at most. The part is drawn for each value,
    /// so that values which were loaded together are not asked for together again. Default 0, at most 50.
    pub fn time_to_live_jitter(mut self, hundredths: u8) -> Self {
        self.reading.lifetimes.jitter = hundredths;
        self
    }

    /// How long the memory copy of a value answers after the last get of it. Becoming stored counts as one.
    /// Default: for as long as it is in memory. At least a millisecond. If there is a
    /// [`time_to_live`](Self::time_to_live) as well, what ends first counts. Like that, it concerns only what is stored.
    /// An entry weighs 32 bytes more, and a hit reads the clock.
    pub fn time_to_idle(mut self, idle: Duration) -> Self {
        self.reading.lifetimes.idle = millis(idle);
        self
    }

    /// How long before the end of its [time to live](Self::time_to_live) a hit makes the cache ask for a value again, so
    /// that no caller has to wait for what is in use. Default zero: it is not asked for. It must be less than the
    /// shortest time to live.
    ///
    /// The hit is answered from memory. One load is begun, however many hits there are. A write or an
    /// invalidation meanwhile cuts it off (G6). Refreshes go when no miss does, and leave one of the store's places
    /// to misses if it has more than one. There are at most as many as two calls of the store take; beyond that
    /// they are put off. One that fails is tried again after a back-off (`retry_delay_min` doubling to
    /// `retry_delay_max`).
    pub fn refresh_ahead(mut self, before: Duration) -> Self {
        self.reading.lifetimes.ahead = millis(before);
        self
    }

    /// How long after the end of its [time to live](Self::time_to_live) a hit is still answered with a value. Meanwhile
    /// the value is asked for again as with [`refresh_ahead`](Self::refresh_ahead). Default zero. A value that is over by
    /// itself ([`expire_with`](Self::expire_with)) is not shown.
    ///
    /// A modification computes from what a get would answer.
    ///
    /// ```
    /// use std::time::Duration;
    /// use forebay_cache::{Cache, Standing};
    /// use forebay_store::MemoryStore;
    ///
    /// let cache: Cache<&str, u64> = Cache::builder(MemoryStore::new())
    ///     .time_to_live(Duration::from_secs(60))
    ///     .refresh_ahead(Duration::from_secs(10)) // asked for again in its last ten seconds
    ///     .stale_while_revalidate(Duration::from_secs(30)) // or in the thirty after that
    ///     .stale_if_error(Duration::from_secs(3600)) // an hour, if the store cannot be asked
    ///     .open()
    ///     .wait()?;
    /// cache.put("ada", 36).wait()?;
    /// assert_eq!(cache.explain(&"ada").standing, Standing::Clean); // and not yet Stale
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn stale_while_revalidate(mut self, after: Duration) -> Self {
        self.reading.lifetimes.revalidate = millis(after);
        self
    }

    /// How long after the end of its [time to live](Self::time_to_live) a value stands in for a load that fails
    /// because the store cannot be asked: an error that is [retryable](forebay_store::Error::is_retryable).
    /// Default zero: callers that wait for the load get the error. The store is then left alone for a back-off
    /// (`retry_delay_min` doubling to `retry_delay_max`), in which the value answers at once. The value is there only as
    /// long as it is not evicted.
    ///
    /// [`Stats::stale`](crate::Stats::stale) counts such answers, and
    /// [`explain`](crate::Cache::explain) tells of one key.
    pub fn stale_if_error(mut self, after: Duration) -> Self {
        self.reading.lifetimes.error = millis(after);
        self
    }

    /// How long memory answers that a key is absent, after the store has said so. Default zero: each
    /// get of an absent key asks the store. A single read asks for another time with
    /// [`Get::absence`](crate::Get::absence).
    pub fn cache_absence(mut self, keep: Duration) -> Self {
        self.reading.absence = keep;
        self
    }

    /// How long a get that misses waits for others that miss, so that one call of the store loads them all.
    /// Default zero: it does not wait; misses are gathered all the same while all of the store's places are
    /// taken. At most a second. The wait ends sooner when a call is full, and with the next
    /// [`get_many`](crate::Cache::get_many).
    ///
    /// It pays if a call costs much, and a call with many keys hardly more. Each miss takes up to this much longer.
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
