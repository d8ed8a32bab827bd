//! Reading through a cache: one key, many, all.

use forebay_store::{Cursor, Key, Op, Page, Value};

use super::handle::Cache;
use crate::get::Get;

impl<K: Key, V: Value> Cache<K, V> {
    /// The value of `key`: from memory at once, else by a load that everybody who asks meanwhile
    /// shares. A hit does no I/O, allocates nothing and is ready at once.
    ///
    /// # Errors
    ///
    /// What the store's load says; absence is not an error. `Busy` if too many callers wait for
    /// loads.
    ///
    /// # Cancel safety
    ///
    /// Dropping the operation leaves the load to those who share it.
    pub fn get(&self, key: &K) -> Op<Option<V>> {
        self.shared().get(key)
    }

    /// [`get`](Self::get) in a way of its own.
    ///
    /// # Errors
    ///
    /// As `get`.
    pub fn get_with(&self, key: &K, get: Get) -> Op<Option<V>> {
        self.shared().get_with(key, get)
    }

    /// The values of many keys, in their order. Those that memory does not have are loaded together, in as few
    /// calls as the store takes.
    ///
    /// # Errors
    ///
    /// The first error of any of them.
    pub fn get_many(&self, keys: &[K]) -> Op<Vec<Option<V>>> {
        self.shared().get_many(keys, Get::default())
    }

    /// [`get_many`](Self::get_many) in a way of its own.
    ///
    /// # Errors
    ///
    /// As `get_many`.
    pub fn get_many_with(&self, keys: &[K], get: Get) -> Op<Vec<Option<V>>> {
        self.shared().get_many(keys, get)
    }

    /// The value of `key` if memory has it; never a load.
    pub fn peek(&self, key: &K) -> Option<V> {
        self.shared().peek(key)
    }

    /// Whether memory has a value for `key`.
    pub fn is_resident(&self, key: &K) -> bool {
        self.peek(key).is_some()
    }

    /// One page of all entries: at most `limit` from the store, and with the first page what could
    /// not be stored. The first page flushes; all show what memory knows better than the store. A
    /// key is seen twice only if its newest write is not stored. A page comes from the store, so it may
    /// show a write-through that is under way, which gets do not show yet.
    ///
    /// # Errors
    ///
    /// What the store's scan says; `Unsupported` if it has none.
    pub fn scan(&self, cursor: Option<Cursor>, limit: usize) -> Op<Page<K, V>> {
        self.shared().scan(cursor, limit)
    }

    /// How many keys there are, expired ones that the store still has included. Flushes first, so
    /// it fails while a write cannot be stored or is in quarantine.
    ///
    /// # Errors
    ///
    /// As [`flush`](Self::flush), or what the store's count says.
    pub fn count(&self) -> Op<u64> {
        self.shared().count()
    }
}
