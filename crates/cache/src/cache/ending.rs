//! Closing a cache.

use std::time::Duration;

use forebay_store::{Key, Op, Value};

use super::handle::Cache;
use crate::report::CloseReport;

impl<K: Key, V: Value> Cache<K, V> {
    /// Refuses everything new, stores what is dirty for at most `deadline`, and reports (G12).
    ///
    /// Writers who wait for room are answered `Closed`. It may be called again to go on. After a
    /// clean report the cache holds the store no more, so it can be opened again at once.
    ///
    /// The deadline is kept even if the store is in the middle of a call: nobody knows how long that takes.
    /// So after a report that is not clean such a call has the store, and the journal, until it is back:
    /// who opens them again in the same process is told `Unavailable` until then, and tries again. A process
    /// that ends leaves nobody behind who has them.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation leaves the cache closing, without a report.
    pub fn close(&self, deadline: Duration) -> Op<CloseReport> {
        self.shared().close(deadline)
    }
}
