//! One entry: a key, what memory holds for it, and its place on a list.

use forebay_store::sync::atomic::{AtomicU8, Ordering};

use super::roster::NONE;

/// What memory holds for a key. Whether it is stored yet is in the entry's `Work`.
#[derive(Clone, Debug)]
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

/// See `quiet.rs`, which alone changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quiet {
    /// Something goes on besides waiting for the flusher.
    No,
    /// The entry alone can take an overwrite.
    Alone,
    /// It has taken one, and its work does not know yet.
    Ahead,
}

/// What the table keeps of a key's hash: half of it finds an entry as well, and an entry with a
/// small key and value fits one line of the processor's cache.
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

    /// Spread over 64 bits again, for an index that looks at both ends.
    #[inline]
    pub(crate) fn spread(self) -> u64 {
        // A multiplication by an odd number (2^64 divided by the golden ratio) loses nothing.
        u64::from(self.0).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

#[derive(Debug)]
pub(crate) struct Entry<K, V> {
    pub(crate) key: K,
    pub(crate) print: Print,
    pub(crate) held: Held<V>,
    /// Changes with every change of `held`; never repeats in the shard.
    pub(crate) stamp: u64,
    /// Milliseconds of wall time from which on `held` is not visible; 0 is never. An `Absent`
    /// with 0 is never visible.
    pub(crate) deadline: u64,
    pub(crate) weight: u32,
    /// Work under way for this key, or `NONE` for a plain clean entry.
    pub(crate) work: u32,
    pub(crate) prev: u32,
    pub(crate) next: u32,
    pub(crate) list: ListId,
    pub(super) quiet: Quiet,
    /// In which stretch of the main list it came there, which it returns to; 0 is never.
    pub(crate) stretch: u8,
    uses: AtomicU8,
}

impl<K, V> Entry<K, V> {
    /// Uses beyond this many are not told apart.
    const USES_MAX: u8 = 3;

    #[inline]
    pub(crate) fn new(key: K, print: Print) -> Self {
        Self {
            key,
            print,
            held: Held::Nothing,
            stamp: 0,
            deadline: 0,
            weight: 0,
            work: NONE,
            prev: NONE,
            next: NONE,
            list: ListId::None,
            quiet: Quiet::No,
            stretch: 0,
            uses: AtomicU8::new(0),
        }
    }

    /// Notes a use. Two at once may count as one, which an eviction policy forgives.
    #[inline]
    pub(crate) fn touch(&self) {
        let uses = self.uses.load(Ordering::Relaxed);
        if uses < Self::USES_MAX {
            self.uses.store(uses + 1, Ordering::Relaxed);
        }
    }

    /// Its value, if there is one and it is visible whatever the time is.
    #[inline]
    pub(crate) fn timeless(&self) -> Option<&V> {
        match (&self.held, self.deadline) {
            (Held::Value(value), 0) => Some(value),
            _ => None,
        }
    }

    /// Whether the main list is the clean list to which it returns.
    pub(crate) fn is_main(&self) -> bool {
        self.stretch != 0
    }

    pub(crate) fn uses(&self) -> u8 {
        self.uses.load(Ordering::Relaxed)
    }

    pub(crate) fn set_uses(&mut self, uses: u8) {
        self.uses.store(uses, Ordering::Relaxed);
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

/// One line of the processor's cache, as [`Print`] promises.
#[cfg(all(target_pointer_width = "64", not(shuttle)))]
const _: () = assert!(size_of::<Option<Entry<u64, u64>>>() == 64);
