//! Reading through a cache: one key, many, all.

use forebay_store::{ByteSize, Cursor, Key, Op, Page, Value};

use super::handle::Cache;
use crate::engine::Looked;
use crate::get::Get;
use crate::lookup::Lookup;
use crate::resident::Resident;
use crate::warming::Warming;

impl<K: Key, V: Value> Cache<K, V> {
    /// The value of `key`: from memory at once, else by a load, which all callers that ask meanwhile
    /// share. A hit does no I/O and is ready at once. It costs one clone of the value, so keep
    /// large values in an `Arc`.
    ///
    /// # Errors
    ///
    /// What the store's load says; absence is not an error. `Busy` if too many callers wait for
    /// loads.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation leaves the load to the callers that share it.
    #[inline]
    pub fn get(&self, key: &K) -> Op<Option<V>> {
        match self.cells().look(key, || self.shared().wall()) {
            Ok(value) => Op::ready(Some(value)),
            Err(looked) => self.shared().get_looked(looked, key),
        }
    }

    /// The value of `key`, read as `get` says. See [`get`](Self::get).
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    ///
    /// # Cancel safety
    ///
    /// As [`get`](Self::get).
    pub fn get_with(&self, key: &K, get: Get) -> Op<Option<V>> {
        self.shared().get_with(key, get)
    }

    /// The values of many keys, in their order. Those that memory does not have are loaded together, in as few
    /// calls as the store takes.
    ///
    /// # Errors
    ///
    /// The first error of any of them.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation does not stop the loads, which fill memory.
    pub fn get_many(&self, keys: &[K]) -> Op<Vec<Option<V>>> {
        self.shared().get_many(keys, Get::default())
    }

    /// The values of many keys, read as `get` says. See [`get_many`](Self::get_many).
    ///
    /// # Errors
    ///
    /// As [`get_many`](Self::get_many).
    ///
    /// # Cancel safety
    ///
    /// As [`get_many`](Self::get_many).
    pub fn get_many_with(&self, keys: &[K], get: Get) -> Op<Vec<Option<V>>> {
        self.shared().get_many(keys, get)
    }

    /// What memory knows of `key`, without asking the store. If memory knows nothing, the caller finds the value out and
    /// fills it in. Only one of the callers that look the key up does so; the others, and gets, wait for it. This is for
    /// what a [`BackingStore`](forebay_store::BackingStore) cannot know, such as a value that is made from other data
    /// of the caller.
    ///
    /// # Errors
    ///
    /// If it waits for a load: what that says. `Busy` if too many callers wait for loads.
    ///
    /// # Cancel safety
    ///
    /// A dropped lookup is passed over: the next one gets the right to fill.
    ///
    /// ```
    /// use forebay_cache::{Cache, Lookup};
    /// use forebay_store::MemoryStore;
    ///
    /// let cache: Cache<&str, u64> = Cache::builder(MemoryStore::new()).open().wait()?;
    /// let value = match cache.lookup(&"ada").wait()? {
    ///     Lookup::Found(value) => value,
    ///     Lookup::Absent => 0,
    ///     Lookup::Vacant(filler) => {
    ///         let value = 36; // found out somewhere
    ///         filler.fill(value);
    ///         value
    ///     }
    /// };
    /// assert_eq!((value, cache.peek(&"ada")), (36, Some(36)));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    #[inline]
    pub fn lookup(&self, key: &K) -> Op<Lookup<K, V>> {
        match self.cells().look(key, || self.shared().wall()) {
            Ok(value) => Op::ready(Lookup::Found(value)),
            Err(Looked::Missed(missed)) => self.shared().look_up(missed, key),
            Err(looked) => self.shared().get_looked(looked, key).map(|found| found.map(Lookup::of)),
        }
    }

    /// The value of `key` if memory has it; never a load.
    #[inline]
    pub fn peek(&self, key: &K) -> Option<V> {
        self.cells().peek(key, || self.shared().wall())
    }

    /// Whether memory has a value for `key`.
    pub fn is_resident(&self, key: &K) -> bool {
        self.peek(key).is_some()
    }

    /// Copies of what is in memory, in no order, values that are not stored yet included. It loads nothing, and does not
    /// count as a use for the eviction policy.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use forebay_cache::Cache;
    /// use forebay_store::MemoryStore;
    ///
    /// let cache = Cache::builder(MemoryStore::new()).open().wait()?;
    /// cache.put("ada", 36).wait()?;
    /// cache.put("bob", 7).wait()?;
    /// let all: BTreeMap<_, _> = cache.resident().collect();
    /// assert_eq!(all, BTreeMap::from([("ada", 36), ("bob", 7)]));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn resident(&self) -> Resident<K, V> {
        Resident::of(self.shared())
    }

    /// Fills memory from the store, page by page, until `share` bytes are resident or the store has shown all it
    /// has. At most the capacity. The store must offer scans, and is asked for one page of 256 at a time, beside the
    /// loads.
    ///
    /// It takes nothing that may be out of date (G6). It passes over a key that memory knows, and a key of a shard in
    /// which something was stored or invalidated since the page was asked for. What it fills is evicted like what is
    /// loaded, and pushes nothing out.
    ///
    /// ```
    /// use forebay_cache::{ByteSize, Cache};
    /// use forebay_store::MemoryStore;
    ///
    /// let store = MemoryStore::new();
    /// (0..100_u64).for_each(|key| store.insert(key, key));
    /// let cache = Cache::builder(store).capacity(ByteSize::mib(1)).open().wait()?;
    /// let warming = cache.warm_up(ByteSize::kib(512));
    /// println!("{} so far", warming.progress().filled);
    /// assert_eq!(warming.end().wait()?.filled, 100);
    /// assert!(cache.is_resident(&7));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn warm_up(&self, share: ByteSize) -> Warming {
        self.shared().warm_up(share)
    }

    /// One page of all entries: at most `limit` from the store, and with the first page what could
    /// not be stored. The first page flushes; all show what memory knows better than the store. A
    /// key is seen twice only if its newest write is not stored. A page comes from the store, so it may
    /// show a write-through that is under way, which gets do not show yet.
    ///
    /// # Errors
    ///
    /// What the store's scan says; `Unsupported` if it has none.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation stops neither the flush nor the call of the store.
    pub fn scan(&self, cursor: Option<Cursor>, limit: usize) -> Op<Page<K, V>> {
        self.shared().scan(cursor, limit)
    }

    /// How many keys there are, expired ones that the store still has included. Flushes first, so
    /// it fails while a write cannot be stored or is in quarantine.
    ///
    /// # Errors
    ///
    /// As [`flush`](Self::flush), or what the store's count says.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation only stops the waiting.
    pub fn count(&self) -> Op<u64> {
        self.shared().count()
    }
}
