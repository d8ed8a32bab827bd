//! Which spots have an index key, or one of a range: bounds of their bytes.

use std::borrow::Borrow;
use std::ops::{Bound, RangeBounds};

use crate::key::{Key, PrefixOf, Seek};
use crate::table::Edge;

/// From where on, and up to where.
pub(super) struct Edges {
    pub(super) low: Edge,
    pub(super) high: Edge,
}

impl Edges {
    /// All spots of one index key.
    pub(super) fn of<I, Q>(by: &Q) -> Self
    where
        I: Key + Borrow<Q>,
        Q: Seek<I> + ?Sized,
    {
        by.with_inner(|bytes| Self { low: Edge::before(bytes), high: Edge::behind(bytes) })
    }

    /// All spots of a range of index keys.
    pub(super) fn range<I, Q>(by: &impl RangeBounds<Q>) -> Self
    where
        I: Key + Borrow<Q>,
        Q: Seek<I> + ?Sized,
    {
        let low = match by.start_bound() {
            Bound::Unbounded => Edge::before(&[]),
            Bound::Included(low) => low.with_inner(Edge::before),
            Bound::Excluded(low) => low.with_inner(Edge::behind),
        };
        let high = match by.end_bound() {
            Bound::Unbounded => Edge::End,
            Bound::Included(high) => high.with_inner(Edge::behind),
            Bound::Excluded(high) => high.with_inner(Edge::before),
        };
        Self { low, high }
    }

    /// All spots whose index keys begin with `prefix`.
    pub(super) fn prefix<I, P>(prefix: &P) -> Self
    where
        P: PrefixOf<I> + ?Sized,
    {
        prefix
            .with_inner_prefix(|bytes| Self { low: Edge::before(bytes), high: Edge::behind(bytes) })
    }
}
