//! A cursor over a part of a tree, from both ends.

use std::iter::FusedIterator;

use super::node::{Leaf, Node};
use super::order::Item;

/// The items of a part of a tree, ascending; the other end descends.
///
/// It knows its ends as numbers of items, and goes down from the root once a leaf.
pub(crate) struct Cursor<'t, I: Item> {
    root: Option<&'t Node<I>>,
    /// The number of the next item at the front.
    front: usize,
    /// One more than the number of the next item at the back.
    back: usize,
    ascending: Option<(&'t Leaf<I>, usize)>,
    descending: Option<(&'t Leaf<I>, usize)>,
}

impl<'t, I: Item> Cursor<'t, I> {
    pub(super) fn new(root: Option<&'t Node<I>>, front: usize, back: usize) -> Self {
        Self { root, front, back: back.max(front), ascending: None, descending: None }
    }

    /// A cursor over nothing.
    pub(crate) fn empty() -> Self {
        Self::new(None, 0, 0)
    }
}

impl<I: Item> Clone for Cursor<'_, I> {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

impl<'t, I: Item> Iterator for Cursor<'t, I> {
    type Item = &'t I;

    fn next(&mut self) -> Option<&'t I> {
        if self.front == self.back {
            return None;
        }
        let (leaf, at) = match self.ascending {
            Some((leaf, at)) if at < leaf.items.len() => (leaf, at),
            _ => self.root?.leaf_at(self.front),
        };
        self.ascending = Some((leaf, at + 1));
        self.front += 1;
        leaf.items.get(at)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.back - self.front;
        (left, Some(left))
    }

    fn nth(&mut self, skipped: usize) -> Option<&'t I> {
        // Passing over items costs one way down, however many they are.
        self.front = self.front.saturating_add(skipped).min(self.back);
        if skipped > 0 {
            self.ascending = None;
        }
        self.next()
    }
}

impl<'t, I: Item> DoubleEndedIterator for Cursor<'t, I> {
    fn next_back(&mut self) -> Option<&'t I> {
        if self.front == self.back {
            return None;
        }
        let (leaf, at) = match self.descending {
            Some((leaf, at)) if at > 0 => (leaf, at - 1),
            _ => self.root?.leaf_at(self.back - 1),
        };
        self.descending = Some((leaf, at));
        self.back -= 1;
        leaf.items.get(at)
    }

    fn nth_back(&mut self, skipped: usize) -> Option<&'t I> {
        self.back = self.back.saturating_sub(skipped).max(self.front);
        if skipped > 0 {
            self.descending = None;
        }
        self.next_back()
    }
}

impl<I: Item> ExactSizeIterator for Cursor<'_, I> {}

impl<I: Item> FusedIterator for Cursor<'_, I> {}
