//! One key of a table in a transaction, looked up once in the code that asks.

use std::fmt;

use forebay_store::Result;

use super::order::{ByHash, ByKey, TableOrder};
use super::tx::TableTx;
use crate::index::Hands;
use crate::key::Key;

/// The place of a key: see [`TableTx::entry`].
pub struct EntryTx<'a, 't, K: Key, V, O: TableOrder = ByKey, X: Hands<K, V> = ()> {
    table: &'a mut TableTx<'t, K, V, O, X>,
    key: K,
}

/// The place of a key in a hash table.
pub type HashEntryTx<'a, 't, K, V> = EntryTx<'a, 't, K, V, ByHash>;

impl<'a, 't, K: Key, V, O: TableOrder, X: Hands<K, V>> EntryTx<'a, 't, K, V, O, X> {
    pub(super) fn new(table: &'a mut TableTx<'t, K, V, O, X>, key: K) -> Self {
        Self { table, key }
    }

    /// The key.
    pub fn key(&self) -> &K {
        &self.key
    }

    /// The value, if one is there.
    pub fn get(&self) -> Option<&V> {
        self.table.get(&self.key)
    }

    /// Puts `value` there, whatever was there before.
    pub fn put(self, value: V) -> Result<()> {
        self.table.put(self.key, value)
    }

    /// Changes a copy of the value, if one is there, and puts that in its place.
    pub fn and_modify(self, change: impl FnOnce(&mut V)) -> Result<Self>
    where
        V: Clone,
    {
        self.table.update(&self.key, change)?;
        Ok(self)
    }

    /// Puts what `make` makes there, if nothing is there yet.
    pub fn or_insert_with(self, make: impl FnOnce() -> V) -> Result<()> {
        if self.table.contains(&self.key) {
            return Ok(());
        }
        self.put(make())
    }
}

impl<K: Key + fmt::Debug, V, O: TableOrder, X: Hands<K, V>> fmt::Debug
    for EntryTx<'_, '_, K, V, O, X>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EntryTx").field("key", &self.key).finish_non_exhaustive()
    }
}
