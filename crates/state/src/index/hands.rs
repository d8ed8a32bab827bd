//! The hands of a transaction in the indexes of a table.

use std::fmt;
use std::marker::PhantomData;

use forebay_store::{Error, Result};

use super::bounds::Edges;
use super::clashes::clash;
use super::index::Index;
use super::number::{Holding, Many};
use super::spot::{IndexChanges, IndexOverlay, Spot};
use super::tx::IndexTx;
use crate::catalog::TableInfo;
use crate::key::Key;
use crate::table::{Kept, TableTx};

/// All indexes of one table, which are told each change of it. `()` is none.
#[doc(hidden)]
pub trait Hands<K: Key, V> {
    /// Whether there is any: if not, no entry is looked up for it.
    const ANY: bool;

    /// An entry was there, and another one is now.
    fn changed(&mut self, old: Option<&Kept<K, V>>, new: Option<&Kept<K, V>>);

    /// Nothing is there any more.
    fn cleared(&mut self);
}

impl<K: Key, V> Hands<K, V> for () {
    const ANY: bool = false;

    fn changed(&mut self, _: Option<&Kept<K, V>>, _: Option<&Kept<K, V>>) {}

    fn cleared(&mut self) {}
}

/// The hands of a transaction in one index.
#[doc(hidden)]
pub struct IndexHands<'t, I: Key, K: Key, V: Send + Sync + 'static, N: Holding = Many> {
    spots: TableTx<'t, Spot<I, K, V>, ()>,
    number: PhantomData<fn() -> N>,
}

impl<'t, I: Key, K: Key, V: Send + Sync + 'static, N: Holding> IndexHands<'t, I, K, V, N> {
    /// Begins without changes.
    pub fn begin(base: &'t Index<I, K, V, N>, accepted: &'t IndexOverlay<I, K, V>) -> Self {
        Self { spots: TableTx::begin(base.spots(), accepted), number: PhantomData }
    }

    /// Takes out the spots of an entry and puts in those of another.
    pub fn changed(
        &mut self,
        old: Option<&Kept<K, V>>,
        new: Option<&Kept<K, V>>,
        keys: fn(&K, &V, &mut dyn FnMut(I)),
    ) {
        let spots = |entry: Option<&Kept<K, V>>| {
            let mut spots = Vec::new();
            if let Some(entry) = entry {
                keys(entry.key(), entry.value(), &mut |by| spots.push(Spot::new(by, entry)));
            }
            spots
        };
        let (old, new) = (spots(old), spots(new));
        for gone in old.iter().filter(|spot| !new.contains(spot)) {
            self.spots.delete(gone);
        }
        for spot in new {
            self.spots.set(spot, ());
        }
    }

    /// Takes out everything.
    pub fn cleared(&mut self) {
        self.spots.clear();
    }

    /// What the index is now.
    pub fn read(&self) -> IndexTx<'_, I, K, V, N> {
        IndexTx::new(&self.spots)
    }

    /// Ends with what has changed. It is `Refused` if the index is unique and an index key is that
    /// of an entry more than before.
    pub fn finish(self, name: &str, table: &TableInfo) -> Result<IndexChanges<I, K, V>> {
        if N::IS_UNIQUE {
            self.check(name, table)?;
        }
        Ok(self.spots.finish())
    }

    fn check(&self, name: &str, table: &TableInfo) -> Result<()> {
        for spot in self.spots.fresh() {
            let holders = self.read().between(&Edges::of::<I, I>(spot.by()));
            let other = holders.map(|(_, key, _)| key).find(|key| *key != spot.key());
            if let Some(other) = other {
                return Err(Error::refused(clash(name, table, spot.by(), other, spot.key())));
            }
        }
        Ok(())
    }
}

impl<I: Key, K: Key, V: Send + Sync + 'static, N: Holding> fmt::Debug
    for IndexHands<'_, I, K, V, N>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IndexHands").field("spots", &self.spots).finish_non_exhaustive()
    }
}
