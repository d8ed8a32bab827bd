//! How a table orders its entries, and how it is asked.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::ops::{Bound, RangeBounds};

use crate::key::{Key, Seek};
use crate::tree::{Cursor, Item, Order, Sought, Tree};

/// The order of the keys themselves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ByKey;

impl<K: Key> Order<K> for ByKey {
    fn with_bytes<R>(&self, key: &K, f: impl FnOnce(&[u8]) -> R) -> R {
        key.with_encoded(f)
    }

    fn compare(&self, a: &K, b: &K) -> Ordering {
        a.cmp(b)
    }
}

/// Calls `f` with the search for `key`.
pub(super) fn seek<K, Q, R>(key: &Q, f: impl FnOnce(Sought<'_, K>) -> R) -> R
where
    K: Key + Borrow<Q>,
    Q: Seek<K> + ?Sized,
{
    key.with_bytes(|bytes| f(Sought::new(bytes, &|other: &K| other.borrow().cmp(key))))
}

/// The items of `tree` in `range`.
pub(super) fn range<'t, I, K, Q>(
    tree: &'t Tree<I, ByKey>,
    range: &impl RangeBounds<Q>,
) -> Cursor<'t, I>
where
    I: Item<Key = K>,
    K: Key + Borrow<Q>,
    Q: Seek<K> + ?Sized,
{
    let (low, high) = (range.start_bound(), range.end_bound());
    bound(low, |low| bound(high, |high| tree.range(low, high)))
}

fn bound<K, Q, R>(bound: Bound<&Q>, f: impl FnOnce(Bound<Sought<'_, K>>) -> R) -> R
where
    K: Key + Borrow<Q>,
    Q: Seek<K> + ?Sized,
{
    match bound {
        Bound::Unbounded => f(Bound::Unbounded),
        Bound::Included(key) => seek(key, |key| f(Bound::Included(key))),
        Bound::Excluded(key) => seek(key, |key| f(Bound::Excluded(key))),
    }
}
