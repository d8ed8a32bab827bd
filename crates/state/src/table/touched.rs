//! The keys that transactions have touched, with what was done to each: few most of the time.

use std::cmp::Ordering;
use std::iter::FusedIterator;
use std::slice;

use crate::tree::{Cursor, Item, Order, Sought, Tree};

/// With more than this they are a tree, unless they came in their order.
const FEW: usize = 16;

/// Changes in the order of a table, one a key. A few are a sorted vector: most transactions have one
/// or two, and a tree costs more than they do. One alone costs no memory of its own. Any number that
/// came in rising order is a vector, too.
pub(super) enum Touched<C: Item, O: Order<C::Key>> {
    One(Option<C>),
    Row(Vec<C>),
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
                Some(Ordering::Less) => *self = Self::two([place.take(), Some(change)]),
                Some(Ordering::Greater) => *self = Self::two([Some(change), place.take()]),
                _ => *place = Some(change),
            },
            Self::Row(changes) => match place_in(changes, stands) {
                Ok(at) => changes[at] = change,
                Err(at) if changes.len() < FEW || at == changes.len() => changes.insert(at, change),
                Err(_) => drop(self.as_tree(order).insert(change)),
            },
            Self::Many(changes) => drop(changes.insert(change)),
        }
    }

    pub(super) fn remove(&mut self, order: &O, sought: &impl Sought<C>) {
        match self {
            Self::One(place) => drop(place.take_if(|only| sought.compare_item(only).is_eq())),
            Self::Row(changes) if changes.len() > FEW => drop(self.as_tree(order).remove(sought)),
            Self::Row(changes) => {
                if let Ok(at) = find(changes, sought) {
                    changes.remove(at);
                }
            }
            Self::Many(changes) => drop(changes.remove(sought)),
        }
    }

    /// Makes a row a tree, before something is moved in the middle of a long one.
    fn as_tree(&mut self, order: &O) -> &mut Tree<C, O> {
        if let Self::Row(changes) = self {
            // If that panics the changes are there as before.
            let tree = Tree::build(order.clone(), changes.iter().cloned());
            *self = Self::Many(tree);
        }
        match self {
            Self::Many(tree) => tree,
            _ => unreachable!("it has just been made a tree"),
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
            Self::Row(changes) => Sorted::Row(changes),
            Self::Many(changes) => Sorted::Tree(changes),
        }
    }

    fn two(changes: [Option<C>; 2]) -> Self {
        Self::Row(changes.into_iter().flatten().collect())
    }
}

/// The two ways in which changes lie.
enum Sorted<'t, C: Item, O: Order<C::Key>> {
    Row(&'t [C]),
    Tree(&'t Tree<C, O>),
}

fn find<C: Item>(changes: &[C], sought: &impl Sought<C>) -> Result<usize, usize> {
    place_in(changes, |change| sought.compare_item(change))
}

/// Where something is in a row, or would be. In a long one that is behind all others most often.
fn place_in<C>(changes: &[C], stands: impl Fn(&C) -> Ordering) -> Result<usize, usize> {
    match changes.last() {
        Some(last) if changes.len() >= FEW && stands(last).is_lt() => Err(changes.len()),
        _ => changes.binary_search_by(stands),
    }
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
