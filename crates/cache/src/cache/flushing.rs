//! Bringing what was accepted to the store, or to the journal's device.

use std::time::Duration;

use forebay_store::{Key, Op, Value};

use super::handle::Cache;
use crate::report::DrainReport;

impl<K: Key, V: Value> Cache<K, V> {
    /// Waits until everything accepted until now is stored.
    ///
    /// # Errors
    ///
    /// If some write is not stored after one more attempt: with how many there are and the first cause.
    /// They stay dirty and are tried again in their own time, or are in quarantine.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation only stops the waiting.
    pub fn flush(&self) -> Op<()> {
        self.shared().flush()
    }

    /// Waits until every write behind that was accepted until now is in the journal and on the device,
    /// whatever rung it was acknowledged at. All callers that wait share a sync.
    ///
    /// # Errors
    ///
    /// `Unsupported` if the cache has no journal. What the journal says if it fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation only stops the waiting.
    pub fn sync(&self) -> Op<()> {
        self.shared().sync()
    }

    /// Stores what was first dirtied at least `age` ago, and says how many keys that were. It waits for as long as the
    /// store fails.
    ///
    /// # Errors
    ///
    /// `Refused` if one of them went into quarantine.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation only stops the waiting.
    pub fn flush_older_than(&self, age: Duration) -> Op<u64> {
        self.shared().flush_older_than(age)
    }

    /// Flushes if at least `threshold` keys are dirty, and says how many were; else 0.
    ///
    /// # Errors
    ///
    /// As [`flush`](Self::flush).
    ///
    /// # Cancel safety
    ///
    /// As [`flush`](Self::flush).
    pub fn flush_if_needed(&self, threshold: usize) -> Op<u64> {
        self.shared().flush_if_needed(threshold)
    }

    /// Sends nothing more to the store until [`resume`](Self::resume), but for no longer than `at_most`: for maintenance
    /// of the store. A later pause replaces an earlier one.
    ///
    /// Writes behind are accepted as long as there is room. Flushes and callers that wait for a receipt wait on. Writes
    /// that go through are refused with `Unavailable`. Batches that the store has already are answered. Loads go on. A
    /// promise goes on, too, and listeners are told if the pause breaks it. A [`drain`](Self::drain), a
    /// [`close`](Self::close) and dropping the last handle end a pause. After a close there is none.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use forebay_cache::{Cache, Settings};
    /// # use forebay_store::MemoryStore;
    /// let cache = Cache::builder(MemoryStore::new()).write_behind(Settings::default()).open().wait()?;
    /// cache.pause(Duration::from_secs(60));
    /// cache.put("ada", 36).wait()?;
    /// assert!(cache.stats().is_paused && cache.is_dirty(&"ada"));
    /// assert!(cache.drain(Duration::from_secs(5)).wait()?.is_clean());
    /// assert!(!cache.is_dirty(&"ada"));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn pause(&self, at_most: Duration) {
        self.shared().pause_flusher(at_most);
    }

    /// Ends a [`pause`](Self::pause). Without one it does nothing.
    pub fn resume(&self) {
        self.shared().resume_flusher();
    }

    /// Stores everything that was accepted until now, for `deadline` at most, and says how that went. Unlike
    /// [`flush`](Self::flush) it tries what fails again for as long as there is time. Unlike
    /// [`close`](Self::close) it leaves the cache open, and does not wait for writes that come meanwhile. When the
    /// journal has failed, and nothing is with the store, it reports at once: nothing more can be stored.
    ///
    /// # Errors
    ///
    /// `Busy` if 1,024 drains are under way.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation only stops the waiting.
    pub fn drain(&self, deadline: Duration) -> Op<DrainReport> {
        self.shared().drain(deadline)
    }
}
