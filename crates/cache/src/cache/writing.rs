//! Writing through a cache.

use forebay_store::{Done, Key, Op, Result, Value};

use super::handle::Cache;
use crate::engine::Joint;
use crate::receipt::Receipt;
use crate::write::{Change, Modified, Stamp, Write};

impl<K: Key, V: Value> Cache<K, V> {
    /// Makes `value` the value of `key`, in the way the cache was opened for.
    ///
    /// # Errors
    ///
    /// - Written through: what the store said; the value before stays. `Unknown`: it may have happened, and memory holds
    ///   neither value.
    /// - Written behind: `Busy` if there is no room, at once or after as long as it may wait
    ///   ([`WhenFull`](crate::WhenFull): half a minute by default). `Unavailable` if the journal has failed.
    /// - Written behind at the rung `Stored`, it is accepted first, and visible from then on. If the store refuses it
    ///   or the cache is closed before the store has it, the error is `Unknown` with a
    ///   [`NotStored`](crate::NotStored) among its causes.
    /// - `Unsupported` while the cache is [read-only](Self::set_read_only). `Closed` after a close: nothing happened.
    /// - If the key is in quarantine and later writes [wait](crate::WhenRefused::Queue) there: `Unavailable` if written
    ///   through, or if there is no room in quarantine.
    ///
    /// # Cancel safety
    ///
    /// A put behind that is dropped while it waits for room is not accepted. At any other point, and if it is written
    /// through or [uncoalesced](Write::Uncoalesced), it may still be accepted.
    #[inline]
    pub fn put(&self, key: K, value: V) -> Op<Receipt> {
        self.put_with(key, value, self.shared().parts.write)
    }

    /// Makes `value` the value of `key`, written as `write` says.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put); `Unsupported` for a rung that needs a journal.
    ///
    /// # Cancel safety
    ///
    /// As [`put`](Self::put).
    #[inline]
    pub fn put_with(&self, key: K, value: V, write: Write) -> Op<Receipt> {
        self.shared().put(key, value, write, self.whose())
    }

    /// Makes `key` absent, whether memory holds it or not. A delete is a write (G9): it goes to
    /// the store in the key's order, and the key does not come back.
    ///
    /// # Errors
    ///
    /// As [`put`](Self::put).
    ///
    /// # Cancel safety
    ///
    /// As [`put`](Self::put).
    pub fn delete(&self, key: K) -> Op<Receipt> {
        self.delete_with(key, self.shared().parts.write)
    }

    /// Makes `key` absent, written as `write` says. See [`delete`](Self::delete).
    ///
    /// # Errors
    ///
    /// As [`put_with`](Self::put_with).
    ///
    /// # Cancel safety
    ///
    /// As [`put`](Self::put).
    pub fn delete_with(&self, key: K, write: Write) -> Op<Receipt> {
        self.shared().delete(key, write, self.whose())
    }

    /// Changes the value of `key` in place, atomically for that key. `None` if it is absent.
    ///
    /// The closure works on a copy outside every lock and may run more than once; the last run
    /// counts.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get) and [`put`](Self::put). `Aborted` if the closure panics; nothing is
    /// changed then.
    ///
    /// # Cancel safety
    ///
    /// One behind that is dropped while it waits for room is not accepted. At any other point dropping the operation
    /// does not stop it: the closure may still run, and the write may still be accepted.
    pub fn update(
        &self,
        key: &K,
        mut update: impl FnMut(&mut V) + Send + 'static,
    ) -> Op<Option<Receipt>> {
        let (done, op) = Op::pending();
        let change = move |value: Option<&V>| match value {
            Some(value) => {
                let mut value = value.clone();
                update(&mut value);
                (Change::Put(value), ())
            }
            None => (Change::Keep, ()),
        };
        let receipt = |result: Result<Modified<()>>| result.map(|modified| modified.receipt);
        self.modify(key.clone(), change).forward(Done::mapped(done, receipt));
        op
    }

    /// Computes from the value of `key`, or its absence, what to make of it, atomically for that
    /// key. The closure may run more than once; the last run counts.
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update).
    ///
    /// # Cancel safety
    ///
    /// As [`update`](Self::update).
    pub fn modify<R: Send + 'static>(
        &self,
        key: K,
        modify: impl FnMut(Option<&V>) -> (Change<V>, R) + Send + 'static,
    ) -> Op<Modified<R>> {
        self.modify_with(key, modify, self.shared().parts.write)
    }

    /// Computes what to make of `key`, written as `write` says. See [`modify`](Self::modify).
    ///
    /// # Errors
    ///
    /// As [`update`](Self::update) and [`put_with`](Self::put_with).
    ///
    /// # Cancel safety
    ///
    /// As [`update`](Self::update).
    pub fn modify_with<R: Send + 'static>(
        &self,
        key: K,
        mut modify: impl FnMut(Option<&V>) -> (Change<V>, R) + Send + 'static,
        write: Write,
    ) -> Op<Modified<R>> {
        self.modify_stamped(key, move |value, _| modify(value), write)
    }

    /// Computes what to make of `key`, as [`modify_with`](Self::modify_with) does. The closure also gets a stamp of
    /// what it is shown, so that a later modification can tell whether the key was written in between.
    ///
    /// # Errors
    ///
    /// As [`modify_with`](Self::modify_with).
    ///
    /// # Cancel safety
    ///
    /// As [`update`](Self::update).
    ///
    /// ```
    /// use forebay_cache::{Cache, Change, Settings};
    /// use forebay_store::{Durability, MemoryStore};
    ///
    /// let write = forebay_cache::Write::Behind(Durability::Memory);
    /// let cache = Cache::builder(MemoryStore::new()).write_behind(Settings::default()).open().wait()?;
    /// cache.put("ada", 36).wait()?;
    /// let look = |_: Option<&u64>, stamp| (Change::Keep, stamp);
    /// let seen = cache.modify_stamped("ada", look, write).wait()?.result;
    /// cache.put("ada", 36).wait()?;
    /// assert_ne!(cache.modify_stamped("ada", look, write).wait()?.result, seen);
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn modify_stamped<R: Send + 'static>(
        &self,
        key: K,
        modify: impl FnMut(Option<&V>, Stamp) -> (Change<V>, R) + Send + 'static,
        write: Write,
    ) -> Op<Modified<R>> {
        self.shared().modify(key, modify, write, self.whose())
    }

    /// Begins writes that are accepted together with those of another tenant, in one frame of the journal that
    /// both share.
    ///
    /// # Errors
    ///
    /// `Unsupported` if the cache has no journal.
    pub fn joint(&self) -> Result<Joint<K, V>> {
        Joint::new(self.shared())
    }
}
