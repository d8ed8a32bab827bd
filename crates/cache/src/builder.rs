//! Opening a cache.

use std::fmt;
use std::num::NonZero;
use std::thread::available_parallelism;
use std::time::Duration;

use forebay_store::{
    Durability, Error, IntoStore, Key, Op, Result, Seams, SharedStore, Value, WallTime,
};

use crate::byte_size::ByteSize;
use crate::cache::Cache;
use crate::engine::{Expire, Parts, Shared, Weigher};
use crate::settings::Settings;
use crate::write::Write;

/// Makes the store's object-safe face when the seams are known.
type Bind<K, V> = Box<dyn FnOnce(&Seams) -> SharedStore<K, V> + Send>;

/// Opens a [`Cache`]. Values are in [`Settings`]; components are methods here.
pub struct Builder<K, V> {
    store: Bind<K, V>,
    seams: Option<Seams>,
    settings: Settings,
    write: Write,
    capacity: ByteSize,
    shards: Option<usize>,
    weigher: Option<Weigher<K, V>>,
    expire: Option<Expire<K, V>>,
    absence: Duration,
    loads_waiting_max: usize,
}

impl<K: Key, V: Value> Builder<K, V> {
    pub(crate) fn new<Kind>(store: impl IntoStore<K, V, Kind> + Send + 'static) -> Self {
        Self {
            store: Box::new(move |seams| store.into_store(seams)),
            seams: None,
            settings: Settings::default(),
            write: Write::Through,
            capacity: ByteSize::mib(64),
            shards: None,
            weigher: None,
            expire: None,
            absence: Duration::ZERO,
            loads_waiting_max: 65_536,
        }
    }

    /// How many bytes may be resident: entries, keys and values as weighed. Default 64 MiB, at
    /// least 4 KiB. At it, clean entries are evicted. What keys and values hold on the heap counts
    /// only if a [`weigher`](Self::weigher) says how much that is.
    pub fn capacity(mut self, capacity: ByteSize) -> Self {
        self.capacity = capacity;
        self
    }

    /// How many bytes a key and its value hold outside themselves, on the heap. The entry's own
    /// place is counted already. Default 0, which is right for types like `u64`.
    pub fn weigher(mut self, weigher: impl Fn(&K, &V) -> usize + Send + Sync + 'static) -> Self {
        self.weigher = Some(Box::new(weigher));
        self
    }

    /// Writes go through unless they ask otherwise: acknowledged at `Stored`. The default.
    pub fn write_through(mut self, settings: Settings) -> Self {
        (self.write, self.settings) = (Write::Through, settings);
        self
    }

    /// Writes go behind unless they ask otherwise: acknowledged at `Memory`, lost if the process
    /// dies before they are stored.
    pub fn write_behind(mut self, settings: Settings) -> Self {
        (self.write, self.settings) = (Write::Behind(Durability::Memory), settings);
        self
    }

    /// When a value is over, as the value itself says. From then on it is not visible (G10: it is
    /// stored all the same). Default: never.
    pub fn expire_with(
        mut self,
        expire: impl Fn(&K, &V) -> Option<WallTime> + Send + Sync + 'static,
    ) -> Self {
        self.expire = Some(Box::new(expire));
        self
    }

    /// How long the knowledge that the store does not have a key answers gets. Default zero: each
    /// get of an absent key asks the store.
    pub fn cache_absence(mut self, keep: Duration) -> Self {
        self.absence = keep;
        self
    }

    /// Callers that may wait for loads at once. Default 65,536, at least 1. At it, a get that
    /// misses is refused with `Busy`.
    pub fn loads_waiting_max(mut self, max: usize) -> Self {
        self.loads_waiting_max = max;
        self
    }

    /// Parts of the table with a lock each; a power of two up to 4096. Default: four a processor,
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

    /// Opens the cache.
    ///
    /// # Errors
    ///
    /// `Invalid` if a value makes no sense; the message names it.
    pub fn open(self) -> Op<Cache<K, V>> {
        match self.build() {
            Ok(cache) => Op::ready(cache),
            Err(error) => Op::failed(error),
        }
    }

    fn build(self) -> Result<Cache<K, V>> {
        const CAPACITY_MIN: ByteSize = ByteSize::kib(4);
        const SHARDS_MAX: usize = 4096;
        if self.capacity < CAPACITY_MIN {
            let capacity = self.capacity;
            let message = format!("capacity is {capacity}; it must be at least {CAPACITY_MIN}");
            return Err(Error::invalid(message));
        }
        if self.loads_waiting_max == 0 {
            return Err(Error::invalid("loads_waiting_max is 0; it must be at least 1"));
        }
        let shards = self.shards.unwrap_or_else(|| Self::default_shards(self.capacity));
        if !shards.is_power_of_two() || shards > SHARDS_MAX {
            let message =
                format!("shards is {shards}; it must be a power of two and at most {SHARDS_MAX}");
            return Err(Error::invalid(message));
        }
        let capacity = self.capacity.as_bytes();
        let dirty_bytes_max = self.settings.check(capacity)?;
        let seams = self.seams.unwrap_or_default();
        let store = (self.store)(&seams);
        let parts = Parts {
            seams,
            settings: self.settings,
            write: self.write,
            capacity,
            dirty_bytes_max,
            shards,
            weigher: self.weigher,
            expire: self.expire,
            absence: self.absence,
            loads_waiting_max: self.loads_waiting_max,
        };
        Ok(Cache::of(Shared::new(store, parts)))
    }

    /// Four a processor, but each with at least 32 entries at their lightest.
    fn default_shards(capacity: ByteSize) -> usize {
        let processors = available_parallelism().map_or(1, NonZero::get);
        let entries = capacity.as_bytes() / Shared::<K, V>::ENTRY_BYTES as u64;
        let fitting = usize::try_from(entries / 32).unwrap_or(usize::MAX).max(1);
        let shards = (processors * 4).next_power_of_two();
        let fitting =
            if fitting.is_power_of_two() { fitting } else { fitting.next_power_of_two() / 2 };
        shards.min(fitting).min(4096)
    }
}

impl<K, V> fmt::Debug for Builder<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("capacity", &self.capacity)
            .field("write", &self.write)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
