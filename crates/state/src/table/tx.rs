//! A table in a transaction.

use std::borrow::Borrow;
use std::fmt;
use std::ops::RangeBounds;
use std::sync::Arc;

use forebay_store::{Error, Result};

use super::change::Change;
use super::changes::TableChanges;
use super::entry::{Entry, Kept};
use super::order::{range, seek};
use super::overlay::TableOverlay;
use super::rows::Rows;
use super::table::Table;
use super::tx_entry::EntryTx;
use crate::key::{Key, Seek};
use crate::tree::{Cursor, Item, Tree};

/// The hands of a transaction in one table. It sees what it has changed itself.
pub struct TableTx<'t, K: Key, V> {
    base: &'t Table<K, V>,
    accepted: &'t TableOverlay<K, V>,
    own: TableChanges<K, V>,
}

impl<'t, K: Key, V> TableTx<'t, K, V> {
    /// Begins without changes.
    #[doc(hidden)]
    pub fn begin(base: &'t Table<K, V>, accepted: &'t TableOverlay<K, V>) -> Self {
        Self { base, accepted, own: TableChanges::new() }
    }

    /// Ends with what it has changed.
    #[doc(hidden)]
    pub fn finish(self) -> TableChanges<K, V> {
        self.own
    }

    /// The value of `key`.
    pub fn get<Q>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        self.find(key).map(|entry| &entry.value)
    }

    /// Whether `key` is there.
    pub fn contains<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        self.find(key).is_some()
    }

    /// Puts `value` there, whatever was there before.
    pub fn put(&mut self, key: K, value: V) -> Result<()> {
        self.own.touched.insert(Change::Put(Arc::new(Entry { key, value })));
        Ok(())
    }

    /// Puts `value` where nothing is yet; else it is refused.
    pub fn insert(&mut self, key: K, value: V) -> Result<()> {
        if self.contains(&key) {
            return Err(Error::refused("the key to insert is there already"));
        }
        self.put(key, value)
    }

    /// Puts `value` in the place of `seen`, if that is still the entry of its key.
    pub fn replace_same(&mut self, seen: &Kept<K, V>, value: V) -> Result<bool> {
        if !self.find(seen.key()).is_some_and(|entry| Arc::ptr_eq(entry, &seen.0)) {
            return Ok(false);
        }
        self.put(seen.key().clone(), value)?;
        Ok(true)
    }

    /// Changes a copy of the value of `key` and puts that in its place.
    pub fn update<Q, R>(&mut self, key: &Q, change: impl FnOnce(&mut V) -> R) -> Result<Option<R>>
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
        V: Clone,
    {
        let Some(entry) = self.find(key) else { return Ok(None) };
        let (key, mut value) = (entry.key.clone(), entry.value.clone());
        let result = change(&mut value);
        self.put(key, value)?;
        Ok(Some(result))
    }

    /// Takes `key` out; whether it was there.
    pub fn delete<Q>(&mut self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        self.take(key).is_some()
    }

    /// Takes `key` out and gives back its entry.
    pub fn take<Q>(&mut self, key: &Q) -> Option<Kept<K, V>>
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        let gone = Arc::clone(self.find(key)?);
        if self.below(key).is_some() {
            self.own.touched.insert(Change::Delete(gone.key.clone()));
        } else {
            seek(key, |sought| self.own.touched.remove(&sought));
        }
        Some(Kept(gone))
    }

    /// The place of `key`, to look and then put.
    pub fn entry(&mut self, key: K) -> EntryTx<'_, 't, K, V> {
        EntryTx::new(self, key)
    }

    /// Takes out all entries that `keep` does not want; how many they were.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &V) -> bool) -> Result<u64> {
        let gone: Vec<K> = self
            .iter()
            .filter(|(key, value)| !keep(key, value))
            .map(|(key, _)| key.clone())
            .collect();
        let mut count = 0;
        for key in &gone {
            count += u64::from(self.delete(key));
        }
        Ok(count)
    }

    /// Takes out everything.
    pub fn clear(&mut self) {
        self.own.touched = Tree::new(*self.own.touched.order());
        self.own.cleared |= self.below_len() > 0;
    }

    /// All entries, from both ends.
    pub fn iter(&self) -> Rows<'_, K, V> {
        self.range::<K>(..)
    }

    /// The entries in `keys`, from both ends; none if the bounds are crossed.
    pub fn range<Q>(&self, keys: impl RangeBounds<Q>) -> Rows<'_, K, V>
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        let own = range(&self.own.touched, &keys);
        let (accepted, base) = if self.own.cleared {
            (Cursor::empty(), Cursor::empty())
        } else if self.accepted.cleared.is_some() {
            (range(&self.accepted.touched, &keys), Cursor::empty())
        } else {
            (range(&self.accepted.touched, &keys), range(&self.base.tree, &keys))
        };
        Rows::new(own, accepted, base)
    }

    /// How many entries there are. It costs a lookup for each key that is changed.
    pub fn len(&self) -> usize {
        let own = self.own.touched.iter();
        own.fold(self.below_len(), |len, change| {
            let was_there = self.below(change.key()).is_some();
            len + usize::from(change.entry().is_some()) - usize::from(was_there)
        })
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    fn find<Q>(&self, key: &Q) -> Option<&Arc<Entry<K, V>>>
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        match seek(key, |sought| self.own.touched.get(&sought)) {
            Some(change) => change.entry(),
            None => self.below(key),
        }
    }

    /// What this transaction found at `key`, had it not touched it alone.
    fn below<Q>(&self, key: &Q) -> Option<&Arc<Entry<K, V>>>
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        if self.own.cleared {
            return None;
        }
        match seek(key, |sought| self.accepted.touched.get(&sought)) {
            Some(accepted) => accepted.change.entry(),
            None if self.accepted.cleared.is_some() => None,
            None => self.base.entry(key),
        }
    }

    fn below_len(&self) -> usize {
        if self.own.cleared {
            return 0;
        }
        let is_cleared = self.accepted.cleared.is_some();
        let shown = if is_cleared { 0 } else { self.base.len() };
        self.accepted.touched.iter().fold(shown, |len, accepted| {
            let was_there = !is_cleared && self.base.contains(accepted.key());
            len + usize::from(accepted.change.entry().is_some()) - usize::from(was_there)
        })
    }
}

impl<'a, K: Key, V> IntoIterator for &'a TableTx<'_, K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Rows<'a, K, V>;

    fn into_iter(self) -> Rows<'a, K, V> {
        self.iter()
    }
}

impl<K: Key, V> fmt::Debug for TableTx<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableTx").field("own", &self.own).finish_non_exhaustive()
    }
}
