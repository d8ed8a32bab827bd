//! The invariants of a tree, checked from the root down after every step of a test.

use std::cmp::Ordering;
use std::sync::Arc;

use super::fences::Fences;
use super::node::{FEWEST, Node};
use super::order::{Item, Order};
use super::tree::Tree;

impl<I: Item, O: Order<I::Key>> Tree<I, O> {
    /// Panics if anything in the tree is not as it must be.
    pub(crate) fn check(&self) {
        let Some(root) = self.root() else {
            assert_eq!(self.len(), 0, "a tree without a root is empty");
            return;
        };
        let mut depth = None;
        let count = check(root, Fences::none(), self.order(), 0, &mut depth);
        assert_eq!(count, self.len(), "the tree counts its items");
        assert!(count > 0, "a tree without items has no root");
    }

    /// How many leaves it has.
    pub(crate) fn leaves(&self) -> usize {
        let mut level: Vec<_> = self.root().into_iter().collect();
        while let Some(Node::Inner(_)) = level.first().map(|node| &***node) {
            level = level.into_iter().flat_map(|node| children(node)).collect();
        }
        level.len()
    }
}

impl<I: Item, O: Order<I::Key>> Tree<I, O> {
    /// How many of its nodes are not those of `other`.
    pub(crate) fn copied_from(&self, other: &Self) -> usize {
        all(self).len() - self.shared_with(other)
    }

    /// How many of its nodes are those of `other`.
    pub(crate) fn shared_with(&self, other: &Self) -> usize {
        let theirs: std::collections::HashSet<_> =
            all(other).into_iter().map(Arc::as_ptr).collect();
        all(self).into_iter().filter(|node| theirs.contains(&Arc::as_ptr(node))).count()
    }
}

/// All nodes of a tree.
fn all<I: Item, O: Order<I::Key>>(tree: &Tree<I, O>) -> Vec<&Arc<Node<I>>> {
    let (mut nodes, mut at) = (tree.root().into_iter().collect::<Vec<_>>(), 0);
    while let Some(node) = nodes.get(at).copied() {
        nodes.extend(children(node));
        at += 1;
    }
    nodes
}

fn children<I: Item>(node: &Node<I>) -> Vec<&Arc<Node<I>>> {
    match node {
        Node::Inner(inner) => inner.children.iter().collect(),
        Node::Leaf(_) => Vec::new(),
    }
}

/// Checks a node and all below it, and counts the items.
fn check<I: Item, O: Order<I::Key>>(
    node: &Arc<Node<I>>,
    fences: Fences<'_, I::Key>,
    order: &O,
    level: usize,
    depth: &mut Option<usize>,
) -> usize {
    let is_wide = node.width() >= FEWEST;
    assert!(is_wide || fences.high.is_none(), "only nodes at the right edge are narrow");
    match &**node {
        Node::Leaf(leaf) => {
            assert_eq!(*depth.get_or_insert(level), level, "all leaves are on one level");
            assert!(leaf.items.len() > 0, "a leaf is not empty");
            ascend(leaf.items.keys(), fences, order);
            leaf.hints.check(leaf.items.keys(), fences, order);
            assert_eq!(leaf.items.iter().count(), leaf.items.len(), "a leaf has no gaps");
            leaf.items.len()
        }
        Node::Inner(inner) => {
            assert!(inner.children.len() > 1, "an inner node has two children");
            assert_eq!(inner.separators.len() + 1, inner.children.len(), "one between two");
            ascend(inner.separators.iter(), fences, order);
            inner.hints.check(inner.separators.iter(), fences, order);
            let mut all = 0;
            for (at, (child, size)) in
                inner.children.iter().zip(inner.children.counts()).enumerate()
            {
                let below = fences.of_child(at, &inner.separators);
                let count = check(child, below, order, level + 1, depth);
                assert_eq!(count, *size as usize, "a node knows the sizes of its children");
                all += count;
            }
            all
        }
    }
}

fn ascend<'k, K: 'k, O: Order<K>>(
    keys: impl Iterator<Item = &'k K>,
    fences: Fences<'_, K>,
    order: &O,
) {
    let mut before: Option<&K> = None;
    for key in keys {
        if let Some(before) = before {
            assert_eq!(order.compare(before, key), Ordering::Less, "keys ascend");
        }
        if let Some(low) = fences.low {
            assert_ne!(order.compare(key, low), Ordering::Less, "no key is below its fence");
        }
        if let Some(high) = fences.high {
            assert_eq!(order.compare(key, high), Ordering::Less, "every key is below its fence");
        }
        before = Some(key);
    }
}
