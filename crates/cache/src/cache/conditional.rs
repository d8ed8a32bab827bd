//! Writing a key if it is as it is to be.

use forebay_store::{Durability, Key, Op, Value};

use super::handle::Cache;
use crate::write::{Change, Modified, Stamp, Write};

/// # Conditional writes
///
/// They are modifications, so each is atomic for its key against everything that goes through this cache. The condition
/// is judged by what a get would answer: from memory, or else from the store, which is asked. The answer's `result` is
/// what was there, and it has a receipt if the value was put.
///
/// A program may also write to the store past this cache. Against that, a conditional write that goes through is guarded
/// if the store declares [`conditional`](forebay_store::Capabilities::conditional). The store is then told that the key
/// has to be absent, or present, as it was found. If the store refuses that, the copy in memory is forgotten and the
/// answer tells what is there. There is no such guard for a write behind, where values
/// [expire](crate::Builder::expire_with), and for a key whose value in memory is not stored yet. In the last two cases
/// the store need not have what a get answers.
///
/// Errors, cancel safety and the way of writing are those of [`modify_with`](Self::modify_with).
impl<K: Key, V: Value> Cache<K, V> {
    /// Puts `value` if `key` is absent.
    ///
    /// # Errors
    ///
    /// As [`modify`](Self::modify).
    ///
    /// # Cancel safety
    ///
    /// As [`update`](Self::update).
    ///
    /// ```
    /// use forebay_cache::Cache;
    /// use forebay_store::MemoryStore;
    ///
    /// let cache = Cache::builder(MemoryStore::new()).open().wait()?;
    /// assert!(cache.put_if_absent("ada", 36).wait()?.receipt.is_some());
    /// let second = cache.put_if_absent("ada", 37).wait()?;
    /// assert_eq!((second.result, second.receipt.is_some()), (Some(36), false));
    /// assert_eq!(cache.replace("ada", 37).wait()?.result, Some(36));
    /// assert!(cache.compare_and_put("ada", 36, 38).wait()?.receipt.is_none());
    /// assert_eq!(cache.get(&"ada").wait()?, Some(37));
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn put_if_absent(&self, key: K, value: V) -> Op<Modified<Option<V>>> {
        self.put_if_absent_with(key, value, self.shared().parts.write)
    }

    /// Puts `value` if `key` is absent, written as `write` says.
    /// See [`put_if_absent`](Self::put_if_absent).
    ///
    /// # Errors
    ///
    /// As [`modify_with`](Self::modify_with).
    ///
    /// # Cancel safety
    ///
    /// As [`update`](Self::update).
    pub fn put_if_absent_with(&self, key: K, value: V, write: Write) -> Op<Modified<Option<V>>> {
        self.shared().put_if(key, value, |held, _| held.is_none(), (write, self.whose()), true)
    }

    /// Puts `value` if `key` has a value.
    ///
    /// # Errors
    ///
    /// As [`modify`](Self::modify).
    ///
    /// # Cancel safety
    ///
    /// As [`update`](Self::update).
    pub fn replace(&self, key: K, value: V) -> Op<Modified<Option<V>>> {
        self.replace_with(key, value, self.shared().parts.write)
    }

    /// Puts `value` if `key` has a value, written as `write` says.
    /// See [`replace`](Self::replace).
    ///
    /// # Errors
    ///
    /// As [`modify_with`](Self::modify_with).
    ///
    /// # Cancel safety
    ///
    /// As [`update`](Self::update).
    pub fn replace_with(&self, key: K, value: V, write: Write) -> Op<Modified<Option<V>>> {
        self.shared().put_if(key, value, |held, _| held.is_some(), (write, self.whose()), true)
    }

    /// Puts `value` if the value of `key` equals `expected`. A value that went away and came back is equal. To know
    /// that nothing was written in between, use [`put_if_unchanged`](Self::put_if_unchanged).
    ///
    /// # Errors
    ///
    /// As [`modify`](Self::modify).
    ///
    /// # Cancel safety
    ///
    /// As [`update`](Self::update).
    pub fn compare_and_put(&self, key: K, expected: V, value: V) -> Op<Modified<Option<V>>>
    where
        V: PartialEq,
    {
        self.compare_and_put_with(key, expected, value, self.shared().parts.write)
    }

    /// Puts `value` if the value of `key` equals `expected`, written as `write` says.
    /// See [`compare_and_put`](Self::compare_and_put).
    ///
    /// # Errors
    ///
    /// As [`modify_with`](Self::modify_with).
    ///
    /// # Cancel safety
    ///
    /// As [`update`](Self::update).
    pub fn compare_and_put_with(
        &self,
        key: K,
        expected: V,
        value: V,
        write: Write,
    ) -> Op<Modified<Option<V>>>
    where
        V: PartialEq,
    {
        self.shared().put_if(
            key,
            value,
            move |held, _| held == Some(&expected),
            (write, self.whose()),
            true,
        )
    }

    /// The value of `key`, loaded if need be, and a stamp. A later write can tell by the stamp whether the key was
    /// written in between.
    ///
    /// # Errors
    ///
    /// As [`modify`](Self::modify).
    ///
    /// # Cancel safety
    ///
    /// As [`update`](Self::update).
    ///
    /// ```
    /// use forebay_cache::Cache;
    /// use forebay_store::MemoryStore;
    ///
    /// let cache = Cache::builder(MemoryStore::new()).open().wait()?;
    /// cache.put("ada", 36).wait()?;
    /// let (age, seen) = cache.get_stamped(&"ada").wait()?;
    /// cache.put("ada", 36).wait()?;
    /// let late = cache.put_if_unchanged("ada", seen, age.unwrap_or_default() + 1).wait()?;
    /// assert!(late.receipt.is_none());
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn get_stamped(&self, key: &K) -> Op<(Option<V>, Stamp)> {
        let look = |held: Option<&V>, stamp| (Change::Keep, (held.cloned(), stamp));
        let seen = self.modify_stamped(key.clone(), look, Write::Behind(Durability::Memory));
        seen.map(|seen| seen.map(|seen| seen.result))
    }

    /// Puts `value` if `key` still has the stamp that it was [seen](Self::get_stamped) with. The stamp also changes when
    /// memory has let go of the key in between ([`Stamp`]).
    ///
    /// # Errors
    ///
    /// As [`modify`](Self::modify).
    ///
    /// # Cancel safety
    ///
    /// As [`update`](Self::update).
    pub fn put_if_unchanged(&self, key: K, seen: Stamp, value: V) -> Op<Modified<Option<V>>> {
        self.put_if_unchanged_with(key, seen, value, self.shared().parts.write)
    }

    /// Puts `value` if `key` still has the stamp `seen`, written as `write` says.
    /// See [`put_if_unchanged`](Self::put_if_unchanged).
    ///
    /// # Errors
    ///
    /// As [`modify_with`](Self::modify_with).
    ///
    /// # Cancel safety
    ///
    /// As [`update`](Self::update).
    pub fn put_if_unchanged_with(
        &self,
        key: K,
        seen: Stamp,
        value: V,
        write: Write,
    ) -> Op<Modified<Option<V>>> {
        self.shared().put_if(
            key,
            value,
            move |_, stamp| stamp == seen,
            (write, self.whose()),
            false,
        )
    }
}
