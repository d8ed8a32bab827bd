//! A tree from sorted items: leaf by leaf, then level by level.

use super::children::Children;
use super::fences::Fences;
use super::node::{Child, Inner, Leaf};
use super::order::{Item, Order};
use super::slots::Slots;

/// How many items or children a node gets: some room is left, or the first changes would split all.
const FILL: usize = 56;

/// A finished node, and the separator before it; the first of a level has none.
type Built<I> = (Option<<I as Item>::Key>, Child<I>);

/// The root above `sorted` items, whose keys ascend without repeats, and how many they are.
pub(super) fn build<I: Item, O: Order<I::Key>>(
    sorted: impl Iterator<Item = I>,
    order: &O,
) -> Option<Child<I>> {
    let mut level = leaves(sorted, order);
    while level.len() > 1 {
        level = above(level, order);
    }
    level.pop().map(|(_, root)| root)
}

fn leaves<I: Item, O: Order<I::Key>>(
    mut sorted: impl Iterator<Item = I>,
    order: &O,
) -> Vec<Built<I>> {
    let mut built = Vec::new();
    let mut items: Slots<I> = sorted.by_ref().take(FILL).collect();
    let mut low = None;
    while items.len() > 0 {
        // The fence above a leaf is the first key of the next.
        let next: Slots<I> = sorted.by_ref().take(FILL).collect();
        let high = next.get(0).map(|item| item.key().clone());
        let fences = Fences { low: low.as_ref(), high: high.as_ref() };
        let leaf = Leaf::of(std::mem::replace(&mut items, next), fences, order).into_child();
        built.push((std::mem::replace(&mut low, high), leaf));
    }
    built
}

/// The nodes above a level, filled evenly, so that each has at least two children.
fn above<I: Item, O: Order<I::Key>>(level: Vec<Built<I>>, order: &O) -> Vec<Built<I>> {
    let mut groups = level.len().div_ceil(FILL);
    let mut left = level.len();
    let mut level = level.into_iter().peekable();
    let mut built = Vec::with_capacity(groups);
    while groups > 0 {
        let width = left.div_ceil(groups);
        left -= width;
        groups -= 1;
        let mut children = Children::new();
        let mut separators = Vec::with_capacity(width);
        let mut low = None;
        for (separator, child) in level.by_ref().take(width) {
            children.push(child);
            match separator {
                Some(separator) if children.len() > 1 => separators.push(separator),
                separator => low = separator,
            }
        }
        let high = level.peek().and_then(|(separator, _)| separator.as_ref());
        let fences = Fences { low: low.as_ref(), high };
        let inner = Inner::of(children, separators, fences, order).into_child();
        built.push((low, inner));
    }
    built
}
