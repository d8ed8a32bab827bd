//! Removal: along a path, with nodes that became narrow joined to a neighbour.

use std::sync::Arc;

use super::children::Children;
use super::fences::Fences;
use super::hints::Hints;
use super::node::{Child, FEWEST, Inner, JOINED, Leaf, Node, Split};
use super::order::{Item, Order};
use super::slots::Slots;

/// Takes out the item at the end of the path. The root may be left with one child, or empty.
pub(super) fn remove<I: Item, O: Order<I::Key>>(
    node: &mut Arc<Node<I>>,
    steps: &[u8],
    fences: Fences<'_, I::Key>,
    order: &O,
) -> Option<I> {
    let (first, rest) = steps.split_first()?;
    let at = usize::from(*first);
    match Arc::make_mut(node) {
        Node::Leaf(leaf) => {
            leaf.hints.remove(at, leaf.items.len());
            leaf.items.remove(at)
        }
        Node::Inner(inner) => {
            let below = fences.of_child(at, &inner.separators);
            let (child, count) = inner.children.get_mut(at)?;
            let removed = remove(child, rest, below, order)?;
            *count -= 1;
            if child.width() < FEWEST {
                inner.mend(at, fences, order);
            }
            Some(removed)
        }
    }
}

/// The only child of a root that has only one left.
pub(super) fn only_child<I: Item>(root: &Node<I>) -> Option<Arc<Node<I>>> {
    match root {
        Node::Inner(inner) if inner.children.len() == 1 => inner.children.get(0).cloned(),
        _ => None,
    }
}

impl<I: Item> Inner<I> {
    /// Joins child `at` and the narrower of its neighbours, or shares their content out anew.
    fn mend<O: Order<I::Key>>(&mut self, at: usize, fences: Fences<'_, I::Key>, order: &O) {
        let width = |at: usize| self.children.get(at).map_or(usize::MAX, |child| child.width());
        let before = at.checked_sub(1);
        let left = match before {
            Some(before) if width(before) <= width(at + 1) => before,
            _ => at,
        };
        let Some(b) = self.children.remove(left + 1) else { return };
        let Some(a) = self.children.remove(left) else { return };
        let within = fences.of_children(left, left + 1, &self.separators);
        let (joined, split) = match (Arc::unwrap_or_clone(a.node), Arc::unwrap_or_clone(b.node)) {
            (Node::Leaf(a), Node::Leaf(b)) => join_leaves(a, b, within, order),
            (Node::Inner(a), Node::Inner(b)) => {
                join_inner(a, &self.separators[left], b, within, order)
            }
            _ => unreachable!("all leaves are on one level"),
        };
        self.children.insert(left, joined);
        let separators = Arc::make_mut(&mut self.separators);
        match split {
            None => {
                self.hints.remove(left, separators.len());
                separators.remove(left);
            }
            Some(split) => {
                separators[left] = split.separator;
                self.children.insert(left + 1, split.right);
                self.hints = Hints::of(self.separators.iter(), fences, order);
            }
        }
    }
}

type Joined<I> = (Child<I>, Option<Split<I>>);

fn join_leaves<I: Item, O: Order<I::Key>>(
    a: Leaf<I>,
    b: Leaf<I>,
    fences: Fences<'_, I::Key>,
    order: &O,
) -> Joined<I> {
    let count = a.items.len() + b.items.len();
    let mut items = a.items.into_iter().chain(b.items.into_iter());
    if count <= JOINED {
        return (Leaf::of(items.collect(), fences, order).into_child(), None);
    }
    let left: Slots<I> = items.by_ref().take(count / 2).collect();
    let right: Slots<I> = items.collect();
    let first = right.get(0).expect("there is more than a half");
    let separator = first.key().clone();
    let (below, above) = fences.split_at(&separator);
    let left = Leaf::of(left, below, order).into_child();
    let right = Leaf::of(right, above, order).into_child();
    (left, Some(Split { separator, right }))
}

fn join_inner<I: Item, O: Order<I::Key>>(
    a: Inner<I>,
    between: &I::Key,
    b: Inner<I>,
    fences: Fences<'_, I::Key>,
    order: &O,
) -> Joined<I> {
    let count = a.children.len() + b.children.len();
    let mut children = a.children.into_iter().chain(b.children.into_iter());
    let mut separators = Arc::unwrap_or_clone(a.separators);
    separators.push(between.clone());
    separators.extend(Arc::unwrap_or_clone(b.separators));
    if count <= JOINED {
        return (Inner::of(children.collect(), separators, fences, order).into_child(), None);
    }
    let left: Children<I> = children.by_ref().take(count / 2).collect();
    let above_separators = separators.split_off(count / 2);
    let separator = separators.pop().expect("there is more than a half");
    let (below, above) = fences.split_at(&separator);
    let left = Inner::of(left, separators, below, order).into_child();
    let right = Inner::of(children.collect(), above_separators, above, order).into_child();
    (left, Some(Split { separator, right }))
}
