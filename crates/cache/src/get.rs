//! What one read may ask for.

use std::time::Duration;

/// How a key is to be read. `Get::default()` is what [`Cache::get`](crate::Cache::get) does.
///
/// ```
/// use std::time::Duration;
/// use forebay_cache::{Cache, Get};
/// use forebay_store::MemoryStore;
///
/// let cache: Cache<&str, u64> = Cache::builder(MemoryStore::new()).open().wait()?;
/// let unless_known = Get::default().absence(Duration::from_secs(10));
/// assert_eq!(cache.get_with(&"ada", unless_known).wait()?, None); // asks the store
/// assert_eq!(cache.get(&"ada").wait()?, None); // is answered from memory for ten seconds
/// assert_eq!((cache.stats().loads, cache.stats().hits), (1, 1));
/// # Ok::<(), forebay_store::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Get {
    pub(crate) absence: Option<Duration>,
}

impl Get {
    /// How long memory is to answer that the key is absent, if the load of this read finds that it is. It replaces
    /// [`Builder::cache_absence`](crate::Builder::cache_absence) for this read. Of several reads that share a load the
    /// longest time counts. In milliseconds, rounded down; zero is not at all.
    pub fn absence(mut self, keep: Duration) -> Self {
        self.absence = Some(keep);
        self
    }
}
