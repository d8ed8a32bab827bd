//! Writing a key if it is as it is to be.

use forebay_store::{Durability, Key, Op, Value};

use super::handle::Cache;
use crate::write::{Change, Modified, Stamp, Write};

/// # Conditional writes
///
/// They are modifications, so each is atomic for its key against everything that goes through this cache, and judged
/// by what a get would be told: memory, or else the store, which is asked. The answer's `result` is what was there, and
/// it has a receipt if the value was put.
///
/// Against others who write to the store itself, one that goes through is guarded as far as the store can: one
/// that declares [`conditional`](forebay_store::Capabilities::conditional) is told that the key has to be absent, or present, as it
/// was found. If the store refuses that, the copy in memory is forgotten and the answer tells what is there. It is
/// not done where values [expire](crate::Builder::expire_with), because the store may have what is over, nor for a
/// key whose value in memory is not stored yet: the store may never have it. Behind there is no such guard.
///
/// Errors and the way of writing are those of [`modify_with`](Self::modify_with).
impl<K: Key, V: Value> Cache<K, V> {
    /// Puts `value` if `key` is absent.
    ///
    /// # Errors
    ///
    /// As [`modify`](Self::modify).
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

    /// [`put_if_absent`](Self::put_if_absent) in a way of its own.
    ///
    /// # Errors
    ///
    /// As [`modify_with`](Self::modify_with).
    pub fn put_if_absent_with(&self, key: K, value: V, write: Write) -> Op<Modified<Option<V>>> {
        self.shared().put_if(key, value, |held, _| held.is_none(), (write, self.whose()), true)
    }

    /// Puts `value` if `key` has one.
    ///
    /// # Errors
    ///
    /// As [`modify`](Self::modify).
    pub fn replace(&self, key: K, value: V) -> Op<Modified<Option<V>>> {
        self.replace_with(key, value, self.shared().parts.write)
    }

    /// [`replace`](Self::replace) in a way of its own.
    ///
    /// # Errors
    ///
    /// As [`modify_with`](Self::modify_with).
    pub fn replace_with(&self, key: K, value: V, write: Write) -> Op<Modified<Option<V>>> {
        self.shared().put_if(key, value, |held, _| held.is_some(), (write, self.whose()), true)
    }

    /// Puts `value` if that of `key` is equal to `expected`. A value that went away and came back is equal; who wants to
    /// know that nothing was written in between uses [`put_if_unchanged`](Self::put_if_unchanged).
    ///
    /// # Errors
    ///
    /// As [`modify`](Self::modify).
    pub fn compare_and_put(&self, key: K, expected: V, value: V) -> Op<Modified<Option<V>>>
    where
        V: PartialEq,
    {
        self.compare_and_put_with(key, expected, value, self.shared().parts.write)
    }

    /// [`compare_and_put`](Self::compare_and_put) in a way of its own.
    ///
    /// # Errors
    ///
    /// As [`modify_with`](Self::modify_with).
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

    /// The value of `key`, loaded if need be, and a stamp by which a later write can tell whether it was written
    /// in between.
    ///
    /// # Errors
    ///
    /// As [`modify`](Self::modify).
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

    /// Puts `value` if `key` still has the stamp that it was [seen](Self::get_stamped) with. That differs without a
    /// write, too, when memory has let go of the key in between ([`Stamp`]).
    ///
    /// # Errors
    ///
    /// As [`modify`](Self::modify).
    pub fn put_if_unchanged(&self, key: K, seen: Stamp, value: V) -> Op<Modified<Option<V>>> {
        self.put_if_unchanged_with(key, seen, value, self.shared().parts.write)
    }

    /// [`put_if_unchanged`](Self::put_if_unchanged) in a way of its own.
    ///
    /// # Errors
    ///
    /// As [`modify_with`](Self::modify_with).
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
