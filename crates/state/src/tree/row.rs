//! Insertion of a row of rising items: a leaf is gone down to once for all that belong into it.

use std::mem;
use std::sync::Arc;

use super::fences::Fences;
use super::node::{Inner, Leaf, Node, Split};
use super::order::{Item, Order, Own};

/// Rising items on their way into a tree.
pub(super) struct Row<I, R, F> {
    next: Option<I>,
    rest: R,
    /// What becomes of items in whose place others are put.
    replaced: F,
}

/// What became of a node.
pub(super) struct Filled<I: Item> {
    /// So many items more are below it and what it has split off.
    pub(super) added: u32,
    pub(super) split: Option<Split<I>>,
}

impl<I: Item, R: Iterator<Item = I>, F: FnMut(I)> Row<I, R, F> {
    pub(super) fn new(first: I, rest: R, replaced: F) -> Self {
        Self { next: Some(first), rest, replaced }
    }

    /// Whether there are more.
    pub(super) fn goes_on(&self) -> bool {
        self.next.is_some()
    }

    /// Whether there are more that are smaller than the upper one of these fences.
    fn goes_on_within<O: Order<I::Key>>(&self, fences: Fences<'_, I::Key>, order: &O) -> bool {
        match (&self.next, fences.high) {
            (Some(next), Some(high)) => order.compare(next.key(), high).is_lt(),
            (next, _) => next.is_some(),
        }
    }

    fn take(&mut self) -> Option<I> {
        mem::replace(&mut self.next, self.rest.next())
    }

    /// Puts all in that belong below `node`, which the next one does. It ends early if the node splits.
    pub(super) fn fill<O: Order<I::Key>>(
        &mut self,
        node: &mut Arc<Node<I>>,
        fences: Fences<'_, I::Key>,
        order: &O,
    ) -> Filled<I> {
        match Arc::make_mut(node) {
            Node::Leaf(leaf) => self.fill_leaf(leaf, fences, order),
            Node::Inner(inner) => self.fill_inner(inner, fences, order),
        }
    }

    fn fill_inner<O: Order<I::Key>>(
        &mut self,
        inner: &mut Inner<I>,
        fences: Fences<'_, I::Key>,
        order: &O,
    ) -> Filled<I> {
        let mut added = 0;
        while let Some(next) = &self.next {
            let at = Own::search(next, order, |own| inner.find(own));
            let below = fences.of_child(at, &inner.separators);
            let (child, count) = inner.children.get_mut(at).expect("a search leads to a child");
            let filled = self.fill(child, below, order);
            *count += filled.added;
            added += filled.added;
            let split = filled.split.and_then(|split| inner.adopt(at, split, fences, order));
            if split.is_some() {
                return Filled { added, split };
            }
            if !self.goes_on_within(fences, order) {
                break;
            }
        }
        Filled { added, split: None }
    }

    fn fill_leaf<O: Order<I::Key>>(
        &mut self,
        leaf: &mut Leaf<I>,
        fences: Fences<'_, I::Key>,
        order: &O,
    ) -> Filled<I> {
        let mut added = 0;
        while let Some(item) = self.take() {
            match Own::search(&item, order, |own| leaf.find(own)) {
                Ok(at) => {
                    let place = leaf.items.get_mut(at).expect("a search finds an item");
                    (self.replaced)(mem::replace(place, item));
                }
                Err(at) => {
                    added += 1;
                    let split = leaf.insert(at, item, fences, order);
                    if split.is_some() {
                        return Filled { added, split };
                    }
                }
            }
            if !self.goes_on_within(fences, order) {
                break;
            }
        }
        Filled { added, split: None }
    }
}
