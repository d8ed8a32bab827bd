//! What a tree holds and how it is ordered: items with keys, and keys with bytes.

use std::cmp::Ordering;

/// Something that a tree holds: cheap to clone, and ordered by a key of its own.
pub(crate) trait Item: Clone {
    /// What orders it. Cloned only when a node is split.
    type Key: Clone;

    /// Its key.
    fn key(&self) -> &Self::Key;

    /// Whether both have the same key, where that can be told without the keys.
    fn is_same(&self, _other: &Self) -> Option<bool> {
        None
    }
}

/// An order of keys that bytes nearly decide.
///
/// The bytes of a smaller key are never greater; `compare` decides where they are equal.
pub(crate) trait Order<K>: Clone {
    /// Calls `f` with the bytes of `key`.
    fn with_bytes<R>(&self, key: &K, f: impl FnOnce(&[u8]) -> R) -> R;

    /// How `a` stands to `b`.
    fn compare(&self, a: &K, b: &K) -> Ordering;
}

/// What a search looks for.
pub(crate) trait Sought<I: Item> {
    /// The bytes of the key, which nearly decide.
    fn bytes(&self) -> &[u8];

    /// How a key of the tree stands to what is sought. It is asked where bytes do not tell.
    fn compare(&self, key: &I::Key) -> Ordering;

    /// The same of the key of an item, for those that can tell sooner.
    fn compare_item(&self, item: &I) -> Ordering {
        self.compare(item.key())
    }
}

impl<I: Item, S: Sought<I>> Sought<I> for &S {
    fn bytes(&self) -> &[u8] {
        (**self).bytes()
    }

    fn compare(&self, key: &I::Key) -> Ordering {
        (**self).compare(key)
    }

    fn compare_item(&self, item: &I) -> Ordering {
        (**self).compare_item(item)
    }
}

/// The search for the place of an item that is about to go in.
pub(super) struct Own<'a, I, O> {
    bytes: &'a [u8],
    item: &'a I,
    order: &'a O,
}

impl<'a, I: Item, O: Order<I::Key>> Own<'a, I, O> {
    pub(super) fn search<R>(item: &'a I, order: &'a O, f: impl FnOnce(&Own<'_, I, O>) -> R) -> R {
        order.with_bytes(item.key(), |bytes| f(&Own { bytes, item, order }))
    }
}

impl<I: Item, O: Order<I::Key>> Sought<I> for Own<'_, I, O> {
    fn bytes(&self) -> &[u8] {
        self.bytes
    }

    fn compare(&self, key: &I::Key) -> Ordering {
        self.order.compare(key, self.item.key())
    }

    fn compare_item(&self, item: &I) -> Ordering {
        match item.is_same(self.item) {
            Some(true) => Ordering::Equal,
            _ => self.compare(item.key()),
        }
    }
}
