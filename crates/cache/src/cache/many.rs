//! Writing many keys at once.

use forebay_store::{Key, Op, Value};

use super::handle::Cache;
use crate::answers::Answers;
use crate::table::Held;
use crate::write::Write;

impl<K: Key, V: Value> Cache<K, V> {
    /// Puts many values at once, in the way the cache was opened for. The answer says of each value what became of it, in
    /// their order: `?` on the answer tells of none of them, so look at each. Of several values for one key the last
    /// one counts; the others may have its answer.
    ///
    /// Each put is accepted by itself, and if one fails the others do not (G8). Readers may see some of them before the
    /// rest. Work is shared where it can be: with a journal 32 writes behind of a shard take one lock and one frame, and
    /// all wait for one sync; writes through share calls of the store. Behind at `Memory` without a journal it saves
    /// nothing. The operation is answered when all have reached their rung.
    ///
    /// There is no bound on the number of values: each waits for room or is refused as a single put.
    ///
    /// # Errors
    ///
    /// For each key, in [`Answers`], as [`put`](Self::put). An error of the operation itself is one of all keys.
    ///
    /// # Cancel safety
    ///
    /// Puts behind that wait for room when it is dropped are not accepted, unless they are
    /// [uncoalesced](Write::Uncoalesced). The others may still be accepted.
    ///
    /// ```
    /// use forebay_cache::{Cache, Settings};
    /// use forebay_store::MemoryStore;
    ///
    /// let cache = Cache::builder(MemoryStore::new()).write_behind(Settings::default()).open().wait()?;
    /// cache.put_many([("ada", 36), ("alan", 41)]).wait()?.all()?;
    /// assert_eq!(cache.get(&"alan").wait()?, Some(41));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn put_many(&self, values: impl IntoIterator<Item = (K, V)>) -> Op<Answers> {
        self.put_many_with(values, self.shared().parts.write)
    }

    /// Puts many values at once, written as `write` says. See [`put_many`](Self::put_many).
    ///
    /// # Errors
    ///
    /// As [`put_many`](Self::put_many); for all together `Unsupported` for a rung that needs a journal.
    ///
    /// # Cancel safety
    ///
    /// As [`put_many`](Self::put_many).
    pub fn put_many_with(
        &self,
        values: impl IntoIterator<Item = (K, V)>,
        write: Write,
    ) -> Op<Answers> {
        let writes = values.into_iter().map(|(key, value)| (key, Held::Value(value)));
        self.shared().write_many(writes.collect(), write, self.whose())
    }

    /// Makes many keys absent at once. The answer is as that of [`put_many`](Self::put_many).
    ///
    /// # Errors
    ///
    /// As [`put_many`](Self::put_many).
    ///
    /// # Cancel safety
    ///
    /// As [`put_many`](Self::put_many).
    pub fn delete_many(&self, keys: impl IntoIterator<Item = K>) -> Op<Answers> {
        self.delete_many_with(keys, self.shared().parts.write)
    }

    /// Makes many keys absent at once, written as `write` says. See [`delete_many`](Self::delete_many).
    ///
    /// # Errors
    ///
    /// As [`put_many_with`](Self::put_many_with).
    ///
    /// # Cancel safety
    ///
    /// As [`put_many`](Self::put_many).
    pub fn delete_many_with(&self, keys: impl IntoIterator<Item = K>, write: Write) -> Op<Answers> {
        let writes = keys.into_iter().map(|key| (key, Held::Tombstone));
        self.shared().write_many(writes.collect(), write, self.whose())
    }
}
