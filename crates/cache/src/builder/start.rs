//! What a builder is, begins with, and is given for the whole cache.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use forebay_store::{ByteSize, IntoStore, Key, Seams, Value};

use super::writing::{Coalescing, Way};
use crate::blueprint::Bind;
use crate::engine::{Listener, Merge, Weigher};
use crate::journal::JournalPlace;
use crate::settings::{Reading, Settings};

/// Opens a [`Cache`](crate::Cache). Values are in [`Settings`]; components are methods here.
#[must_use = "nothing is opened before `open`"]
pub struct Builder<K, V> {
    pub(super) store: Bind<K, V>,
    pub(super) seams: Option<Seams>,
    pub(super) settings: Settings,
    pub(super) way: Way,
    pub(super) coalescing: Coalescing,
    pub(super) capacity: ByteSize,
    pub(super) shards: Option<usize>,
    pub(super) weigher: Option<Weigher<K, V>>,
    pub(super) merge: Option<Merge<K, V>>,
    pub(super) reading: Reading<K, V>,
    pub(super) max_staleness: Option<Duration>,
    pub(super) is_read_only: bool,
    pub(super) listeners: Vec<Listener>,
    pub(super) journal: Option<JournalPlace<K, V>>,
    pub(super) journal_second: Option<PathBuf>,
}

impl<K: Key, V: Value> Builder<K, V> {
    pub(crate) fn new<Kind>(store: impl IntoStore<K, V, Kind> + Send + 'static) -> Self {
        Self {
            store: Box::new(move |seams| store.into_store(seams)),
            seams: None,
            settings: Settings::default(),
            way: Way::Through,
            coalescing: Coalescing::default(),
            capacity: ByteSize::mib(64),
            shards: None,
            weigher: None,
            merge: None,
            reading: Reading::default(),
            max_staleness: None,
            is_read_only: false,
            listeners: Vec::new(),
            journal: None,
            journal_second: None,
        }
    }

    /// How many bytes may be resident: entries, keys and values as weighed, and 64 bytes for each key
    /// with a write that is not stored. Default 64 MiB, at least 4 KiB. At it, clean entries are evicted. What keys and
    /// values hold on the heap counts only if a [`weigher`](Self::weigher) says how much that is.
    pub fn capacity(mut self, capacity: ByteSize) -> Self {
        self.capacity = capacity;
        self
    }

    /// How many bytes a key and its value hold on the heap. The entry's own place is counted already. Default 0, which is
    /// right for types like `u64`. Without a weigher the text of a `String` does not count, so memory is not bounded by
    /// the capacity.
    pub fn weigher(mut self, weigher: impl Fn(&K, &V) -> usize + Send + Sync + 'static) -> Self {
        self.weigher = Some(Box::new(weigher));
        self
    }

    /// How many parts the table has, each with a lock of its own; a power of two up to 4096. Default: four a processor,
    /// fewer for small capacities.
    pub fn shards(mut self, shards: usize) -> Self {
        self.shards = Some(shards);
        self
    }

    /// Time, threads and randomness. Default: the real ones.
    pub fn seams(mut self, seams: Seams) -> Self {
        self.seams = Some(seams);
        self
    }
}

impl<K, V> fmt::Debug for Builder<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("capacity", &self.capacity)
            .field("way", &self.way)
            .field("coalescing", &self.coalescing)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
