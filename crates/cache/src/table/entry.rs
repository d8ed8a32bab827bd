//! One entry: a key, what memory holds for it, and on which list it is.

use std::mem::needs_drop;

use super::content::{Content, note};
pub(super) use super::marks::Quiet;

/// What memory holds for a key. Whether it is stored yet is in the entry's `Work`.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Held<V> {
    /// Nothing is known: the entry exists for a load or a write under way.
    Nothing,
    /// The store does not have the key. Answers reads until the entry's deadline.
    Absent,
    /// The key was deleted and the store does not know it yet.
    Tombstone,
    /// A value.
    Value(V),
}

/// The list that an entry is on. At most one; which one is decided by `settle` alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListId {
    None,
    /// Clean and new: the first to be evicted.
    Small,
    /// Clean and used before.
    Main,
    /// Not stored, in the order of first dirtying. Never evicted.
    Dirty,
    /// Stored, but something is under way for the key: the value may go, the entry may not.
    Busy,
    /// Refused by the store, in the order of their refusals. Never evicted.
    Quarantine,
}

impl ListId {
    /// All, in the order of their numbers.
    pub(super) const ALL: [Self; 6] =
        [Self::None, Self::Small, Self::Main, Self::Dirty, Self::Busy, Self::Quarantine];
}

/// What the table keeps of a key's hash: half of it finds an entry as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Print(u32);

impl Print {
    /// The lower half; the shard was chosen by the other.
    #[inline]
    pub(crate) fn of(hash: u64) -> Self {
        Self((hash & u64::from(u32::MAX)).try_into().unwrap_or_default())
    }

    /// The half itself.
    #[inline]
    pub(crate) fn bits(self) -> u32 {
        self.0
    }

