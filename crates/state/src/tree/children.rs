//! The children of an inner node, and how many items are below each.

use std::ops::Range;
use std::sync::Arc;

use super::node::{Child, Node};
use super::order::Item;
use super::slots::{Slots, WIDTH};

/// The counts lie apart: a search does not need them, and an inner node stays as large as a leaf,
/// which matters because both are of one type.
#[derive(Clone)]
pub(super) struct Children<I: Item> {
    nodes: Slots<Arc<Node<I>>>,
    counts: Box<[u32; WIDTH]>,
}

impl<I: Item> Children<I> {
    pub(super) fn new() -> Self {
        Self { nodes: Slots::new(), counts: Box::new([0; WIDTH]) }
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.nodes.is_full()
    }

    #[inline]
    pub(super) fn get(&self, at: usize) -> Option<&Arc<Node<I>>> {
        self.nodes.get(at)
    }

    /// Child `at`, and how many items are below it.
    pub(super) fn get_mut(&mut self, at: usize) -> Option<(&mut Arc<Node<I>>, &mut u32)> {
        Some((self.nodes.get_mut(at)?, self.counts.get_mut(at)?))
    }

    #[cfg(test)]
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Node<I>>> {
        self.nodes.iter()
    }

    /// How many items are below each.
    pub(super) fn counts(&self) -> &[u32] {
        &self.counts[..self.len()]
    }

    pub(super) fn push(&mut self, child: Child<I>) {
        self.insert(self.len(), child);
    }

    /// Puts `child` at `at` and moves what is behind it. There must be room.
    pub(super) fn insert(&mut self, at: usize, child: Child<I>) {
        self.counts.copy_within(at..self.nodes.len(), at + 1);
        self.counts[at] = child.count;
        self.nodes.insert(at, child.node);
    }

    /// Takes out child `at`, if there is one, and moves what is behind it.
    pub(super) fn remove(&mut self, at: usize) -> Option<Child<I>> {
        let node = self.nodes.remove(at)?;
        let count = self.counts[at];
        self.counts.copy_within(at + 1.., at);
        Some(Child { node, count })
    }

    /// Takes out all from `cut` on.
    pub(super) fn split_off(&mut self, cut: usize) -> Self {
        let mut counts = Box::new([0; WIDTH]);
        counts[..WIDTH - cut].copy_from_slice(&self.counts[cut..]);
        Self { nodes: self.nodes.split_off(cut), counts }
    }

    /// A clone of child `at`, which must be there.
    pub(super) fn share(&self, at: usize) -> Child<I> {
        let node = self.get(at).expect("the caller knows how many there are");
        Child { node: Arc::clone(node), count: self.counts[at] }
    }

    /// Puts others in the place of some, which `gone` gets. There must be room.
    pub(super) fn splice(
        &mut self,
        some: Range<usize>,
        others: impl Iterator<Item = Child<I>>,
        gone: &mut impl FnMut(Arc<Node<I>>),
    ) {
        let behind = self.split_off(some.end);
        self.split_off(some.start).into_iter().for_each(|child| gone(child.node));
        others.chain(behind.into_iter()).for_each(|child| self.push(child));
    }

    pub(super) fn into_iter(self) -> impl Iterator<Item = Child<I>> {
        let counts = self.counts.into_iter();
        self.nodes.into_iter().zip(counts).map(|(node, count)| Child { node, count })
    }
}

impl<I: Item> FromIterator<Child<I>> for Children<I> {
    fn from_iter<C: IntoIterator<Item = Child<I>>>(children: C) -> Self {
        let mut all = Self::new();
        children.into_iter().for_each(|child| all.push(child));
        all
    }
}
