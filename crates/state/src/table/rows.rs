//! A walk over a table as a transaction sees it.

use std::fmt;
use std::iter::FusedIterator;
use std::sync::Arc;

use super::change::Change;
use super::entry::Entry;
use super::overlay::Accepted;
use crate::key::Key;
use crate::tree::{Cursor, Item};

/// Entries in the order of their keys, from both ends: the transaction's own changes above those
/// that are accepted, above those that are shown.
pub struct Rows<'t, K: Key, V> {
    own: Layer<'t, Change<K, V>>,
    accepted: Layer<'t, Accepted<K, V>>,
    base: Layer<'t, Arc<Entry<K, V>>>,
}

impl<'t, K: Key, V> Rows<'t, K, V> {
    pub(super) fn new(
        own: Cursor<'t, Change<K, V>>,
        accepted: Cursor<'t, Accepted<K, V>>,
        base: Cursor<'t, Arc<Entry<K, V>>>,
    ) -> Self {
        Self { own: Layer::new(own), accepted: Layer::new(accepted), base: Layer::new(base) }
    }

    /// The next entry from one end. A key is taken from all layers at once; the newest counts.
    fn step(&mut self, end: End) -> Option<(&'t K, &'t V)> {
        loop {
            let own = self.own.peek(end).map(Item::key);
            let accepted = self.accepted.peek(end).map(Item::key);
            let base = self.base.peek(end).map(Item::key);
            let keys = [own, accepted, base].into_iter().flatten();
            let key = match end {
                End::Front => keys.min()?,
                End::Back => keys.max()?,
            };
            let base = self.base.take_if(end, key).map(Some);
            let accepted = self.accepted.take_if(end, key).map(|accepted| accepted.change.entry());
            let own = self.own.take_if(end, key).map(Change::entry);
            if let Some(entry) = own.or(accepted).or(base).flatten() {
                return Some((&entry.key, &entry.value));
            }
        }
    }
}

impl<'t, K: Key, V> Iterator for Rows<'t, K, V> {
    type Item = (&'t K, &'t V);

    fn next(&mut self) -> Option<Self::Item> {
        self.step(End::Front)
    }
}

impl<K: Key, V> DoubleEndedIterator for Rows<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.step(End::Back)
    }
}

impl<K: Key, V> FusedIterator for Rows<'_, K, V> {}

impl<K: Key, V> fmt::Debug for Rows<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").finish_non_exhaustive()
    }
}

#[derive(Clone, Copy)]
enum End {
    Front,
    Back,
}

/// One layer, with the next item of each end at hand.
struct Layer<'t, I: Item> {
    items: Cursor<'t, I>,
    front: Option<&'t I>,
    back: Option<&'t I>,
}

impl<'t, I: Item<Key: Ord>> Layer<'t, I> {
    fn new(items: Cursor<'t, I>) -> Self {
        Self { items, front: None, back: None }
    }

    /// The next item of one end. What the other end has at hand is the last that is left.
    fn peek(&mut self, end: End) -> Option<&'t I> {
        let Self { items, front, back } = self;
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
