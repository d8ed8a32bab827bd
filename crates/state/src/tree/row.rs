//! Insertion of a row of rising items: a leaf is gone down to once for all that belong into it.

use std::mem;
use std::sync::Arc;

use super::fences::Fences;
use super::node::{FEWEST, Inner, LEFT, Leaf, Node, Split};
use super::order::{Item, Order, Own};
use super::slots::Slots;

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
        let (mut added, mut last) = (0, None);
        while let Some(item) = self.take() {
            let end = leaf.items.len();
            let place = match last {
                // It is greater than the one before, and that is the last one here.
                Some(last) if last + 1 == end => Err(end),
                _ => Own::search(&item, order, |own| leaf.find(own)),
            };
            last = Some(place.unwrap_or_else(|at| at));
            match place {
                Err(at) if at == end && leaf.items.is_full() => {
                    let (behind, split) = self.leaf_behind(leaf, item, fences, order);
                    leaf.refit(Fences { high: Some(&split.separator), ..fences }, order);
                    return Filled { added: added + behind, split: Some(split) };
                }
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

    /// A leaf of what follows a full one, as far as it goes, and how many that are. If they are too few for a leaf
    /// that may never get more, it has the last ones of the full leaf, too.
    fn leaf_behind<O: Order<I::Key>>(
        &mut self,
        full: &mut Leaf<I>,
        first: I,
        fences: Fences<'_, I::Key>,
        order: &O,
    ) -> (u32, Split<I>) {
        let mut items = Slots::from_iter([first]);
        while !items.is_full() && self.goes_on_within(fences, order) {
            self.take().into_iter().for_each(|item| items.push(item));
        }
        let count = items.count();
        if fences.high.is_some() && items.len() < FEWEST {
            let few = mem::replace(&mut items, full.items.split_off(LEFT));
            few.into_iter().for_each(|item| items.push(item));
            full.hints = full.hints.part(0..LEFT);
        }
        let separator = items.get(0).expect("it has the first one").key().clone();
        // If there is more, then the leaf is full, and what comes begins another.
        let next = self.next.as_ref().filter(|_| self.goes_on_within(fences, order));
        let high = next.map(Item::key).or(fences.high);
        let within = Fences { low: Some(&separator), high };
        let right = Leaf::of(items, within, order).into_child();
        (count, Split { separator, right })
    }
}
