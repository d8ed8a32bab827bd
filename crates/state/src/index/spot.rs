//! A spot: where an entry is in an index.

use std::cmp::Ordering;
use std::fmt;

use forebay_store::Result;

use crate::key::{Key, KeyBytes, KeyReader, Place, Shape};
use crate::table::{Kept, TableChanges, TableOverlay};

/// What a transaction has changed in an index.
#[doc(hidden)]
pub type IndexChanges<I, K, V> = TableChanges<Spot<I, K, V>, ()>;

/// The unshown changes of an index.
#[doc(hidden)]
pub type IndexOverlay<I, K, V> = TableOverlay<Spot<I, K, V>, ()>;

/// An index key and the entry that has it, ordered by both keys.
///
/// Its clone has the key of the entry only. Trees clone keys to tell their nodes apart, and those
/// clones outlive the entry: they must not keep its value.
#[doc(hidden)]
pub struct Spot<I, K: Key, V> {
    by: I,
    of: Of<K, V>,
}

enum Of<K: Key, V> {
    Entry(Kept<K, V>),
    Key(K),
}

impl<I, K: Key, V> Spot<I, K, V> {
    pub(super) fn new(by: I, entry: &Kept<K, V>) -> Self {
        Self { by, of: Of::Entry(entry.clone()) }
    }

    pub(super) fn by(&self) -> &I {
        &self.by
    }

    pub(super) fn key(&self) -> &K {
        match &self.of {
            Of::Entry(entry) => entry.key(),
            Of::Key(key) => key,
        }
    }

    /// The value of the entry. Only clones lack it, and those are in no leaf of an index.
    pub(super) fn value(&self) -> &V {
        match &self.of {
            Of::Entry(entry) => entry.value(),
            Of::Key(_) => unreachable!("an index holds entries"),
        }
    }
}

impl<I: Clone, K: Key, V> Clone for Spot<I, K, V> {
    fn clone(&self) -> Self {
        Self { by: self.by.clone(), of: Of::Key(self.key().clone()) }
    }
}

impl<I: Ord, K: Key, V> Ord for Spot<I, K, V> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.by.cmp(&other.by).then_with(|| self.key().cmp(other.key()))
    }
}

impl<I: Ord, K: Key, V> PartialOrd for Spot<I, K, V> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<I: Ord, K: Key, V> PartialEq for Spot<I, K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<I: Ord, K: Key, V> Eq for Spot<I, K, V> {}

impl<I: Key, K: Key, V: Send + Sync + 'static> Key for Spot<I, K, V> {
    // Spots are sought by their index keys, hardly ever as a whole, so a tail would be memory only.
    type Tail = ();
    const SHAPE: Shape = Shape::Tuple { parts: &[I::SHAPE, K::SHAPE] };

    fn encode(&self, place: Place, out: &mut KeyBytes) {
        self.by.encode(Place::Inner, out);
        self.key().encode(place, out);
    }

    fn decode(bytes: &mut KeyReader<'_>, place: Place) -> Result<Self> {
        let by = I::decode(bytes, Place::Inner)?;
        Ok(Self { by, of: Of::Key(K::decode(bytes, place)?) })
    }
}

impl<I: fmt::Debug, K: Key + fmt::Debug, V> fmt::Debug for Spot<I, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Spot").field(&self.by).field(self.key()).finish()
    }
}
