//! The keys that transactions have touched, with what was done to each: few most of the time.

use std::iter::FusedIterator;
use std::slice;

use crate::tree::{Cursor, Item, Order, Sought, Tree};

/// With more than this they are a tree.
const FEW: usize = 16;

/// Changes in the order of a table, one a key. A few are a sorted vector: most transactions have one
/// or two, and a tree costs more than they do.
pub(super) enum Touched<C: Item, O: Order<C::Key>> {
    Few(Vec<C>),
    Many(Tree<C, O>),
}

impl<C: Item, O: Order<C::Key>> Touched<C, O> {
    pub(super) fn new() -> Self {
        Self::Few(Vec::new())
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Few(changes) => changes.len(),
            Self::Many(changes) => changes.len(),
        }
    }

    pub(super) fn get(&self, sought: &impl Sought<C>) -> Option<&C> {
        match self {
            Self::Few(changes) => changes.get(find(changes, sought).ok()?),
            Self::Many(changes) => changes.get(sought),
        }
    }

    /// Puts `change` in the place of an older one of its key.
    pub(super) fn insert(&mut self, order: &O, change: C) {
        let changes = match self {
            Self::Few(changes) => changes,
            Self::Many(changes) => {
                changes.insert(change);
                return;
            }
        };
        match changes.binary_search_by(|other| order.compare(other.key(), change.key())) {
            Ok(at) => changes[at] = change,
            Err(at) if changes.len() < FEW => changes.insert(at, change),
            Err(_) => {
                let mut many = Tree::build(order.clone(), std::mem::take(changes).into_iter());
                many.insert(change);
                *self = Self::Many(many);
            }
        }
    }

    pub(super) fn remove(&mut self, sought: &impl Sought<C>) {
        match self {
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
        match self {
            Self::Few(changes) => match find(changes, sought) {
                Ok(at) => (at, true),
                Err(at) => (at, false),
            },
            Self::Many(changes) => changes.rank(sought),
        }
    }

    /// Those from number `front` to before number `back`; none if that is crossed.
    pub(super) fn part(&self, front: usize, back: usize) -> Walk<'_, C> {
        match self {
            Self::Few(changes) => Walk::Few(changes.get(front..back).unwrap_or_default().iter()),
            Self::Many(changes) => Walk::Many(changes.part(front, back)),
        }
    }

    pub(super) fn iter(&self) -> Walk<'_, C> {
        self.part(0, self.len())
    }
}

fn find<C: Item>(changes: &[C], sought: &impl Sought<C>) -> Result<usize, usize> {
    changes.binary_search_by(|change| sought.compare_item(change))
}

/// A walk over changes, from both ends.
pub(super) enum Walk<'t, C: Item> {
    Few(slice::Iter<'t, C>),
    Many(Cursor<'t, C>),
}

impl<C: Item> Walk<'_, C> {
    pub(super) fn empty() -> Self {
        Self::Few([].iter())
    }
}

impl<'t, C: Item> Iterator for Walk<'t, C> {
    type Item = &'t C;

    fn next(&mut self) -> Option<&'t C> {
        match self {
            Self::Few(changes) => changes.next(),
            Self::Many(changes) => changes.next(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Few(changes) => changes.size_hint(),
            Self::Many(changes) => changes.size_hint(),
        }
    }
}

impl<C: Item> DoubleEndedIterator for Walk<'_, C> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match self {
            Self::Few(changes) => changes.next_back(),
            Self::Many(changes) => changes.next_back(),
        }
    }
}

impl<C: Item> FusedIterator for Walk<'_, C> {}
