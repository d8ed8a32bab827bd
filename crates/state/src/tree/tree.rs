//! The tree itself: a root, a count, and an order.

use std::fmt;
use std::ops::Bound;
use std::sync::Arc;

use super::build;
use super::fences::Fences;
use super::insert;
use super::node::{Child, Leaf, Node};
use super::order::{Item, Order, Sought};
use super::range::Cursor;
use super::remove;
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
    pub(crate) fn get(&self, sought: &Sought<'_, I::Key>) -> Option<&I> {
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
        let key = item.key();
        let path = order.with_bytes(key, |bytes| {
            Path::to(root, &Sought::new(bytes, &|other| order.compare(other, key)))
        });
        if path.is_found {
            return insert::replace(root, path.steps(), item);
        }
        if let Some(split) = insert::insert(root, path.steps(), item, Fences::none(), order) {
            insert::grow(root, self.len + 1, split, order);
        }
        self.len += 1;
        None
    }

    /// Takes out the item that is sought.
    pub(crate) fn remove(&mut self, sought: &Sought<'_, I::Key>) -> Option<I> {
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

    /// The items between two bounds, from both ends; none if the bounds are crossed.
    pub(crate) fn range(
        &self,
        low: Bound<Sought<'_, I::Key>>,
        high: Bound<Sought<'_, I::Key>>,
    ) -> Cursor<'_, I> {
        let front = match low {
            Bound::Unbounded => 0,
            Bound::Included(low) => self.rank(&low).0,
            Bound::Excluded(low) => self.past(&low),
        };
        let back = match high {
            Bound::Unbounded => self.len,
            Bound::Included(high) => self.past(&high),
            Bound::Excluded(high) => self.rank(&high).0,
        };
        Cursor::new(self.root.as_deref(), front, back)
    }

    /// All items, from both ends.
    pub(crate) fn iter(&self) -> Cursor<'_, I> {
        Cursor::new(self.root.as_deref(), 0, self.len)
    }

    /// Item number `at`, counted from 0.
    pub(crate) fn nth(&self, at: usize) -> Option<&I> {
        self.iter().nth(at)
    }

    fn rank(&self, sought: &Sought<'_, I::Key>) -> (usize, bool) {
        self.root.as_ref().map_or((0, false), |root| root.rank(sought))
    }

    /// How many items are not greater than what is sought.
    fn past(&self, sought: &Sought<'_, I::Key>) -> usize {
        let (smaller, is_there) = self.rank(sought);
        smaller + usize::from(is_there)
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
