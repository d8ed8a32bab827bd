//! Closing a cache.

use std::time::Duration;

use forebay_store::{Key, Op, Value};

use super::handle::Cache;
use crate::report::CloseReport;

impl<K: Key, V: Value> Cache<K, V> {
    /// Refuses everything new, stores what is dirty for at most `deadline`, and reports (G12).
    ///
    /// When the journal has failed, and nothing is with the store, it reports at once: nothing more can be stored.
    ///
    /// With a journal the report may come up to a second after the deadline, while the journal is synced.
    ///
    /// Writers that wait for room are answered `Closed`. It may be called again to go on. After a
    /// clean report the cache holds the store no more, so the store can be opened again at once.
    ///
    /// The deadline also holds while the store is in the middle of a call. After a report that is not clean, such a
    /// call still holds the store and the journal until it comes back. Until then, opening them again in the same
    /// process is `Unavailable`: try again later. When the process ends, both are free.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation leaves the cache closing, without a report.
    pub fn close(&self, deadline: Duration) -> Op<CloseReport> {
        self.shared().close(deadline)
    }
}
