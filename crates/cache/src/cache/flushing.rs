//! Bringing what was accepted to the store, or to the journal's device.

use std::time::Duration;

use forebay_store::{Key, Op, Value};

use super::handle::Cache;

impl<K: Key, V: Value> Cache<K, V> {
    /// Waits until everything accepted until now is stored.
    ///
    /// # Errors
    ///
    /// If some write is not: after one more attempt at each, with how many and the first cause.
    /// They stay dirty and are tried again in their own time, or are in quarantine.
    pub fn flush(&self) -> Op<()> {
        self.shared().flush()
    }

    /// Waits until every write behind that was accepted until now is in the journal and on the device,
    /// whatever rung it was acknowledged at. Everybody who waits shares a sync.
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

    /// Stores what was first dirtied at least `age` ago, and says how many keys that were. While
    /// the store fails it waits.
    ///
    /// # Errors
    ///
    /// `Refused` if one of them went into quarantine.
    pub fn flush_older_than(&self, age: Duration) -> Op<u64> {
        self.shared().flush_older_than(age)
    }

    /// Flushes if at least `threshold` keys are dirty, and says how many were; else 0.
    ///
    /// # Errors
    ///
    /// As [`flush`](Self::flush).
    pub fn flush_if_needed(&self, threshold: usize) -> Op<u64> {
        self.shared().flush_if_needed(threshold)
    }
}
