//! A table in a transaction.

use std::borrow::Borrow;
use std::fmt;
use std::iter::Take;
use std::mem;
use std::ops::RangeBounds;
use std::sync::Arc;

use forebay_store::{Error, Result};

use super::change::Change;
use super::changes::TableChanges;
use super::entry::{Entry, Kept};
use super::order::{ByHash, ByKey, TableOrder, seek};
use super::overlay::{Accepted, TableOverlay};
use super::rows::Rows;
use super::span::{self, Edge};
use super::table::Table;
use super::touched::{Touched, Walk};
use super::tx_entry::EntryTx;
use crate::index::Hands;
use crate::key::{Key, KeyReader, PrefixOf, Seek};
use crate::quarantine::QuarantinedKeys;
use crate::tree::{Cursor, Item, Tree};

/// A transaction with so many changes is taken for one that will have more.
const MANY: usize = 64;

/// The memory of so many entries is then asked for at once.
const FORESEEN: usize = 256;

type Unshown<K, V, O> = Touched<Accepted<K, V>, O>;
type Shown<K, V, O> = Tree<Arc<Entry<K, V>>, O>;

/// The hands of a transaction in one table. It sees what it has changed itself.
///
/// `X` is what the derive makes to keep the indexes of the table.
pub struct TableTx<'t, K: Key, V, O: TableOrder = ByKey, X: Hands<K, V> = ()> {
    base: &'t Table<K, V, O>,
    accepted: &'t TableOverlay<K, V, O>,
    own: TableChanges<K, V, O>,
    indexes: X,
    quarantined: QuarantinedKeys<'t>,
    /// Set while something changes, so that it stays set if code of a key or of an index panics.
    is_changing: bool,
}

/// The hands of a transaction in one hash table.
pub type HashTableTx<'t, K, V> = TableTx<'t, K, V, ByHash>;

impl<K: Key, V, X: Hands<K, V>> TableTx<'_, K, V, ByKey, X> {
    /// The entry with the lowest key.
    pub fn first(&self) -> Option<(&K, &V)> {
        self.iter().next()
    }

    /// The entry with the highest key.
    pub fn last(&self) -> Option<(&K, &V)> {
        self.iter().next_back()
    }

    /// The entries in `keys`, from both ends; none if the bounds are crossed.
    pub fn range<Q>(&self, keys: impl RangeBounds<Q>) -> Rows<'_, K, V>
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        let own = span::range(&self.own.touched, &keys);
        self.rows(own, |accepted| span::range(accepted, &keys), |base| span::range(base, &keys))
    }

    /// The entries between two places in the order of the bytes of the keys.
    pub(crate) fn between(&self, low: &Edge, high: &Edge) -> Rows<'_, K, V> {
        let own = span::between(&self.own.touched, low, high);
        let accepted = |accepted| span::between(accepted, low, high);
        self.rows(own, accepted, |base| span::between(base, low, high))
    }

    /// The entries whose keys begin with `prefix`, from both ends.
    pub fn prefix<P>(&self, prefix: &P) -> Rows<'_, K, V>
    where
        P: PrefixOf<K> + ?Sized,
    {
        let own = span::prefix(&self.own.touched, prefix);
        self.rows(own, |accepted| span::prefix(accepted, prefix), |base| span::prefix(base, prefix))
    }
}

impl<'t, K: Key, V, O: TableOrder> TableTx<'t, K, V, O> {
    /// Begins without changes.
    #[doc(hidden)]
    pub fn begin(base: &'t Table<K, V, O>, accepted: &'t TableOverlay<K, V, O>) -> Self {
        Self::begin_with(base, accepted, (), QuarantinedKeys::default())
    }

    /// Ends with what it has changed.
    #[doc(hidden)]
    pub fn finish(self) -> TableChanges<K, V, O> {
        self.own
    }
}

impl<'t, K: Key, V, O: TableOrder, X: Hands<K, V>> TableTx<'t, K, V, O, X> {
    pub(super) fn begin_with(
        base: &'t Table<K, V, O>,
        accepted: &'t TableOverlay<K, V, O>,
        indexes: X,
        quarantined: QuarantinedKeys<'t>,
    ) -> Self {
        let own = TableChanges::new(base.order().clone());
        Self { base, accepted, own, indexes, quarantined, is_changing: false }
    }

    pub(super) fn finish_with(self) -> Result<(TableChanges<K, V, O>, X)> {
        if self.is_changing {
            return Err(Error::refused("a panic has left the transaction half changed"));
        }
        Ok((self.own, self.indexes))
    }

    pub(super) fn indexes(&self) -> &X {
        &self.indexes
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
        self.set(key, value);
        Ok(())
    }

