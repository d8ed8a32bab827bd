//! Walks over what an index was asked for.

use std::fmt;
use std::iter::FusedIterator;

use super::spot::Spot;
use crate::key::Key;
use crate::table::{Entries, Rows};

/// Index keys with the entries that have them, in the order of both, from both ends.
pub struct Hits<W>(pub(super) W);

/// What an index has, in a view.
pub type IndexEntries<'t, I, K, V> = Hits<Entries<'t, Spot<I, K, V>, ()>>;

/// What an index has, in a transaction.
pub type IndexRows<'t, I, K, V> = Hits<Rows<'t, Spot<I, K, V>, ()>>;

impl<'t, I: 't, K: Key, V: 't, W> Iterator for Hits<W>
where
    W: Iterator<Item = (&'t Spot<I, K, V>, &'t ())>,
{
    type Item = (&'t I, &'t K, &'t V);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(parts)
    }

    fn nth(&mut self, skipped: usize) -> Option<Self::Item> {
        self.0.nth(skipped).map(parts)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<'t, I: 't, K: Key, V: 't, W> DoubleEndedIterator for Hits<W>
where
    W: DoubleEndedIterator<Item = (&'t Spot<I, K, V>, &'t ())>,
{
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(parts)
    }

    fn nth_back(&mut self, skipped: usize) -> Option<Self::Item> {
        self.0.nth_back(skipped).map(parts)
    }
}

impl<'t, I: 't, K: Key, V: 't, W> ExactSizeIterator for Hits<W> where
    W: ExactSizeIterator<Item = (&'t Spot<I, K, V>, &'t ())>
{
}

impl<'t, I: 't, K: Key, V: 't, W> FusedIterator for Hits<W> where
    W: FusedIterator<Item = (&'t Spot<I, K, V>, &'t ())>
{
}

impl<W> fmt::Debug for Hits<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hits").finish_non_exhaustive()
    }
}

fn parts<'t, I, K: Key, V>((spot, ()): (&'t Spot<I, K, V>, &'t ())) -> (&'t I, &'t K, &'t V) {
    (spot.by(), spot.key(), spot.value())
}

/// The entries that have one index key, in the order of their own keys, from both ends.
pub struct Holders<W>(pub(super) Hits<W>);

/// The entries of one index key, in a view.
pub type IndexHolders<'t, I, K, V> = Holders<Entries<'t, Spot<I, K, V>, ()>>;

/// The entries of one index key, in a transaction.
pub type IndexRowHolders<'t, I, K, V> = Holders<Rows<'t, Spot<I, K, V>, ()>>;

impl<'t, I: 't, K: Key, V: 't, W> Iterator for Holders<W>
where
    W: Iterator<Item = (&'t Spot<I, K, V>, &'t ())>,
{
    type Item = (&'t K, &'t V);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(entry)
    }

    fn nth(&mut self, skipped: usize) -> Option<Self::Item> {
        self.0.nth(skipped).map(entry)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<'t, I: 't, K: Key, V: 't, W> DoubleEndedIterator for Holders<W>
where
    W: DoubleEndedIterator<Item = (&'t Spot<I, K, V>, &'t ())>,
{
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back().map(entry)
    }

    fn nth_back(&mut self, skipped: usize) -> Option<Self::Item> {
        self.0.nth_back(skipped).map(entry)
    }
}

impl<'t, I: 't, K: Key, V: 't, W> ExactSizeIterator for Holders<W> where
    W: ExactSizeIterator<Item = (&'t Spot<I, K, V>, &'t ())>
{
}

impl<'t, I: 't, K: Key, V: 't, W> FusedIterator for Holders<W> where
    W: FusedIterator<Item = (&'t Spot<I, K, V>, &'t ())>
{
}

impl<W> fmt::Debug for Holders<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Holders").finish_non_exhaustive()
    }
}

fn entry<'t, I, K, V>((_, key, value): (&'t I, &'t K, &'t V)) -> (&'t K, &'t V) {
    (key, value)
}
