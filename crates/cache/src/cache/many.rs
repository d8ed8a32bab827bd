//! Writing many keys at once.

use forebay_store::{Key, Op, Result, Value};

use super::handle::Cache;
use crate::receipt::Receipt;
use crate::table::Held;
use crate::write::Write;

impl<K: Key, V: Value> Cache<K, V> {
    /// Puts many values at once, in the way the cache was opened for, and says of each what became of it, in their
    /// order. Of several values for one key the last one counts; the others may have its answer.
    ///
    /// It is as many puts, done together: each is accepted by itself, and if one fails the others do not (G8).
    /// Others may see some of them before the rest. Where it can, it does once what puts do each for
    /// themselves: with a journal 32 writes behind of a shard take one lock and one frame, and all wait for one
    /// sync; writes through share calls of the store. Behind at `Memory` without a journal it saves nothing. It
    /// is answered when all have reached their rung.
    ///
    /// It has no bound of its own: what has no room waits or is refused as a put by itself, and counts as
    /// one.
    ///
    /// # Errors
    ///
    /// Of a key: as [`put`](Self::put).
    ///
    /// # Cancel safety
    ///
    /// If it is dropped, those that wait for room are not accepted. The others may have been.
    ///
    /// ```
    /// use forebay_cache::{Cache, Settings};
    /// use forebay_store::MemoryStore;
    ///
    /// let cache = Cache::builder(MemoryStore::new()).write_behind(Settings::default()).open().wait()?;
    /// let answers = cache.put_many([("ada", 36), ("alan", 41)]).wait()?;
    /// assert!(answers.iter().all(Result::is_ok));
    /// assert_eq!(cache.get(&"alan").wait()?, Some(41));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn put_many(&self, values: impl IntoIterator<Item = (K, V)>) -> Op<Vec<Result<Receipt>>> {
        self.put_many_with(values, self.shared().parts.write)
    }

    /// [`put_many`](Self::put_many) in a way of its own.
    ///
    /// # Errors
    ///
    /// As `put_many`; for all together `Unsupported` for a rung that needs a journal.
    pub fn put_many_with(
        &self,
        values: impl IntoIterator<Item = (K, V)>,
        write: Write,
    ) -> Op<Vec<Result<Receipt>>> {
        let writes = values.into_iter().map(|(key, value)| (key, Held::Value(value)));
        self.shared().write_many(writes.collect(), write, self.whose())
    }

    /// Makes many keys absent, as [`put_many`](Self::put_many) puts them, and as [`delete`](Self::delete) does each.
    ///
    /// # Errors
    ///
    /// As `put_many`.
    pub fn delete_many(&self, keys: impl IntoIterator<Item = K>) -> Op<Vec<Result<Receipt>>> {
        self.delete_many_with(keys, self.shared().parts.write)
    }

    /// [`delete_many`](Self::delete_many) in a way of its own.
    ///
    /// # Errors
    ///
    /// As [`put_many_with`](Self::put_many_with).
    pub fn delete_many_with(
        &self,
        keys: impl IntoIterator<Item = K>,
        write: Write,
    ) -> Op<Vec<Result<Receipt>>> {
        let writes = keys.into_iter().map(|key| (key, Held::Tombstone));
        self.shared().write_many(writes.collect(), write, self.whose())
    }
}
