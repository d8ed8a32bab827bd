//! The tree itself: a root, a count, and an order.

use std::any::Any;
use std::sync::Arc;
use std::{fmt, iter};

use super::build;
use super::fences::Fences;
use super::graft::{self, Ends};
use super::insert;
use super::node::{Child, Leaf, Node};
use super::order::{Item, Order, Own, Sought};
use super::range::Cursor;
use super::remove;
use super::row::Row;
use super::search::Path;
use super::slots::Slots;

/// An ordered set of items with keys. A clone costs one count and is independent: a change copies
/// the nodes on its way that a clone shares, and changes those in place that nobody shares.
///
/// If code of a key panics while a tree is changed, that tree is not to be used any more; its
/// clones are as they were.
pub(crate) struct Tree<I: Item, O: Order<I::Key>> {
    root: Option<Arc<Node<I>>>,
    len: usize,
    order: O,
}

impl<I: Item, O: Order<I::Key>> Tree<I, O> {
    /// A tree without items.
    pub(crate) fn new(order: O) -> Self {
        Self { root: None, len: 0, order }
    }

    /// A tree of `sorted` items, whose keys ascend without repeats.
    pub(crate) fn build(order: O, sorted: impl Iterator<Item = I>) -> Self {
        let root = build::build(sorted, &order);
        let len = root.as_ref().map_or(0, Child::size);
        Self { root: root.map(|root| root.node), len, order }
    }

    /// How many items there are.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// How its keys are ordered.
    pub(crate) fn order(&self) -> &O {
        &self.order
    }

    /// The item that is sought.
    #[inline]
    pub(crate) fn get<S: Sought<I> + Copy>(&self, sought: S) -> Option<&I> {
        self.root.as_ref()?.get(sought)
    }

    /// Puts `item` in, and gives back the one with the same key that was there.
    ///
    /// There is room for `u32::MAX` items; who may come near must ask [`len`](Self::len) before.
    pub(crate) fn insert(&mut self, item: I) -> Option<I> {
        let order = &self.order;
        let Some(root) = &mut self.root else {
            let leaf = Leaf::of(Slots::from_iter([item]), Fences::none(), order);
            self.root = Some(leaf.into_child().node);
            self.len = 1;
            return None;
        };
        let path = Own::search(&item, order, |own| Path::to(root, own));
        if path.is_found {
            return insert::replace(root, path.steps(), item);
        }
        if let Some(split) = insert::insert(root, path.steps(), item, Fences::none(), order) {
            insert::grow(root, self.len + 1, split, order);
        }
        self.len += 1;
        None
    }

    /// Puts all of `row` in, whose keys ascend without repeats. `replaced` gets those with the same keys
    /// that were there.
    pub(crate) fn insert_row(
        &mut self,
        mut row: impl Iterator<Item = I>,
        mut replaced: impl FnMut(I),
    ) {
        let (Some(first), second) = (row.next(), row.next()) else { return };
        let Some(second) = second else { return self.insert(first).into_iter().for_each(replaced) };
        let rest = iter::once(second).chain(row);
        let order = &self.order;
        let Some(root) = &mut self.root else {
            let built = build::build(iter::once(first).chain(rest), order);
            self.len = built.as_ref().map_or(0, Child::size);
            self.root = built.map(|root| root.node);
            return;
        };
        let mut row = Row::new(first, rest, &mut replaced);
        while row.goes_on() {
            let filled = row.fill(root, Fences::none(), order);
            self.len += filled.added as usize;
            if let Some(split) = filled.split {
                insert::grow(root, self.len, split, order);
            }
        }
    }

    /// Brings the tree to the state of `newer`, which has gone through the same changes, and then had a row put in
    /// from `first` to `last`: the nodes with all that lies between them become shared. `pruned` gets what the
    /// tree had in their place. False, and nothing has changed, if the two have not the same height.
    pub(crate) fn graft(
        &mut self,
        newer: &Self,
        (first, last): (&I, &I),
        mut pruned: impl FnMut(Arc<dyn Any + Send + Sync>),
    ) -> bool
    where
        I: Send + Sync + 'static,
        I::Key: Send + Sync,
    {
        let (Some(root), Some(newer_root)) = (&mut self.root, &newer.root) else { return false };
        if graft::levels(root) != graft::levels(newer_root) {
            return false;
        }
        let ends = Ends { first: Some(first), last: Some(last) };
        graft::graft(root, newer_root, ends, &self.order, &mut pruned);
        self.len = newer.len;
        true
    }

    /// Takes out the item that is sought.
    pub(crate) fn remove(&mut self, sought: &impl Sought<I>) -> Option<I> {
        let root = self.root.as_mut()?;
        let path = Path::to(root, sought);
        if !path.is_found {
            return None;
        }
        let removed = remove::remove(root, path.steps(), Fences::none(), &self.order);
        if let Some(only) = remove::only_child(root) {
            *root = only;
        }
        self.len -= 1;
        if self.len == 0 {
            self.root = None;
        }
        removed
    }

    /// How many items are smaller than what is sought, and whether it is there.
    pub(crate) fn rank(&self, sought: &impl Sought<I>) -> (usize, bool) {
        self.root.as_ref().map_or((0, false), |root| root.rank(sought))
    }

    /// The items from number `front` to before number `back`, from both ends; none if that is
    /// crossed.
    pub(crate) fn part(&self, front: usize, back: usize) -> Cursor<'_, I> {
        Cursor::new(self.root.as_deref(), front, back.min(self.len))
    }

    /// All items, from both ends.
    pub(crate) fn iter(&self) -> Cursor<'_, I> {
        Cursor::new(self.root.as_deref(), 0, self.len)
    }

    /// Item number `at`, counted from 0.
    pub(crate) fn nth(&self, at: usize) -> Option<&I> {
        self.iter().nth(at)
    }
}

#[cfg(test)]
impl<I: Item, O: Order<I::Key>> Tree<I, O> {
    pub(super) fn root(&self) -> Option<&Arc<Node<I>>> {
        self.root.as_ref()
    }
}

impl<I: Item, O: Order<I::Key>> Clone for Tree<I, O> {
    fn clone(&self) -> Self {
        Self { root: self.root.clone(), len: self.len, order: self.order.clone() }
    }
}

impl<I: Item, O: Order<I::Key>> fmt::Debug for Tree<I, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree").field("len", &self.len).finish_non_exhaustive()
    }
}
