//! Writing a part of a value.

use std::sync::Arc;

use forebay_store::{Error, Key, Op, Value};

use super::handle::Cache;
use crate::receipt::Receipt;
use crate::write::{Change, Write};

impl<K: Key, V: Value> Cache<K, V> {
    /// Merges a part into the value of `key`, as [`Builder::merge_with`](crate::Builder::merge_with) says, atomically for
    /// that key. The part is merged into what memory has, else into what the store has, which is loaded first. Parts of a
    /// key are merged in the order in which they are accepted. The store gets the whole value, so parts that come
    /// before it is stored cost no further call.
    ///
    /// # Errors
    ///
    /// `Unsupported` if the cache was not told how to merge. Else as [`modify`](Self::modify); `Aborted` if merging
    /// panics, and nothing is changed then.
    ///
    /// # Cancel safety
    ///
    /// As [`update`](Self::update): at any point but while it waits for room, the part may still be merged.
    ///
    /// ```
    /// use forebay_cache::{Cache, Settings};
    /// use forebay_store::MemoryStore;
    ///
    /// let cache = Cache::builder(MemoryStore::new())
    ///     .write_behind(Settings::default())
    ///     .merge_with(|_, before: Option<&u64>, more| before.copied().unwrap_or_default() + more)
    ///     .open()
    ///     .wait()?;
    /// cache.merge("visits", 2).wait()?;
    /// cache.merge("visits", 3).wait()?;
    /// assert_eq!(cache.get(&"visits").wait()?, Some(5));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn merge(&self, key: K, part: V) -> Op<Receipt> {
        self.merge_in_way(key, part, self.shared().parts.write)
    }

    /// Merges a part into the value of `key`, written as `write` says. See [`merge`](Self::merge).
    ///
    /// # Errors
    ///
    /// As [`merge`](Self::merge) and [`put_with`](Self::put_with).
    ///
    /// # Cancel safety
    ///
    /// As [`merge`](Self::merge).
    pub fn merge_in_way(&self, key: K, part: V, write: Write) -> Op<Receipt> {
        let Some(merge) = self.shared().parts.merge.as_ref().map(Arc::clone) else {
            return Op::failed(Error::unsupported(
                "the cache was not told how to merge values: see `Builder::merge_with`",
            ));
        };
        let whose = key.clone();
        let change = move |held: Option<&V>| (Change::Put(merge(&whose, held, &part)), ());
        self.modify_with(key, change, write).map(|merged| {
            let unwritten = || Error::unknown("a merge was answered without a write");
            merged?.receipt.ok_or_else(unwritten)
        })
    }
}
