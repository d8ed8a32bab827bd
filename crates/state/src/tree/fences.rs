//! The fences of a node: the separators in the nodes above it that bound its keys.

use super::hints::shared_length;
use super::order::Order;

/// A node's keys are at least `low` and below `high`; at the edges of the tree one is missing.
pub(super) struct Fences<'k, K> {
    pub(super) low: Option<&'k K>,
    pub(super) high: Option<&'k K>,
}

// By hand, because a derive would ask the same of the key.
impl<K> Clone for Fences<'_, K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Fences<'_, K> {}

impl<'k, K> Fences<'k, K> {
    /// Those of the whole tree.
    pub(super) fn none() -> Self {
        Self { low: None, high: None }
    }

    pub(super) fn are_both(&self) -> bool {
        self.low.is_some() && self.high.is_some()
    }

    /// Those of child `at` of a node with these fences and separators.
    pub(super) fn of_child(self, at: usize, separators: &'k [K]) -> Self {
        self.of_children(at, at, separators)
    }

    /// Those around the children from `first` to `last`.
    pub(super) fn of_children(self, first: usize, last: usize, separators: &'k [K]) -> Self {
        let low = first.checked_sub(1).and_then(|before| separators.get(before)).or(self.low);
        Self { low, high: separators.get(last).or(self.high) }
    }

    /// Those of the two halves that `separator` makes.
    pub(super) fn split_at(self, separator: &'k K) -> (Self, Self) {
        let below = Self { low: self.low, high: Some(separator) };
        (below, Self { low: Some(separator), high: self.high })
    }

    /// How many bytes everything between begins with, if both fences are there.
    pub(super) fn shared<O: Order<K>>(self, order: &O) -> Option<u16> {
        let (low, high) = (self.low?, self.high?);
        Some(order.with_bytes(low, |low| order.with_bytes(high, |high| shared_length(low, high))))
    }
}