    pub(crate) fn set(&mut self, key: K, value: V) {
        let entry = Arc::new(Entry::new(key, value));
        let old =
            if X::ANY { self.find(&entry.key).map(|old| Kept(Arc::clone(old))) } else { None };
        let before = self.own.touched.len();
        self.change(|tx| {
            if X::ANY {
                tx.indexes.changed(old.as_ref(), Some(&Kept(Arc::clone(&entry))));
            }
            tx.own.add(Change::Put(entry));
        });
        let len = self.own.touched.len();
        if len > before && len % FORESEEN == MANY {
            Entry::<K, V>::foresee(FORESEEN);
        }
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

    /// Takes `key` out; whether it was there. One whose value is in [quarantine](crate::Quarantine) is
    /// not there, and leaves it.
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
        let Some(found) = self.find(key) else {
            self.delete_quarantined(key);
            return None;
        };
        let gone = Kept(Arc::clone(found));
        self.change(|tx| {
            tx.indexes.changed(Some(&gone), None);
            if tx.below(key).is_some() || tx.is_quarantined(key) {
                tx.own.add(Change::Delete(gone.key().clone()));
            } else {
                let order = tx.base.order();
                seek(order, key, |sought| tx.own.touched.remove(order, sought));
            }
        });
        Some(gone)
    }

    /// The place of `key`, to look and then put.
    pub fn entry(&mut self, key: K) -> EntryTx<'_, 't, K, V, O, X> {
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
        let is_any_below = self.below_len() > 0 || !self.quarantined.is_empty();
        self.change(|tx| {
            tx.indexes.cleared();
            tx.own.touched = Touched::new();
            tx.own.cleared |= is_any_below;
        });
    }

    /// Has a key leave the quarantine that is in no table.
    fn delete_quarantined<Q>(&mut self, key: &Q)
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        if !self.own.cleared && self.is_quarantined(key) {
            // It may be none of the table's, which only its bytes are asked about.
            if let Ok(key) = key.with_bytes(|key| KeyReader::read::<K>(key)) {
                self.change(|tx| tx.own.add(Change::Delete(key)));
            }
        }
    }

    fn is_quarantined<Q>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        !self.quarantined.is_empty() && key.with_bytes(|key| self.quarantined.has(key))
    }

    /// All entries, from both ends.
    pub fn iter(&self) -> Rows<'_, K, V, O> {
        self.rows(self.own.touched.iter(), Touched::iter, Tree::iter)
    }

    /// At most `limit` entries after the one of `key`, or from the beginning: a page of the table.
    pub fn page<Q>(&self, key: Option<&Q>, limit: usize) -> Take<Rows<'_, K, V, O>>
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        let order = self.base.order();
        let own = span::after(&self.own.touched, order, key);
        let rows = self.rows(
            own,
            |accepted| span::after(accepted, order, key),
            |base| span::after(base, order, key),
        );
        rows.take(limit)
    }

    /// The layers above one another, as far as an upper one does not hide those below.
    fn rows<'a>(
        &'a self,
        own: Walk<'a, Change<K, V>>,
        accepted: impl FnOnce(&'a Unshown<K, V, O>) -> Walk<'a, Accepted<K, V>>,
        base: impl FnOnce(&'a Shown<K, V, O>) -> Cursor<'a, Arc<Entry<K, V>>>,
    ) -> Rows<'a, K, V, O> {
        let sees_accepted = !self.own.cleared;
        let sees_base = sees_accepted && self.accepted.cleared.is_none();
        let accepted = if sees_accepted { accepted(&self.accepted.touched) } else { Walk::empty() };
        let base = if sees_base { base(&self.base.tree) } else { Cursor::empty() };
        Rows::new(own, accepted, base, self.base.order())
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

    /// The keys that this transaction has put where it found nothing.
    pub(crate) fn fresh(&self) -> impl Iterator<Item = &K> {
        let put = self.own.touched.iter().filter_map(Change::entry);
        put.map(|entry| &entry.key).filter(|key| self.below(*key).is_none())
    }

    /// Changes the table and its indexes. Once that has panicked the transaction cannot succeed any more.
    fn change(&mut self, change: impl FnOnce(&mut Self)) {
        let was_changing = mem::replace(&mut self.is_changing, true);
        change(self);
        self.is_changing = was_changing;
    }

    fn find<Q>(&self, key: &Q) -> Option<&Arc<Entry<K, V>>>
    where
        K: Borrow<Q>,
        Q: Seek<K> + ?Sized,
    {
        match seek(self.base.order(), key, |sought| self.own.touched.get(sought)) {
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
        match seek(self.base.order(), key, |sought| self.accepted.touched.get(sought)) {
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

impl<'a, K: Key, V, O: TableOrder, X: Hands<K, V>> IntoIterator for &'a TableTx<'_, K, V, O, X> {
    type Item = (&'a K, &'a V);
    type IntoIter = Rows<'a, K, V, O>;

    fn into_iter(self) -> Rows<'a, K, V, O> {
        self.iter()
    }
}

impl<K: Key, V, O: TableOrder, X: Hands<K, V>> fmt::Debug for TableTx<'_, K, V, O, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableTx").field("own", &self.own).finish_non_exhaustive()
    }
}
