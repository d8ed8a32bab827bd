//! An index as a transaction sees it.

use std::borrow::Borrow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::RangeBounds;

use super::bounds::Edges;
use super::hits::{Hits, Holders, IndexRowHolders, IndexRows};
use super::number::{Holding, Many, One};
use super::spot::Spot;
use crate::key::{Key, PrefixOf, Seek};
use crate::table::TableTx;

/// An index with what the transaction has changed so far.
pub struct IndexTx<'a, I: Key, K: Key, V: Send + Sync + 'static, N: Holding = Many> {
    spots: &'a TableTx<'a, Spot<I, K, V>, ()>,
    number: PhantomData<fn() -> N>,
}

/// A unique index with what the transaction has changed so far.
pub type UniqueIndexTx<'a, I, K, V> = IndexTx<'a, I, K, V, One>;

impl<'a, I: Key, K: Key, V: Send + Sync + 'static> IndexTx<'a, I, K, V> {
    /// The entries that have the index key `by`, in the order of their own keys.
    pub fn get<Q>(&self, by: &Q) -> IndexRowHolders<'a, I, K, V>
    where
        I: Borrow<Q>,
        Q: Seek<I> + ?Sized,
    {
        Holders(self.between(&Edges::of(by)))
    }
}

impl<'a, I: Key, K: Key, V: Send + Sync + 'static> UniqueIndexTx<'a, I, K, V> {
    /// The entry that has the index key `by`. While there is more than one, which the end of the
    /// transaction refuses, it is the one with the lowest key.
    pub fn get<Q>(&self, by: &Q) -> Option<(&'a K, &'a V)>
    where
        I: Borrow<Q>,
        Q: Seek<I> + ?Sized,
    {
        self.between(&Edges::of(by)).next().map(|(_, key, value)| (key, value))
    }
}

impl<'a, I: Key, K: Key, V: Send + Sync + 'static, N: Holding> IndexTx<'a, I, K, V, N> {
    pub(super) fn new(spots: &'a TableTx<'a, Spot<I, K, V>, ()>) -> Self {
        Self { spots, number: PhantomData }
    }

    /// Whether any entry has the index key `by`.
    pub fn contains<Q>(&self, by: &Q) -> bool
    where
        I: Borrow<Q>,
        Q: Seek<I> + ?Sized,
    {
        self.between(&Edges::of(by)).next().is_some()
    }

    /// All that have an index key in `by`, from both ends; none if the bounds are crossed.
    pub fn range<Q>(&self, by: impl RangeBounds<Q>) -> IndexRows<'a, I, K, V>
    where
        I: Borrow<Q>,
        Q: Seek<I> + ?Sized,
    {
        self.between(&Edges::range(&by))
    }

    /// The entries whose index keys begin with `prefix`, from both ends.
    pub fn prefix<P>(&self, prefix: &P) -> IndexRows<'a, I, K, V>
    where
        P: PrefixOf<I> + ?Sized,
    {
        self.between(&Edges::prefix(prefix))
    }

    /// Everything in it, from both ends.
    pub fn iter(&self) -> IndexRows<'a, I, K, V> {
        Hits(self.spots.iter())
    }

    pub(super) fn between(&self, edges: &Edges) -> IndexRows<'a, I, K, V> {
        Hits(self.spots.between(&edges.low, &edges.high))
    }
}

impl<I: Key, K: Key, V: Send + Sync + 'static, N: Holding> Clone for IndexTx<'_, I, K, V, N> {
    fn clone(&self) -> Self {
        Self { spots: self.spots, number: PhantomData }
    }
}

impl<'a, I: Key, K: Key, V: Send + Sync + 'static, N: Holding> IntoIterator
    for &IndexTx<'a, I, K, V, N>
{
    type Item = (&'a I, &'a K, &'a V);
    type IntoIter = IndexRows<'a, I, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<I: Key, K: Key, V: Send + Sync + 'static, N: Holding> fmt::Debug for IndexTx<'_, I, K, V, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IndexTx").finish_non_exhaustive()
    }
}
