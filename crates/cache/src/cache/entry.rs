//! Changing what a key has, or making it, in one step.

use std::fmt;

use forebay_store::{Key, Op, Value};

use super::handle::Cache;
use crate::write::{Change, Modified, Write};

type Modify<V> = Box<dyn FnMut(&mut V) + Send>;

/// A key that is about to be changed, or made: [`Cache::entry`].
#[must_use = "nothing happens before one of its `or_` methods is called"]
pub struct Entry<'a, K: Key, V: Value> {
    cache: &'a Cache<K, V>,
    key: K,
    write: Write,
    modify: Option<Modify<V>>,
}

impl<K: Key, V: Value> Cache<K, V> {
    /// Begins to change the value of `key`, or to make one, atomically for that key. It does what
    /// [`modify`](Self::modify) does. Nothing happens before the last call.
    ///
    /// ```
    /// use forebay_cache::Cache;
    /// use forebay_store::MemoryStore;
    ///
    /// let cache = Cache::builder(MemoryStore::new()).open().wait()?;
    /// for word in ["a", "b", "a"] {
    ///     cache.entry(word).and_modify(|count| *count += 1).or_insert(1).wait()?;
    /// }
    /// assert_eq!(cache.get(&"a").wait()?, Some(2));
    /// // What is there is left as it is, and told.
    /// assert_eq!(cache.entry("b").or_default().wait()?.result, 1);
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn entry(&self, key: K) -> Entry<'_, K, V> {
        Entry { cache: self, key, write: self.shared().parts.write, modify: None }
    }
}

impl<K: Key, V: Value> Entry<'_, K, V> {
    /// Writes as `write` says, instead of in the cache's way.
    pub fn written(mut self, write: Write) -> Self {
        self.write = write;
        self
    }

    /// Changes the value that is there, if there is one. The closure works on a copy outside every lock and may run
    /// more than once; the last run counts. If several are given, each gets what the one before has left.
    pub fn and_modify(mut self, mut modify: impl FnMut(&mut V) + Send + 'static) -> Self {
        self.modify = Some(match self.modify.take() {
            None => Box::new(modify),
            Some(mut first) => Box::new(move |value| {
                first(value);
                modify(value);
            }),
        });
        self
    }

    /// Puts `value` if there is no value. The answer's `result` is what is there now, and it has a receipt if something
    /// was written.
    ///
    /// # Errors
    ///
    /// As [`Cache::modify_with`].
    ///
    /// # Cancel safety
    ///
    /// As [`Cache::update`].
    pub fn or_insert(self, value: V) -> Op<Modified<V>> {
        self.or_insert_with(move || value.clone())
    }

    /// Puts a value that `make` makes, if there is none. `make` runs only if it is needed, perhaps more than once.
    /// See [`or_insert`](Self::or_insert).
    ///
    /// # Errors
    ///
    /// As [`Cache::modify_with`].
    ///
    /// # Cancel safety
    ///
    /// As [`Cache::update`].
    pub fn or_insert_with(self, mut make: impl FnMut() -> V + Send + 'static) -> Op<Modified<V>> {
        let Self { cache, key, write, mut modify } = self;
        let change = move |held: Option<&V>| {
            let value = match (held, &mut modify) {
                (Some(held), None) => return (Change::Keep, held.clone()),
                (Some(held), Some(modify)) => {
                    let mut value = held.clone();
                    modify(&mut value);
                    value
                }
                (None, _) => make(),
            };
            (Change::Put(value.clone()), value)
        };
        cache.modify_with(key, change, write)
    }

    /// Puts the type's default if there is no value. See [`or_insert`](Self::or_insert).
    ///
    /// # Errors
    ///
    /// As [`Cache::modify_with`].
    ///
    /// # Cancel safety
    ///
    /// As [`Cache::update`].
    pub fn or_default(self) -> Op<Modified<V>>
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }
}

impl<K: Key, V: Value> fmt::Debug for Entry<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("write", &self.write).finish_non_exhaustive()
    }
}
