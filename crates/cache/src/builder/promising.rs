//! What a cache is to promise, and what listeners hear of that.

use std::time::Duration;

use forebay_store::{Error, Key, Result, Value};

use super::start::Builder;
use crate::event::Event;

impl<K: Key, V: Value> Builder<K, V> {
    /// Promises that no write stays unstored for longer than `longest`, as far as the store is fast enough. The time
    /// runs from when its key was first dirtied until the store has it. Default: nothing is promised. At least 10 ms.
    ///
    /// A write waits for [`flush_delay`](crate::Settings::flush_delay), for a quarter of this time at most. Then it
    /// goes to the store as soon as the store has a place for it: the oldest first, whatever shard they are in. So the
    /// rest of the time is there for a store that is slow for a while. With a longer `flush_delay`, overwrites of a
    /// key save more calls of the store. A batch is made smaller if it would take the store more than a quarter of the
    /// time, judged by what each write costs.
    ///
    /// If the promise cannot be kept, [listeners](Self::listen) are told: that it is at risk, as soon as that is known,
    /// and that it is broken, within an eighth of the time, half a second at most. A key whose writes the store fails
    /// while it takes those of others breaks no promise ([`Stats::late_failing`](crate::Stats::late_failing)). While the
    /// store is down, all keys count. A store that is down is tried every eighth of the time at least, and every second.
    /// A call that never ends keeps its place: give such a store a time limit
    /// ([`wrap::Timeout`](forebay_store::wrap::Timeout)).
    ///
    /// After a restart the time of what is read from a journal begins anew.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use forebay_cache::{Cache, Settings};
    /// use forebay_store::MemoryStore;
    ///
    /// let cache = Cache::builder(MemoryStore::new())
    ///     .write_behind(Settings::default())
    ///     .max_staleness(Duration::from_secs(5))
    ///     .listen(|event| println!("{event:?}"))
    ///     .open()
    ///     .wait()?;
    /// cache.put("ada", 36).wait()?;
    /// assert_eq!(cache.stats().promises_broken, 0);
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn max_staleness(mut self, longest: Duration) -> Self {
        self.max_staleness = Some(longest);
        self
    }

    /// Adds a listener, which is called with each [`Event`] of the cache. It runs on a thread of the
    /// [`seams`](Self::seams), under no lock, one event after another, and may use the cache. While it blocks, up
    /// to 1,024 events wait; then the oldest are not told. Its panics are caught. The cache owns the listener, so a
    /// listener that holds the cache keeps it alive.
    pub fn listen(mut self, listener: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.listeners.push(Box::new(listener));
        self
    }

    pub(super) fn check_promise(promised: Option<Duration>) -> Result<()> {
        const SHORTEST: Duration = Duration::from_millis(10);
        match promised {
            Some(promised) if promised < SHORTEST => Err(Error::invalid(format!(
                "max_staleness is {promised:?}; it must be at least {SHORTEST:?}"
            ))),
            _ => Ok(()),
        }
    }
}
