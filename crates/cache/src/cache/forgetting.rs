//! Making keys go, telling a cache what has become of some behind its back, and having it take no writes.

use forebay_store::{Key, Op, Value};

use super::handle::Cache;

/// # What makes a key go, and from where
///
/// | | in the store | the copy of what is stored | what is not stored | with the store |
/// |---|---|---|---|---|
/// | [`delete`](Self::delete) | goes, in the key's order (G9) | goes | superseded | a write |
/// | [`clear`](Self::clear) | every key goes | goes | stored, then deleted | scans, and a write a key |
/// | [`invalidate`](Self::invalidate) | stays | goes | stays, and is stored | nothing; the next get asks it |
/// | [`invalidate_all`](Self::invalidate_all) | stays | all go | stays, and is stored | as `invalidate`, for each key |
/// | [`mark_clean`](Self::mark_clean) | stays as it is | stays | counts as stored, and is not sent | nothing |
impl<K: Key, V: Value> Cache<K, V> {
    /// Forgets the memory copy of `key`, because the store was changed behind the cache's back. A
    /// load under way does not bring an older value back (G6). `false` if there was no copy, or
    /// its value is not stored yet and therefore kept (G5).
    pub fn invalidate(&self, key: &K) -> bool {
        self.shared().invalidate(key)
    }

    /// Forgets every memory copy, as [`invalidate`](Self::invalidate) does one, and says how many there were. What is
    /// not stored yet is kept, and stored (G5). A few entries go under one lock, so no other caller waits long.
    /// What is loaded meanwhile is as new as the call.
    ///
    /// ```
    /// use forebay_cache::{Cache, Settings};
    /// use forebay_store::MemoryStore;
    ///
    /// let cache = Cache::builder(MemoryStore::new()).write_behind(Settings::default()).open().wait()?;
    /// cache.put("ada", 36).wait()?;
    /// cache.flush().wait()?;
    /// cache.put("alan", 41).wait()?;
    /// assert_eq!(cache.invalidate_all(), 1);
    /// assert!(!cache.is_resident(&"ada") && cache.is_dirty(&"alan"));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn invalidate_all(&self) -> u64 {
        self.shared().invalidate_all()
    }

    /// **Deletes every key from the store**, and from memory with it, and says how many there were: the data itself goes.
    /// To empty memory alone, call [`invalidate_all`](Self::invalidate_all). Writes that come meanwhile may or may not
    /// survive it. The store must offer scans.
    ///
    /// # Errors
    ///
    /// What a scan or a delete says; some keys may be deleted by then.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation does not stop it: it goes on until every key is deleted.
    pub fn clear(&self) -> Op<u64> {
        self.shared().clear()
    }

    /// Takes the caller's word that the store has the value of `key` as it is in memory. `false`
    /// if it is not dirty, in quarantine, or something of its key is under way. A write that waits to be
    /// tried again is dirty.
    ///
    /// With a journal it is noted there and synced soon: a kill or a power cut before that forgets it, and
    /// the next cache over the journal stores what it has, be it an older value. The next write that is
    /// acknowledged at `Stored` says that it is synced, and so does a close whose journal has not failed.
    pub fn mark_clean(&self, key: &K) -> bool {
        let shared = self.shared();
        let hash = shared.hash(key);
        let absence = shared.absence();
        let marked = shared.step(shared.place(hash), |shard, effects| {
            shard.find(hash, key).is_some_and(|at| shard.mark_clean(at, absence, effects))
        });
        shared.sync_soon();
        shared.drained();
        marked
    }

    /// Takes no writes from now on, or takes them again. While the cache is read-only, puts, deletes, and modifications
    /// that would change something are `Unsupported`. When this returns, none is accepted any more. A writer that
    /// waits for room by then is told so when it would have had the room.
    ///
    /// Reads go on. What was accepted before is treated as ever: it is stored, waits in quarantine, can be replayed
    /// from there, and counts in a [`close`](Self::close).
    ///
    /// ```
    /// use forebay_cache::{Cache, Settings};
    /// use forebay_store::{ErrorKind, MemoryStore};
    ///
    /// let cache = Cache::builder(MemoryStore::new()).write_behind(Settings::default()).open().wait()?;
    /// cache.put("ada", 36).wait()?;
    /// cache.set_read_only(true);
    /// assert_eq!(cache.put("ada", 37).wait().unwrap_err().kind(), ErrorKind::Unsupported);
    /// cache.flush().wait()?;
    /// assert!(cache.is_read_only() && !cache.is_dirty(&"ada"));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn set_read_only(&self, is_read_only: bool) {
        self.shared().set_read_only(is_read_only);
    }

    /// Whether it takes no writes, see [`set_read_only`](Self::set_read_only).
    pub fn is_read_only(&self) -> bool {
        self.shared().is_read_only()
    }
}