    /// Spread over 64 bits again, for a table that looks at both ends.
    #[inline]
    pub(crate) fn spread(self) -> u64 {
        // A multiplication by an odd number (2^64 divided by the golden ratio) loses nothing.
        u64::from(self.0).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

/// The half of an entry that a hit looks at. It is small, and all else is in its ties.
#[derive(Debug)]
pub(crate) struct Entry<K, V> {
    pub(crate) key: K,
    content: Content<V>,
    /// Changes with every change of what it holds; never repeats in the shard.
    pub(crate) stamp: u64,
}

impl<K, V> Entry<K, V> {
    #[inline]
    pub(super) fn new(key: K) -> Self {
        Self { key, content: Content::new(), stamp: 0 }
    }

    /// One that holds this from the beginning.
    #[inline]
    pub(super) fn holding(key: K, held: Held<V>, weight: u32, stamp: u64) -> Self {
        Self { key, content: Content::of(held, weight), stamp }
    }

    /// Takes the key that comes with a new value in the place of its own, which is equal. What came together lies
    /// together in memory as a rule, and so does what goes together.
    #[inline]
    pub(super) fn renew_key(&mut self, key: &mut Option<K>) {
        if needs_drop::<K>()
            && let Some(key) = key
        {
            std::mem::swap(&mut self.key, key);
        }
    }

    #[inline]
    pub(crate) fn held(&self) -> Held<&V> {
        self.content.held()
    }

    /// Its value, if there is one.
    #[inline]
    pub(crate) fn value(&self) -> Option<&V> {
        match self.held() {
            Held::Value(value) => Some(value),
            Held::Nothing | Held::Absent | Held::Tombstone => None,
        }
    }

    /// What `make` makes of its value, if there is one and it is visible whatever the time is. That is noted as a use.
    #[inline]
    pub(crate) fn use_timeless<R>(&self, make: impl FnOnce(&V) -> R) -> Option<R> {
        let Content::Value { marks, value, .. } = &self.content else { return None };
        marks.use_timeless(|| make(value))
    }

    /// Holds this from now on; what it held is in `held` afterwards.
    #[inline]
    pub(super) fn swap(&mut self, held: &mut Held<V>) {
        self.content.swap(held);
    }

    /// What is left of it when it is gone.
    pub(crate) fn into_parts(self) -> (K, Held<V>) {
        (self.key, self.content.into_held())
    }

    #[inline]
    pub(crate) fn weight(&self) -> u32 {
        *note!(&self.content, weight)
    }

    #[inline]
    pub(super) fn set_weight(&mut self, weight: u32) {
        *note!(&mut self.content, weight) = weight;
    }

    #[inline]
    pub(super) fn list(&self) -> ListId {
        *note!(&self.content, list)
    }

    #[inline]
    pub(super) fn set_list(&mut self, list: ListId) {
        *note!(&mut self.content, list) = list;
    }

    /// In which stretch of the main list it came there, which it returns to; 0 is never.
    #[inline]
    pub(super) fn stretch(&self) -> u8 {
        *note!(&self.content, stretch)
    }

    #[inline]
    pub(super) fn set_stretch(&mut self, stretch: u8) {
        *note!(&mut self.content, stretch) = stretch;
    }

    /// Whether the main list is the clean list to which it returns.
    pub(super) fn is_main(&self) -> bool {
        self.stretch() != 0
    }

    /// Whether what it holds has a deadline. An `Absent` without one is never visible.
    #[inline]
    pub(crate) fn is_timed(&self) -> bool {
        note!(&self.content, marks).is_timed()
    }

    /// For the roster, which knows the deadline.
    #[inline]
    pub(super) fn set_timed(&mut self, is_timed: bool) {
        note!(&mut self.content, marks).set_timed(is_timed);
    }

    #[inline]
    pub(super) fn quiet(&self) -> Quiet {
        note!(&self.content, marks).quiet()
    }

    #[inline]
    pub(super) fn set_quiet(&mut self, quiet: Quiet) {
        note!(&mut self.content, marks).set_quiet(quiet);
    }

    /// Whether it is quiet, and weighs so much.
    #[inline]
    pub(super) fn is_quiet_at(&self, weight: u32) -> bool {
        self.quiet() != Quiet::No && self.weight() == weight
    }

    /// Takes an overwrite of the same weight, which is visible whatever the time is, while it is quiet. What it held is in
    /// `held` afterwards.
    #[inline]
    pub(super) fn overwrite(&mut self, held: &mut Held<V>, stamp: u64) {
        self.stamp = stamp;
        let marks = note!(&mut self.content, marks);
        marks.set_timed(false);
        marks.overwrite();
        self.content.swap_value(held);
    }

    /// Notes that it was overwritten while it is quiet, which is a use.
    #[inline]
    pub(super) fn note_overwritten(&mut self) {
        note!(&mut self.content, marks).overwrite();
    }

    /// Holds this from now on, and is fresh, which is noted as a use. What it held is in `held` afterwards.
    #[inline]
    pub(super) fn freshen(&mut self, held: &mut Held<V>, weight: u32, stamp: u64) {
        self.stamp = stamp;
        self.set_weight(weight);
        self.note_fresh();
        self.content.swap_value(held);
    }

    /// Notes that it is fresh, and a use.
    #[inline]
    pub(super) fn note_fresh(&mut self) {
        let marks = note!(&mut self.content, marks);
        marks.set_quiet(Quiet::Fresh);
        marks.touch_alone();
    }

    /// Notes a use.
    #[inline]
    pub(crate) fn touch(&self) {
        note!(&self.content, marks).touch();
    }

    #[inline]
    pub(super) fn uses(&self) -> u8 {
        note!(&self.content, marks).uses()
    }

    #[inline]
    pub(super) fn set_uses(&mut self, uses: u8) {
        note!(&mut self.content, marks).set_uses(uses);
    }
}

impl<V> Held<V> {
    pub(crate) fn value(&self) -> Option<&V> {
        match self {
            Self::Value(value) => Some(value),
            Self::Nothing | Self::Absent | Self::Tombstone => None,
        }
    }
}

/// Half a line of the processor's cache.
#[cfg(all(target_pointer_width = "64", not(shuttle)))]
const _: () = assert!(size_of::<Option<Entry<u64, u64>>>() == 32);
