//! Insertion: along a path, in place where nodes are not shared, copied where they are.

use std::sync::Arc;

use super::children::Children;
use super::fences::Fences;
use super::hints::Hints;
use super::node::{Child, Inner, Leaf, Node, Split, cut};
use super::order::{Item, Order};

/// Puts `item` in the place of the one at the end of the path, and gives that back.
pub(super) fn replace<I: Item>(node: &mut Arc<Node<I>>, steps: &[u8], item: I) -> Option<I> {
    let (first, rest) = steps.split_first()?;
    match Arc::make_mut(node) {
        Node::Leaf(leaf) => {
            leaf.items.get_mut(usize::from(*first)).map(|place| std::mem::replace(place, item))
        }
        Node::Inner(inner) => replace(inner.children.get_mut(usize::from(*first))?.0, rest, item),
    }
}

/// Puts a new `item` at the end of the path. A node that has no room for it splits.
pub(super) fn insert<I: Item, O: Order<I::Key>>(
    node: &mut Arc<Node<I>>,
    steps: &[u8],
    item: I,
    fences: Fences<'_, I::Key>,
    order: &O,
) -> Option<Split<I>> {
    let (first, rest) = steps.split_first().expect("a path ends at a leaf");
    let at = usize::from(*first);
    match Arc::make_mut(node) {
        Node::Leaf(leaf) => leaf.insert(at, item, fences, order),
        Node::Inner(inner) => {
            let below = fences.of_child(at, &inner.separators);
            let (child, count) = inner.children.get_mut(at).expect("a path leads to a child");
            let split = insert(child, rest, item, below, order);
            *count += 1;
            inner.adopt(at, split?, fences, order)
        }
    }
}

/// Puts a new root above one that was split; `all` items are below it.
pub(super) fn grow<I: Item, O: Order<I::Key>>(
    root: &mut Arc<Node<I>>,
    all: usize,
    split: Split<I>,
    order: &O,
) {
    let all = u32::try_from(all).expect("a tree has at most `u32::MAX` items");
    let left = Child { node: Arc::clone(root), count: all - split.right.count };
    let children = Children::from_iter([left, split.right]);
    *root = Inner::of(children, vec![split.separator], Fences::none(), order).into_child().node;
}

impl<I: Item> Leaf<I> {
    /// Adds `item` at `at`, and splits if there is no room.
    pub(super) fn insert<O: Order<I::Key>>(
        &mut self,
        at: usize,
        item: I,
        fences: Fences<'_, I::Key>,
        order: &O,
    ) -> Option<Split<I>> {
        if !self.items.is_full() {
            self.add(at, item, fences, order);
            return None;
        }
        let cut = cut(at, fences);
        let mut right = Self {
            hints: self.hints.part(cut..self.items.len()),
            items: self.items.split_off(cut),
        };
        self.hints = self.hints.part(0..cut);
        let first = if at == cut { Some(&item) } else { right.items.get(0) };
        let separator = first.expect("a cut leaves items on both sides").key().clone();
        let (below, above) = fences.split_at(&separator);
        if at < cut {
            self.add(at, item, below, order);
        } else {
            right.add(at - cut, item, above, order);
        }
        self.refit(below, order);
        right.refit(above, order);
        Some(Split { separator, right: right.into_child() })
    }

    fn add<O: Order<I::Key>>(&mut self, at: usize, item: I, fences: Fences<'_, I::Key>, order: &O) {
        let len = self.items.len();
        let fits = order.with_bytes(item.key(), |bytes| self.hints.insert(at, len, bytes));
        self.items.insert(at, item);
        if !fits {
            self.hints = Hints::of(self.items.keys(), fences, order);
        }
    }

    /// Makes better hints where that is worth it.
    pub(super) fn refit<O: Order<I::Key>>(&mut self, fences: Fences<'_, I::Key>, order: &O) {
        if self.hints.is_poor(self.items.len(), fences.are_both()) {
            self.hints = Hints::of(self.items.keys(), fences, order);
        }
    }
}

impl<I: Item> Inner<I> {
    /// Takes in what child `at` has split off, and splits if there is no room.
    pub(super) fn adopt<O: Order<I::Key>>(
        &mut self,
        at: usize,
        split: Split<I>,
        fences: Fences<'_, I::Key>,
        order: &O,
    ) -> Option<Split<I>> {
        let (_, count) = self.children.get_mut(at).expect("a path leads to a child");
        *count -= split.right.count;
        if !self.children.is_full() {
            self.add(at, split, fences, order);
            return None;
        }
        let cut = cut(at, fences);
        let separators = Arc::make_mut(&mut self.separators);
        let right_separators = separators.split_off(cut);
        let separator = separators.pop().expect("a cut leaves children on both sides");
        let (below, above) = fences.split_at(&separator);
        // Hints of before would say too little: with the finest that there are fewest keys are compared.
        self.hints = Hints::of(separators.iter(), below, order);
        let right = self.children.split_off(cut);
        let mut right = Self::of(right, right_separators, above, order);
        if at < cut {
            self.add(at, split, below, order);
        } else {
            right.add(at - cut, split, above, order);
        }
        Some(Split { separator, right: right.into_child() })
    }

    fn add<O: Order<I::Key>>(
        &mut self,
        at: usize,
        split: Split<I>,
        fences: Fences<'_, I::Key>,
        order: &O,
    ) {
        let len = self.separators.len();
        let fits = order.with_bytes(&split.separator, |bytes| self.hints.insert(at, len, bytes));
        Arc::make_mut(&mut self.separators).insert(at, split.separator);
        self.children.insert(at + 1, split.right);
        if !fits {
            self.hints = Hints::of(self.separators.iter(), fences, order);
        }
    }
}
