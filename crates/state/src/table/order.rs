//! How a table orders its entries, and how it is asked.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::Hasher;
use std::marker::PhantomData;

use foldhash::SharedSeed;
use foldhash::quality::FoldHasher;

use crate::catalog::TableKind;
use crate::key::{Key, Seek, Tail};
use crate::tree::{Item, Order, Sought};

/// How a table orders its entries: by their keys, or by a hash of them.
#[doc(hidden)]
pub trait TableOrder: Clone + fmt::Debug + Send + Sync + 'static {
    /// What the catalog calls it.
    const KIND: TableKind;

    /// One that nobody can foresee who does not know the seed, if there is a choice.
    fn seeded(seed: u64) -> Self;

    /// Lends the bytes that say where the key with these bytes belongs.
    fn place<R>(&self, encoded: &[u8], read: impl FnOnce(&[u8]) -> R) -> R;

    /// How one key stands to another, of how their places do and how they do themselves.
    fn decide(
        &self,
        places: impl FnOnce() -> Ordering,
        keys: impl FnOnce() -> Ordering,
    ) -> Ordering;
}

/// The order of the keys themselves.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default)]
pub struct ByKey;

impl TableOrder for ByKey {
    const KIND: TableKind = TableKind::Ordered;

    fn seeded(_: u64) -> Self {
        Self
    }

    #[inline]
    fn place<R>(&self, encoded: &[u8], read: impl FnOnce(&[u8]) -> R) -> R {
        read(encoded)
    }

    fn decide(&self, _: impl FnOnce() -> Ordering, keys: impl FnOnce() -> Ordering) -> Ordering {
        keys()
    }
}

/// The order of a hash of their bytes. Keys with one hash are ordered as keys.
#[doc(hidden)]
#[derive(Clone, Copy, Default)]
pub struct ByHash {
    seed: u64,
}

impl TableOrder for ByHash {
    const KIND: TableKind = TableKind::Hash;

    fn seeded(seed: u64) -> Self {
        Self { seed }
    }

    #[inline]
    fn place<R>(&self, encoded: &[u8], read: impl FnOnce(&[u8]) -> R) -> R {
        let mut hasher = FoldHasher::with_seed(self.seed, SharedSeed::global_fixed());
        hasher.write(encoded);
        read(&hasher.finish().to_be_bytes())
    }

    fn decide(
        &self,
        places: impl FnOnce() -> Ordering,
        keys: impl FnOnce() -> Ordering,
    ) -> Ordering {
        decided_by_place(places, keys)
    }
}

/// Where keys belong decides, and of two with one place they do themselves.
pub(super) fn decided_by_place(
    places: impl FnOnce() -> Ordering,
    keys: impl FnOnce() -> Ordering,
) -> Ordering {
    places().then_with(keys)
}

/// The seed is not shown: with it one could choose keys that meet in one place.
impl fmt::Debug for ByHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByHash").finish_non_exhaustive()
    }
}

impl<K: Key, O: TableOrder> Order<K> for O {
    fn with_bytes<R>(&self, key: &K, f: impl FnOnce(&[u8]) -> R) -> R {
        key.with_encoded(|encoded| self.place(encoded, f))
    }

    fn compare(&self, a: &K, b: &K) -> Ordering {
        let places = || self.with_bytes(a, |a| self.with_bytes(b, |b| a.cmp(b)));
        self.decide(places, || a.cmp(b))
    }
}

/// The search for a key.
pub(super) struct Asked<'a, K: Key, Q: ?Sized, O> {
    place: &'a [u8],
    encoded: &'a [u8],
    key: &'a Q,
    order: &'a O,
    of: PhantomData<fn(&K)>,
}

// By hand, because a derive would ask the same of what is only referred to.
impl<K: Key, Q: ?Sized, O> Clone for Asked<'_, K, Q, O> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: Key, Q: ?Sized, O> Copy for Asked<'_, K, Q, O> {}

/// An item that may know its key's tail.
pub(super) trait Keyed: Item<Key: Key> {
    /// Whether its key is the one with this tail, where tails tell.
    fn has(&self, tail: <Self::Key as Key>::Tail) -> Option<bool>;
}

impl<I, K, Q, O> Sought<I> for Asked<'_, K, Q, O>
where
    I: Keyed<Key = K>,
    K: Key + Borrow<Q>,
    Q: Seek<K> + ?Sized,
    O: TableOrder,
{
    #[inline]
    fn bytes(&self) -> &[u8] {
        self.place
    }

    #[inline]
    fn compare(&self, other: &K) -> Ordering {
        let places = || self.order.with_bytes(other, |other| other.cmp(self.place));
        self.order.decide(places, || other.borrow().cmp(self.key))
    }

    #[inline]
    fn compare_item(&self, item: &I) -> Ordering {
        // Most often it is the one, and then the tail says so without a look at the key's heap, or the
        // key itself, without a look at where it belongs.
        match item.has(K::Tail::of(self.encoded)) {
            Some(true) => Ordering::Equal,
            None if item.key().borrow() == self.key => Ordering::Equal,
            _ => Sought::<I>::compare(self, item.key()),
        }
    }
}

/// Calls `f` with the search for `key`.
#[inline]
pub(super) fn seek<K, Q, O, R>(order: &O, key: &Q, f: impl FnOnce(&Asked<'_, K, Q, O>) -> R) -> R
where
    K: Key + Borrow<Q>,
    Q: Seek<K> + ?Sized,
    O: TableOrder,
{
    key.with_bytes(|encoded| {
        order.place(encoded, |place| f(&Asked { place, encoded, key, order, of: PhantomData }))
    })
}

/// The search for the first key whose bytes are not below these.
pub(super) struct FirstFrom<'a>(pub(super) &'a [u8]);

impl<I: Item<Key: Key>> Sought<I> for FirstFrom<'_> {
    fn bytes(&self) -> &[u8] {
        self.0
    }

    fn compare(&self, key: &I::Key) -> Ordering {
        key.with_encoded(|bytes| bytes.cmp(self.0))
    }
}
