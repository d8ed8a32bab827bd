//! The keys that transactions have touched, with what was done to each: few most of the time.

use std::cmp::Ordering;
use std::iter::FusedIterator;
use std::{mem, slice};

use crate::tree::{Cursor, Item, Order, Sought, Tree};

/// With more than this they are a tree.
const FEW: usize = 16;

/// Changes in the order of a table, one a key. A few are a sorted vector: most transactions have one
/// or two, and a tree costs more than they do. One alone costs no memory of its own.
pub(super) enum Touched<C: Item, O: Order<C::Key>> {
    One(Option<C>),
    Few(Vec<C>),
    Many(Tree<C, O>),
}

impl<C: Item, O: Order<C::Key>> Touched<C, O> {
    pub(super) fn new() -> Self {
        Self::One(None)
    }

    pub(super) fn len(&self) -> usize {
        match self.sorted() {
            Sorted::Row(changes) => changes.len(),
            Sorted::Tree(changes) => changes.len(),
        }
    }

    pub(super) fn get(&self, sought: &impl Sought<C>) -> Option<&C> {
        match self.sorted() {
            Sorted::Row(changes) => changes.get(find(changes, sought).ok()?),
            Sorted::Tree(changes) => changes.get(sought),
        }
    }

    /// Puts `change` in the place of an older one of its key.
    pub(super) fn insert(&mut self, order: &O, change: C) {
        let stands = |other: &C| order.compare(other.key(), change.key());
        match self {
            Self::One(place) => match place.as_ref().map(stands) {
                Some(Ordering::Less) => *self = Self::few([place.take(), Some(change)]),
                Some(Ordering::Greater) => *self = Self::few([Some(change), place.take()]),
                _ => *place = Some(change),
            },
            Self::Few(changes) => match changes.binary_search_by(stands) {
                Ok(at) => changes[at] = change,
                Err(at) if changes.len() < FEW => changes.insert(at, change),
                Err(_) => {
                    let mut many = Tree::build(order.clone(), mem::take(changes).into_iter());
                    many.insert(change);
                    *self = Self::Many(many);
                }
            },
            Self::Many(changes) => drop(changes.insert(change)),
        }
    }

    pub(super) fn remove(&mut self, sought: &impl Sought<C>) {
        match self {
            Self::One(place) => drop(place.take_if(|only| sought.compare_item(only).is_eq())),
            Self::Few(changes) => {
                if let Ok(at) = find(changes, sought) {
                    changes.remove(at);
                }
            }
            Self::Many(changes) => drop(changes.remove(sought)),
        }
    }

    /// How many are of smaller keys than what is sought, and whether it is there.
    pub(super) fn rank(&self, sought: &impl Sought<C>) -> (usize, bool) {
        match self.sorted() {
            Sorted::Row(changes) => match find(changes, sought) {
                Ok(at) => (at, true),
                Err(at) => (at, false),
            },
            Sorted::Tree(changes) => changes.rank(sought),
        }
    }

    /// Those from number `front` to before number `back`; none if that is crossed.
    pub(super) fn part(&self, front: usize, back: usize) -> Walk<'_, C> {
        match self.sorted() {
            Sorted::Row(changes) => Walk::Row(changes.get(front..back).unwrap_or_default().iter()),
            Sorted::Tree(changes) => Walk::Tree(changes.part(front, back)),
        }
    }

    pub(super) fn iter(&self) -> Walk<'_, C> {
        self.part(0, self.len())
    }

    fn sorted(&self) -> Sorted<'_, C, O> {
        match self {
            Self::One(change) => Sorted::Row(change.as_slice()),
            Self::Few(changes) => Sorted::Row(changes),
            Self::Many(changes) => Sorted::Tree(changes),
        }
    }

    fn few(changes: [Option<C>; 2]) -> Self {
        Self::Few(changes.into_iter().flatten().collect())
    }
}

/// The two ways in which changes lie.
enum Sorted<'t, C: Item, O: Order<C::Key>> {
    Row(&'t [C]),
    Tree(&'t Tree<C, O>),
}

fn find<C: Item>(changes: &[C], sought: &impl Sought<C>) -> Result<usize, usize> {
    changes.binary_search_by(|change| sought.compare_item(change))
}

/// A walk over changes, from both ends.
pub(super) enum Walk<'t, C: Item> {
    Row(slice::Iter<'t, C>),
    Tree(Cursor<'t, C>),
}

impl<C: Item> Walk<'_, C> {
    pub(super) fn empty() -> Self {
        Self::Row([].iter())
    }
}

impl<'t, C: Item> Iterator for Walk<'t, C> {
    type Item = &'t C;

    fn next(&mut self) -> Option<&'t C> {
        match self {
            Self::Row(changes) => changes.next(),
            Self::Tree(changes) => changes.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Row(changes) => changes.size_hint(),
            Self::Tree(changes) => changes.size_hint(),
        }
    }
}

impl<C: Item> DoubleEndedIterator for Walk<'_, C> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match self {
            Self::Row(changes) => changes.next_back(),
            Self::Tree(changes) => changes.next_back(),
        }
    }
}

impl<C: Item> FusedIterator for Walk<'_, C> {}
