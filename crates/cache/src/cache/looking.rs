//! Looking at a cache: what is dirty, what is in memory, what is in quarantine, what would be lost.

use std::time::Duration;

use forebay_journal::{LossBound, Recovery};
use forebay_store::{ByteSize, Key, Result, SharedStore, Value};

use super::handle::Cache;
use crate::explanation::Explanation;
use crate::mode::Mode;
use crate::stats::Stats;

impl<K: Key, V: Value> Cache<K, V> {
    /// Whether the newest write of `key` is not stored yet.
    pub fn is_dirty(&self, key: &K) -> bool {
        self.shared().is_dirty(key)
    }

    /// Keys whose newest write is not stored yet, the longest dirty first, as their shards date
    /// them: where no time is promised, few of many puts are dated by the clock. Goes through all
    /// entries: for tools, not for hot paths.
    pub fn dirty_keys(&self) -> Vec<K> {
        self.shared().dirty_keys()
    }

    /// How many keys have a write that is not stored, those in quarantine included.
    pub fn dirty_count(&self) -> usize {
        self.shared().unstored()
    }

    /// How many entries memory has.
    pub fn len(&self) -> usize {
        self.shared().cells.iter().map(|cell| cell.lock.look().len()).sum()
    }

    /// Whether memory holds no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes may be resident.
    pub fn capacity(&self) -> ByteSize {
        ByteSize::bytes(self.shared().parts.capacity)
    }

    /// The cache in numbers.
    pub fn stats(&self) -> Stats {
        self.shared().stats()
    }

    /// What was found in the journal when the cache was opened: whether it had been closed in order, and
    /// whether its end was torn. `None` without a journal. How many writes became dirty again is
    /// [`Stats::restored`].
    ///
    /// A torn end is what a power cut leaves of frames that no sync had made durable. No caller was told that
    /// they are `Synced`, so it is no error.
    pub fn recovery(&self) -> Option<&Recovery> {
        self.shared().journal().map(|journal| &journal.recovery)
    }

    /// The most that would be lost of the accepted writes if the process were killed now, or if the
    /// power failed now. The journal is asked, which costs one lock.
    ///
    /// Every write that is not on its rung counts, also those whose callers wait for it, and what the
    /// journal notes for itself. Without a journal it is everything that is not stored.
    ///
    /// ```
    /// use forebay_cache::{Cache, Settings};
    /// use forebay_store::MemoryStore;
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// let cache = Cache::builder(MemoryStore::new())
    ///     .write_behind(Settings::default())
    ///     .journal(folder.path().join("journal"))
    ///     .open()
    ///     .wait()?;
    /// let receipt = cache.put("ada".to_owned(), 36).wait()?; // acknowledged at `Journaled`
    /// assert_eq!(cache.loss_bound().killed.records, 0);
    /// receipt.synced().wait()?;
    /// assert_eq!(cache.loss_bound().power_cut.records, 0);
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn loss_bound(&self) -> LossBound {
        self.shared().loss_bound()
    }

    /// How well the cache can do its work: the worst mode that holds.
    /// [Listeners](crate::Builder::listen) are told when it changes.
    ///
    /// ```
    /// use std::time::Duration;
    /// use forebay_cache::{Cache, Mode};
    /// use forebay_store::{ErrorKind, MemoryStore};
    ///
    /// let cache = Cache::<String, u64>::builder(MemoryStore::new()).open().wait()?;
    /// assert_eq!(cache.mode(), Mode::Healthy);
    /// cache.drill(Mode::StoreDown, Duration::from_secs(60))?;
    /// let error = cache.put("ada".to_owned(), 36).wait().unwrap_err();
    /// assert_eq!((cache.mode(), error.kind()), (Mode::StoreDown, ErrorKind::Unavailable));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn mode(&self) -> Mode {
        self.shared().see_mode()
    }

    /// Makes the cache behave as in `mode` for `at_most`, so that an application can be tested with it. It only
    /// makes things worse: if the real mode is worse, that one shows. A later drill replaces it, and one of
    /// [`Mode::Healthy`] ends it.
    ///
    /// # Errors
    ///
    /// `Invalid` for a mode of the journal, if there is none.
    pub fn drill(&self, mode: Mode, at_most: Duration) -> Result<()> {
        self.shared().drill(mode, at_most)
    }

    /// Checks that memory is what it must be: each entry where its state says, and all counts exact. For tests: it
    /// goes through everything. What other threads do at the same time may look wrong.
    ///
    /// # Errors
    ///
    /// `Corrupt`, with the first thing that is not as it must be: a fault of this library.
    ///
    /// ```
    /// # use forebay_cache::{Cache, Settings};
    /// # use forebay_store::MemoryStore;
    /// let cache = Cache::builder(MemoryStore::new()).write_behind(Settings::default()).open().wait()?;
    /// cache.put("ada", 36).wait()?;
    /// cache.audit()?;
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn audit(&self) -> Result<()> {
        self.shared().audit()
    }

    /// The state of one key, for a person to read.
    pub fn explain(&self, key: &K) -> Explanation {
        self.shared().explain(key)
    }

    /// The backing store. The cache does not notice what is changed in it directly: see
    /// [`invalidate`](Self::invalidate). After a clean close this is a store that answers `Closed`.
    pub fn store(&self) -> SharedStore<K, V> {
        self.shared().store()
    }
}
