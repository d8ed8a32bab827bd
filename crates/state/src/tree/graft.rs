//! Grafting: a tree takes nodes of a newer one in the place of its own.
//!
//! Both trees went through the same changes, and the newer one has had one more row of items put in. Then both have
//! the same nodes but for those that the row has changed, and a leaf that is taken over is neither filled nor
//! searched a second time. From the root on only the nodes at the two ends of the row are looked into; what lies
//! between them is taken as it is.

use std::any::Any;
use std::mem;
use std::ops::Range;
use std::sync::Arc;

use super::node::{Inner, Node};
use super::order::{Item, Order, Own};

/// The first and the last item of the row, if they lie below a node: the row goes on beyond the node where one is
/// missing.
pub(super) struct Ends<'i, I> {
    pub(super) first: Option<&'i I>,
    pub(super) last: Option<&'i I>,
}

// By hand, because a derive would ask the same of the item.
impl<I> Clone for Ends<'_, I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<I> Copy for Ends<'_, I> {}

/// How many levels are below a node.
pub(super) fn levels<I: Item>(mut node: &Arc<Node<I>>) -> usize {
    let mut levels = 0;
    while let Node::Inner(inner) = &**node {
        levels += 1;
        node = inner.children.get(0).expect("an inner node has children");
    }
    levels
}

/// Makes `node` what `newer` is, which lies on the same level. `pruned` gets the nodes and separators that are not needed
/// any more.
pub(super) fn graft<I: Item<Key: Send + Sync> + Send + Sync + 'static, O: Order<I::Key>>(
    node: &mut Arc<Node<I>>,
    newer: &Arc<Node<I>>,
    ends: Ends<'_, I>,
    order: &O,
    pruned: &mut impl FnMut(Arc<dyn Any + Send + Sync>),
) {
    if Arc::ptr_eq(node, newer) {
        return;
    }
    let part = match (&**node, &**newer) {
        (Node::Inner(inner), Node::Inner(newer)) => Part::of(inner, newer, ends, order),
        _ => None,
    };
    if let (Some(part), Node::Inner(newer)) = (part, &**newer)
        && let Node::Inner(inner) = Arc::make_mut(node)
    {
        return inner.graft(newer, &part, ends, order, pruned);
    }
    let gone = mem::replace(node, Arc::clone(newer));
    pruned(gone);
}

/// The children that the row has changed, and what has become of them: all before and behind them are the same.
struct Part {
    own: Range<usize>,
    newer: Range<usize>,
}

impl Part {
    /// `None` if nothing of the node would be left, or if the two do not fit each other.
    fn of<I: Item, O: Order<I::Key>>(
        own: &Inner<I>,
        newer: &Inner<I>,
        ends: Ends<'_, I>,
        order: &O,
    ) -> Option<Self> {
        if ends.first.is_none() && ends.last.is_none() {
            return None;
        }
        let find = |item| Own::search(item, order, |sought| own.find(sought));
        let first = ends.first.map_or(0, find);
        let end = ends.last.map_or(own.children.len(), |last| find(last) + 1);
        let newer_end = newer.children.len().checked_sub(own.children.len() - end)?;
        let part = Self { own: first..end, newer: first..newer_end };
        let is_same = |own: Option<&I::Key>, newer: Option<&I::Key>| match (own, newer) {
            (Some(own), Some(newer)) => order.compare(own, newer).is_eq(),
            (own, newer) => own.is_none() && newer.is_none(),
        };
        let fits = part.newer.len() > usize::from(part.has_two(ends))
            && own.children.counts().get(..first) == newer.children.counts().get(..first)
            && own.children.counts().get(end..) == newer.children.counts().get(newer_end..)
            && is_same(own.separator_before(first), newer.separator_before(first))
            && is_same(own.separators.get(end - 1), newer.separators.get(newer_end - 1));
        fits.then_some(part)
    }

    /// Whether the row begins in one child and ends in another one.
    fn has_two<I>(&self, ends: Ends<'_, I>) -> bool {
        ends.first.is_some() && ends.last.is_some() && self.own.len() > 1
    }
}

impl<I: Item> Inner<I> {
    fn separator_before(&self, child: usize) -> Option<&I::Key> {
        child.checked_sub(1).and_then(|before| self.separators.get(before))
    }
}

impl<I: Item<Key: Send + Sync> + Send + Sync + 'static> Inner<I> {
    fn graft<O: Order<I::Key>>(
        &mut self,
        newer: &Self,
        part: &Part,
        ends: Ends<'_, I>,
        order: &O,
        pruned: &mut impl FnMut(Arc<dyn Any + Send + Sync>),
    ) {
        let is_one = part.own.len() == 1 && part.newer.len() == 1;
        let (mut own, mut new) = (part.own.clone(), part.newer.clone());
        if ends.first.is_some() || is_one {
            let ends = if is_one { ends } else { Ends { last: None, ..ends } };
            self.graft_child((own.start, newer, new.start), ends, order, pruned);
            (own.start, new.start) = (own.start + 1, new.start + 1);
        }
        if ends.last.is_some() && own.start < own.end {
            let ends = Ends { first: None, ..ends };
            self.graft_child((own.end - 1, newer, new.end - 1), ends, order, pruned);
            (own.end, new.end) = (own.end - 1, new.end - 1);
        }
        if !own.is_empty() || !new.is_empty() {
            let new = new.map(|at| newer.children.share(at));
            self.children.splice(own, new, &mut |node| pruned(node));
        }
        let between = part.own.start..part.own.end - 1;
        let grafted = &newer.separators[part.newer.start..part.newer.end - 1];
        // What a node has split off may leave it as wide as it was.
        let is_same = |(own, newer)| order.compare(own, newer).is_eq();
        if between.len() != grafted.len()
            || !self.separators[between.clone()].iter().zip(grafted).all(is_same)
        {
            let separators = Arc::make_mut(&mut self.separators);
            let replaced: Vec<_> = separators.splice(between, grafted.iter().cloned()).collect();
            self.hints = newer.hints.clone();
            if !replaced.is_empty() {
                pruned(Arc::new(replaced));
            }
        }
    }

    /// Makes child `own` what child `new` of `newer` is.
    fn graft_child<O: Order<I::Key>>(
        &mut self,
        (own, newer, new): (usize, &Self, usize),
        ends: Ends<'_, I>,
        order: &O,
        pruned: &mut impl FnMut(Arc<dyn Any + Send + Sync>),
    ) {
        let grafted = newer.children.get(new).expect("it is one of the part");
        let (child, count) = self.children.get_mut(own).expect("it is one of the part");
        graft(child, grafted, ends, order, pruned);
        *count = newer.children.counts()[new];
    }
}
