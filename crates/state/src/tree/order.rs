//! What a tree holds and how it is ordered: items with keys, and keys with bytes.

use std::cmp::Ordering;

/// Something that a tree holds: cheap to clone, and ordered by a key of its own.
pub(crate) trait Item: Clone {
    /// What orders it. Cloned only when a node is split.
    type Key: Clone;

    /// Its key.
    fn key(&self) -> &Self::Key;
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

/// What a search looks for: the bytes of a key, and the answer where bytes do not tell.
#[derive(Clone, Copy)]
pub(crate) struct Sought<'a, K> {
    bytes: &'a [u8],
    compare: &'a dyn Fn(&K) -> Ordering,
}

impl<'a, K> Sought<'a, K> {
    /// A search for `bytes`; `compare` tells how a key of the tree stands to what is sought.
    pub(crate) fn new(bytes: &'a [u8], compare: &'a dyn Fn(&K) -> Ordering) -> Self {
        Self { bytes, compare }
    }

    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    pub(super) fn compare(&self, key: &K) -> Ordering {
        (self.compare)(key)
    }
}
