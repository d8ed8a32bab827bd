//! The search: from the root to the place where a key is or would be.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use super::node::{Inner, Leaf, Node};
use super::order::{Item, Sought};

/// More levels than any tree has: nodes grow in number sixteenfold from level to level, all but the one at the
/// right edge, and a tree has no more than `u32::MAX` items.
const LEVELS: usize = 16;

/// Where something is, or where it would be: the child to take at each level, and the place in the
/// leaf. Changes follow a path, so that code of the keys runs before anything is changed.
pub(super) struct Path {
    steps: [u8; LEVELS],
    len: usize,
    /// Whether the item at its end is the one that was sought.
    pub(super) is_found: bool,
}

impl Path {
    /// The path to what is `sought`.
    pub(super) fn to<I: Item>(root: &Arc<Node<I>>, sought: &impl Sought<I>) -> Self {
        let mut path = Self { steps: [0; LEVELS], len: 0, is_found: false };
        let mut node = root;
        loop {
            // The change on this path will ask whether others share the node. The line that says so is fetched
            // now, beside those of the search, and not when all of them have come.
            let _ = Arc::strong_count(node);
            match &**node {
                Node::Inner(inner) => {
                    let at = inner.find(sought);
                    path.push(at);
                    node = inner.children.get(at).expect("a search leads to a child");
                }
                Node::Leaf(leaf) => {
                    let found = leaf.find(sought);
                    path.is_found = found.is_ok();
                    path.push(found.unwrap_or_else(|at| at));
                    return path;
                }
            }
        }
    }

    /// The steps from the root on; the last is the place in the leaf.
    #[inline]
    pub(super) fn steps(&self) -> &[u8] {
        &self.steps[..self.len]
    }

    #[inline]
    fn push(&mut self, at: usize) {
        self.steps[self.len] = u8::try_from(at).expect("a node is narrow");
        self.len += 1;
    }
}

impl<I: Item> Node<I> {
    /// The item that is `sought` below this node. What is not as it nearly always is ends the way down
    /// in another function, so that this one calls nobody and keeps everything in registers.
    #[inline]
    pub(super) fn get<S: Sought<I> + Copy>(&self, sought: S) -> Option<&I> {
        let mut node = self;
        loop {
            match node {
                Self::Inner(inner) => {
                    let at = inner.hints.untied(sought.bytes());
                    match at.and_then(|at| inner.children.get(at)) {
                        Some(child) => node = child,
                        None => return inner.get_among_ties(sought),
                    }
                }
                Self::Leaf(leaf) => {
                    return match leaf.items.get(leaf.hints.guess(sought.bytes())) {
                        Some(item) if sought.compare_item(item).is_eq() => Some(item),
                        _ => leaf.get_among_ties(sought),
                    };
                }
            }
        }
    }

    /// How many items below this node are smaller than what is `sought`, and whether it is there.
    pub(super) fn rank(&self, sought: &impl Sought<I>) -> (usize, bool) {
        let mut node = self;
        let mut before = 0;
        loop {
            match node {
                Self::Inner(inner) => {
                    let at = inner.find(sought);
                    before += inner.size_before(at);
                    node = inner.child(at);
                }
                Self::Leaf(leaf) => {
                    let found = leaf.find(sought);
                    return (before + found.unwrap_or_else(|at| at), found.is_ok());
                }
            }
        }
    }

    /// The leaf with item number `at` below this node, and its place there. It must be there.
    pub(super) fn leaf_at(&self, mut at: usize) -> (&Leaf<I>, usize) {
        let mut node = self;
        loop {
            match node {
                Self::Inner(inner) => {
                    let mut child = 0;
                    for count in inner.children.counts() {
                        let Some(rest) = at.checked_sub(*count as usize) else { break };
                        at = rest;
                        child += 1;
                    }
                    node = inner.child(child);
                }
                Self::Leaf(leaf) => return (leaf, at),
            }
        }
    }
}

impl<I: Item> Leaf<I> {
    /// What is `sought`, wherever it is.
    #[cold]
    #[inline(never)]
    fn get_among_ties<S: Sought<I> + Copy>(&self, sought: S) -> Option<&I> {
        self.items.get(self.find(&sought).ok()?)
    }

    /// The place of what is `sought`, or where it would be.
    pub(super) fn find(&self, sought: &impl Sought<I>) -> Result<usize, usize> {
        let ties = self.hints.ties(sought.bytes(), || self.items.len());
        settle(ties, |at| self.items.get(at).map(|item| sought.compare_item(item)))
    }
}

impl<I: Item> Inner<I> {
    /// The child that what is `sought` is in.
    #[inline]
    pub(super) fn find(&self, sought: &impl Sought<I>) -> usize {
        self.hints.untied(sought.bytes()).unwrap_or_else(|| self.find_among_ties(sought))
    }

    /// What is `sought` below this node.
    #[cold]
    #[inline(never)]
    fn get_among_ties<S: Sought<I> + Copy>(&self, sought: S) -> Option<&I> {
        self.child(self.find_among_ties(&sought)).get(sought)
    }

    #[cold]
    fn find_among_ties(&self, sought: &impl Sought<I>) -> usize {
        let ties = self.hints.ties(sought.bytes(), || self.separators.len());
        match settle(ties, |at| self.separators.get(at).map(|key| sought.compare(key))) {
            Ok(at) => at + 1,
            Err(at) => at,
        }
    }
}

/// A binary search among the ties; nearly always there is none or one.
fn settle(ties: Range<usize>, compare: impl Fn(usize) -> Option<Ordering>) -> Result<usize, usize> {
    let Range { mut start, mut end } = ties;
    while start < end {
        let middle = start.midpoint(end);
        match compare(middle) {
            Some(Ordering::Less) => start = middle + 1,
            Some(Ordering::Equal) => return Ok(middle),
            Some(Ordering::Greater) | None => end = middle,
        }
    }
    Err(start)
}
