//! A walk over a table as a transaction sees it.

use std::cmp::Ordering;
use std::fmt;
use std::iter::FusedIterator;
use std::marker::PhantomData;
use std::sync::Arc;

use super::change::Change;
use super::entry::Entry;
use super::order::{ByHash, ByKey, TableOrder};
use super::overlay::Accepted;
use super::touched::Walk;
use crate::key::Key;
use crate::tree::{Cursor, Item, Order};

/// Entries in the order of their table, from both ends: the transaction's own changes above those
/// that are accepted, above those that are shown.
pub struct Rows<'t, K: Key, V, O: TableOrder = ByKey> {
    own: Layer<'t, Walk<'t, Change<K, V>>>,
    accepted: Layer<'t, Walk<'t, Accepted<K, V>>>,
    base: Layer<'t, Cursor<'t, Arc<Entry<K, V>>>>,
    order: &'t O,
}

/// Entries of a hash table.
pub type HashRows<'t, K, V> = Rows<'t, K, V, ByHash>;

impl<'t, K: Key, V, O: TableOrder> Rows<'t, K, V, O> {
    pub(super) fn new(
        own: Walk<'t, Change<K, V>>,
        accepted: Walk<'t, Accepted<K, V>>,
        base: Cursor<'t, Arc<Entry<K, V>>>,
        order: &'t O,
    ) -> Self {
        let (own, accepted, base) = (Layer::new(own), Layer::new(accepted), Layer::new(base));
        Self { own, accepted, base, order }
    }

    /// The next entry from one end. A key is taken from all layers at once; the newest counts.
    fn step(&mut self, end: End) -> Option<(&'t K, &'t V)> {
        loop {
            let own = self.own.peek(end).map(Item::key);
            let accepted = self.accepted.peek(end).map(Item::key);
            let base = self.base.peek(end).map(Item::key);
            let mut keys = [own, accepted, base].into_iter().flatten();
            let first = keys.next()?;
            let key = keys.fold(first, |key, other| {
                let stands = self.order.compare(other, key);
                if stands == end.nearer() { other } else { key }
            });
            let base = self.base.take_if(end, key).map(Some);
            let accepted = self.accepted.take_if(end, key).map(|accepted| accepted.change.entry());
            let own = self.own.take_if(end, key).map(Change::entry);
            if let Some(entry) = own.or(accepted).or(base).flatten() {
                return Some((&entry.key, &entry.value));
            }
        }
    }
}

impl<'t, K: Key, V, O: TableOrder> Iterator for Rows<'t, K, V, O> {
    type Item = (&'t K, &'t V);

    fn next(&mut self) -> Option<Self::Item> {
        self.step(End::Front)
    }
}

impl<K: Key, V, O: TableOrder> DoubleEndedIterator for Rows<'_, K, V, O> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.step(End::Back)
    }
}

impl<K: Key, V, O: TableOrder> FusedIterator for Rows<'_, K, V, O> {}

impl<K: Key, V, O: TableOrder> fmt::Debug for Rows<'_, K, V, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").finish_non_exhaustive()
    }
}

#[derive(Clone, Copy)]
enum End {
    Front,
    Back,
}

impl End {
    /// How a key that is nearer to this end stands to one that is further away.
    fn nearer(self) -> Ordering {
        match self {
            Self::Front => Ordering::Less,
            Self::Back => Ordering::Greater,
        }
    }
}

/// One layer, with the next item of each end at hand.
struct Layer<'t, W: Iterator> {
    items: W,
    front: Option<W::Item>,
    back: Option<W::Item>,
    of: PhantomData<&'t ()>,
}

impl<'t, W, I> Layer<'t, W>
where
    W: DoubleEndedIterator<Item = &'t I>,
    I: Item<Key: Ord> + 't,
{
    fn new(items: W) -> Self {
        Self { items, front: None, back: None, of: PhantomData }
    }

    /// The next item of one end. What the other end has at hand is the last that is left.
    fn peek(&mut self, end: End) -> Option<&'t I> {
        let Self { items, front, back, .. } = self;
        match end {
            End::Front if front.is_none() => *front = items.next().or_else(|| back.take()),
            End::Back if back.is_none() => *back = items.next_back().or_else(|| front.take()),
            _ => {}
        }
        match end {
            End::Front => *front,
            End::Back => *back,
        }
    }

    fn take_if(&mut self, end: End, key: &I::Key) -> Option<&'t I> {
        let next = self.peek(end).filter(|item| item.key() == key)?;
        match end {
            End::Front => self.front = None,
            End::Back => self.back = None,
        }
        Some(next)
    }
}
