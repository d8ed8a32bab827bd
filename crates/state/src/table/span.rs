//! Spans: the part of something sorted that lies between two keys, or begins with a prefix.

use std::borrow::Borrow;
use std::ops::{Bound, RangeBounds};

use super::order::{ByKey, FirstFrom, Keyed, TableOrder, seek};
use super::touched::{Touched, Walk};
use crate::key::{Key, KeyBytes, PrefixOf, Seek};
use crate::tree::{Cursor, Item, Order, Sought, Tree};

/// Items in the order of a table.
pub(super) trait Sorted {
    type Item: Item;
    type Walk<'t>
    where
        Self: 't;

    fn count(&self) -> usize;

    /// How many are smaller than what is sought, and whether it is there.
    fn rank_of(&self, sought: &impl Sought<Self::Item>) -> (usize, bool);

    /// Those from number `front` to before number `back`; none if that is crossed.
    fn between(&self, front: usize, back: usize) -> Self::Walk<'_>;
}

impl<I: Item, O: Order<I::Key>> Sorted for Tree<I, O> {
    type Item = I;
    type Walk<'t>
        = Cursor<'t, I>
    where
        Self: 't;

    fn count(&self) -> usize {
        self.len()
    }

    fn rank_of(&self, sought: &impl Sought<I>) -> (usize, bool) {
        self.rank(sought)
    }

    fn between(&self, front: usize, back: usize) -> Cursor<'_, I> {
        self.part(front, back)
    }
}

impl<C: Item, O: Order<C::Key>> Sorted for Touched<C, O> {
    type Item = C;
    type Walk<'t>
        = Walk<'t, C>
    where
        Self: 't;

    fn count(&self) -> usize {
        self.len()
    }

    fn rank_of(&self, sought: &impl Sought<C>) -> (usize, bool) {
        self.rank(sought)
    }

    fn between(&self, front: usize, back: usize) -> Walk<'_, C> {
        self.part(front, back)
    }
}

/// What of `sorted` is in the range `keys`.
pub(super) fn range<'t, S, K, Q>(sorted: &'t S, keys: &impl RangeBounds<Q>) -> S::Walk<'t>
where
    S: Sorted<Item: Keyed<Key = K>>,
    K: Key + Borrow<Q>,
    Q: Seek<K> + ?Sized,
{
    let smaller = |key: &Q| seek(&ByKey, key, |sought| sorted.rank_of(sought)).0;
    let front = match keys.start_bound() {
        Bound::Unbounded => 0,
        Bound::Included(low) => smaller(low),
        Bound::Excluded(low) => past(sorted, &ByKey, low),
    };
    let back = match keys.end_bound() {
        Bound::Unbounded => sorted.count(),
        Bound::Included(high) => past(sorted, &ByKey, high),
        Bound::Excluded(high) => smaller(high),
    };
    sorted.between(front, back)
}

/// What of `sorted` begins with `prefix`.
pub(super) fn prefix<'t, S, K, P>(sorted: &'t S, prefix: &P) -> S::Walk<'t>
where
    S: Sorted<Item: Keyed<Key = K>>,
    K: Key,
    P: PrefixOf<K> + ?Sized,
{
    prefix.with_prefix(|prefix| {
        let smaller = |bytes: &[u8]| sorted.rank_of(&FirstFrom(bytes)).0;
        let back = match behind_all(prefix) {
            Some(behind) => smaller(behind.as_bytes()),
            None => sorted.count(),
        };
        sorted.between(smaller(prefix), back)
    })
}

/// A place between the bytes of keys.
pub(crate) enum Edge {
    /// Before all that are not below these.
    Before(KeyBytes),
    /// After everything.
    End,
}

impl Edge {
    /// Before these bytes.
    pub(crate) fn before(bytes: &[u8]) -> Self {
        let mut place = KeyBytes::new();
        place.extend(bytes);
        Self::Before(place)
    }

    /// Behind all that begin with these bytes.
    pub(crate) fn behind(bytes: &[u8]) -> Self {
        behind_all(bytes).map_or(Self::End, Self::Before)
    }
}

/// What of `sorted` is between two edges; none if they are crossed.
pub(super) fn between<'t, S>(sorted: &'t S, low: &Edge, high: &Edge) -> S::Walk<'t>
where
    S: Sorted<Item: Keyed>,
{
    let place = |edge: &Edge| match edge {
        Edge::Before(bytes) => sorted.rank_of(&FirstFrom(bytes.as_bytes())).0,
        Edge::End => sorted.count(),
    };
    sorted.between(place(low), place(high))
}

/// What of `sorted` comes after `key`, whether that is there or not; all if there is no key.
pub(super) fn after<'t, S, K, Q, O>(sorted: &'t S, order: &O, key: Option<&Q>) -> S::Walk<'t>
where
    S: Sorted<Item: Keyed<Key = K>>,
    K: Key + Borrow<Q>,
    Q: Seek<K> + ?Sized,
    O: TableOrder,
{
    let front = key.map_or(0, |key| past(sorted, order, key));
    sorted.between(front, sorted.count())
}

/// How many items are not greater than `key`.
fn past<S, K, Q, O>(sorted: &S, order: &O, key: &Q) -> usize
where
    S: Sorted<Item: Keyed<Key = K>>,
    K: Key + Borrow<Q>,
    Q: Seek<K> + ?Sized,
    O: TableOrder,
{
    let (smaller, is_there) = seek(order, key, |sought| sorted.rank_of(sought));
    smaller + usize::from(is_there)
}

/// The first bytes behind all that begin with `prefix`; none if nothing is behind them.
fn behind_all(prefix: &[u8]) -> Option<KeyBytes> {
    let last = prefix.iter().rposition(|byte| *byte < u8::MAX)?;
    let mut behind = KeyBytes::new();
    behind.extend(&prefix[..last]);
    behind.push(prefix[last] + 1);
    Some(behind)
}
