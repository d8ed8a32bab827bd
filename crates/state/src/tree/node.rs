//! The nodes: leaves with items, and inner nodes with children and the separators between them.
//!
//! A leaf below the root has at least one item, an inner node at least two children. A node that a
//! removal leaves with less than [`FEWEST`] joins a neighbour or shares with it, and a split leaves so
//! many on both sides; only nodes at the right edge, where a rising row of keys is added, may have less.

use std::sync::Arc;

use super::children::Children;
use super::fences::Fences;
use super::hints::Hints;
use super::order::{Item, Order};
use super::slots::{Slots, WIDTH};

/// With less than this after a removal a node looks for a neighbour to join. A split behind which other keys
/// follow leaves no less than this.
pub(super) const FEWEST: usize = 16;

/// What a full node keeps of its own if the fewest of it go to a new one at its right.
pub(super) const LEFT: usize = WIDTH - FEWEST;

/// Two neighbours become one node if it has no more than this; the rest is room to grow.
pub(super) const JOINED: usize = 48;

// A search looks at three lines of memory of each node: the first one, which has nothing of the counts of
// an `Arc` in it, that others write; one with hints; one with items or children.
#[derive(Clone)]
#[repr(u8, align(64))]
#[expect(clippy::large_enum_variant, reason = "with items of a pointer both are equally large")]
pub(super) enum Node<I: Item> {
    Leaf(Leaf<I>),
    Inner(Inner<I>),
}

#[derive(Clone)]
#[repr(C)]
pub(super) struct Leaf<I: Item> {
    pub(super) hints: Hints,
    pub(super) items: Slots<I>,
}

#[derive(Clone)]
#[repr(C)]
pub(super) struct Inner<I: Item> {
    pub(super) hints: Hints,
    pub(super) children: Children<I>,
    /// Child `n` has the keys from separator `n - 1` on, up to below separator `n`. Shared between
    /// copies of the node, because most copies only exchange a child.
    pub(super) separators: Arc<Vec<I::Key>>,
}

/// A node that is to become a child.
pub(super) struct Child<I: Item> {
    pub(super) node: Arc<Node<I>>,
    /// How many items are below it.
    pub(super) count: u32,
}

/// What a full node hands up: the node to its right, and the separator between them.
pub(super) struct Split<I: Item> {
    pub(super) separator: I::Key,
    pub(super) right: Child<I>,
}

impl<I: Item> Node<I> {
    /// How many items or children it has.
    pub(super) fn width(&self) -> usize {
        match self {
            Self::Leaf(leaf) => leaf.items.len(),
            Self::Inner(inner) => inner.children.len(),
        }
    }
}

impl<I: Item> Leaf<I> {
    /// A leaf of `items`, which ascend, lie between `fences`, and fit.
    pub(super) fn of<O: Order<I::Key>>(
        items: Slots<I>,
        fences: Fences<'_, I::Key>,
        order: &O,
    ) -> Self {
        let hints = Hints::of(items.keys(), fences, order);
        Self { hints, items }
    }

    pub(super) fn into_child(self) -> Child<I> {
        Child { count: self.items.count(), node: Arc::new(Node::Leaf(self)) }
    }
}

impl<I: Item> Slots<I> {
    /// The keys of the items.
    pub(super) fn keys(&self) -> impl DoubleEndedIterator<Item = &I::Key> + Clone {
        self.iter().map(Item::key)
    }
}

impl<I: Item> Inner<I> {
    /// A node of `children`, which ascend, lie between `fences`, and fit.
    pub(super) fn of<O: Order<I::Key>>(
        children: Children<I>,
        separators: Vec<I::Key>,
        fences: Fences<'_, I::Key>,
        order: &O,
    ) -> Self {
        let hints = Hints::of(separators.iter(), fences, order);
        Self { hints, children, separators: Arc::new(separators) }
    }

    #[inline]
    pub(super) fn child(&self, at: usize) -> &Node<I> {
        self.children.get(at).expect("a search leads to a child")
    }

    /// How many items are below the first `at` children.
    pub(super) fn size_before(&self, at: usize) -> usize {
        self.children.counts().iter().take(at).map(|count| *count as usize).sum()
    }

    pub(super) fn into_child(self) -> Child<I> {
        let count = self.children.counts().iter().sum();
        Child { count, node: Arc::new(Node::Inner(self)) }
    }
}

impl<I: Item> Child<I> {
    /// How many items are below it.
    pub(super) fn size(&self) -> usize {
        self.count as usize
    }
}

/// Where a full node between `fences` is cut in two when something is added at `at`: in the middle, or, at its
/// end, near the end, so that a rising row of keys leaves full nodes behind. Only at the right edge that may
/// leave a narrow node, because there it grows before it has a neighbour to the right. Anywhere else a falling
/// row of keys would leave narrow ones behind for ever.
pub(super) fn cut<K>(at: usize, fences: Fences<'_, K>) -> usize {
    match (at + 1 >= WIDTH, fences.high) {
        (true, None) => WIDTH - 1,
        (true, Some(_)) => LEFT,
        (false, _) => WIDTH / 2,
    }
}
