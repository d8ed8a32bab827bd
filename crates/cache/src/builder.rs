//! Opening a cache.

use std::fmt;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::Directories;
use forebay_store::{
    Codec, Durability, Error, IntoStore, Key, Op, Postcard, Result, Seams, Value, WallTime,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::blueprint::{Bind, Blueprint};
use crate::cache::Cache;
use crate::engine::{Expire, Parts, Shared, Weigher, needs_journal};
use crate::journal::{Fold, JournalPlace};
use crate::settings::Settings;
use crate::tenant::CacheTenant;
use crate::write::Write;
use forebay_store::ByteSize;

/// Opens a [`Cache`]. Values are in [`Settings`]; components are methods here.
pub struct Builder<K, V> {
    store: Bind<K, V>,
    seams: Option<Seams>,
    settings: Settings,
    way: Way,
    capacity: ByteSize,
    shards: Option<usize>,
    weigher: Option<Weigher<K, V>>,
    expire: Option<Expire<K, V>>,
    absence: Duration,
    loads_waiting_max: usize,
    journal: Option<JournalPlace<K, V>>,
    journal_second: Option<PathBuf>,
}

/// How writes are done that do not say how.
#[derive(Clone, Copy, Debug)]
enum Way {
    Through,
    /// At this rung, or else at the one that suits.
    Behind(Option<Durability>),
}

impl<K: Key, V: Value> Builder<K, V> {
    pub(crate) fn new<Kind>(store: impl IntoStore<K, V, Kind> + Send + 'static) -> Self {
        Self {
            store: Box::new(move |seams| store.into_store(seams)),
            seams: None,
            settings: Settings::default(),
            way: Way::Through,
            capacity: ByteSize::mib(64),
            shards: None,
            weigher: None,
            expire: None,
            absence: Duration::ZERO,
            loads_waiting_max: 65_536,
            journal: None,
            journal_second: None,
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
        (self.way, self.settings) = (Way::Through, settings);
        self
    }

    /// Writes go behind unless they ask otherwise. With a [`journal`](Self::journal) they are
    /// acknowledged at `Journaled`; without one at `Memory`, and lost if the process dies before they
    /// are stored.
    pub fn write_behind(mut self, settings: Settings) -> Self {
        (self.way, self.settings) = (Way::Behind(None), settings);
        self
    }

    /// As [`write_behind`](Self::write_behind), acknowledged at this rung unless a write asks for
    /// another.
    pub fn write_behind_at(mut self, rung: Durability, settings: Settings) -> Self {
        (self.way, self.settings) = (Way::Behind(Some(rung)), settings);
        self
    }

    /// Keeps writes behind in a journal, in a directory of its own, until they are stored: what was
    /// acknowledged at `Journaled` survives a `kill -9`, and at `Synced` a power cut. What an earlier
    /// process could not store is read from it when the cache is opened: it is dirty again, and
    /// readable at once.
    ///
    /// Keys and values are written in postcard's format; [`journal_with`](Self::journal_with) has
    /// others.
    pub fn journal(self, path: impl AsRef<Path>) -> Self
    where
        K: Serialize + DeserializeOwned,
        V: Serialize + DeserializeOwned,
    {
        self.journal_with(path, JournalSettings::default(), Postcard)
    }

    /// As [`journal`](Self::journal), with settings and a codec of one's own. The settings' label is
    /// chosen by the cache, and their seams are the cache's.
    pub fn journal_with<C>(
        self,
        path: impl AsRef<Path>,
        settings: JournalSettings,
        codec: C,
    ) -> Self
    where
        C: Codec<K> + Codec<V>,
    {
        let place = JournalPlace::at_path(path.as_ref(), settings, codec);
        Self { journal: Some(place), ..self }
    }

    /// As [`journal_with`](Self::journal_with), on a disk of one's own: a simulated one, for example.
    pub fn journal_in<C>(
        self,
        directories: impl Into<Directories>,
        settings: JournalSettings,
        codec: C,
    ) -> Self
    where
        C: Codec<K> + Codec<V>,
    {
        let place = JournalPlace::in_directory(directories.into(), settings, codec);
        Self { journal: Some(place), ..self }
    }

    /// A second directory, on another device, in which the journal goes on when its own fails or is
    /// full. It belongs to the journal from then on: after anything but a close in order it must be
    /// given again. Without a journal it is an error.
    pub fn journal_second(self, path: impl AsRef<Path>) -> Self {
        Self { journal_second: Some(path.as_ref().to_owned()), ..self }
    }

    /// Makes the cache a tenant of this name in a [`SharedJournal`](forebay_journal::SharedJournal), instead
    /// of one with a journal of its own. See [`tenant_with`](Self::tenant_with) for another codec than
    /// postcard's.
    ///
    /// ```
    /// # use forebay_cache::{Cache, Settings};
    /// # use forebay_journal::disk::simulated::SimulatedDisk;
    /// # use forebay_journal::SharedJournal;
    /// # use forebay_store::MemoryStore;
    /// # let disk = SimulatedDisk::new(1);
    /// # let settings = forebay_journal::Settings::default();
    /// let tenant = |name: &str| {
    ///     let cache = Cache::<u64, String>::builder(MemoryStore::new());
    ///     cache.write_behind(Settings::default()).tenant(name)
    /// };
    /// let (mail, news) = SharedJournal::in_directory(disk.directory("a"), settings)
    ///     .open((tenant("mail"), tenant("news")))?;
    /// mail.put(1, "hello".to_owned()).wait()?;
    /// # drop(news);
    /// # Ok::<(), forebay_store::Error>(())
    /// ```
    pub fn tenant(self, name: impl Into<String>) -> CacheTenant<K, V>
    where
        K: Serialize + DeserializeOwned,
        V: Serialize + DeserializeOwned,
    {
        self.tenant_with(name, Postcard)
    }

    /// As [`tenant`](Self::tenant), with a codec of one's own.
    pub fn tenant_with<C>(self, name: impl Into<String>, codec: C) -> CacheTenant<K, V>
    where
        C: Codec<K> + Codec<V>,
    {
        CacheTenant::new(name.into(), self, Arc::new(codec))
    }

    /// Whether the values make sense for a tenant, who has no journal of his own.
    pub(crate) fn check_tenant(self) -> Result<Blueprint<K, V>> {
        if self.journal.is_some() || self.journal_second.is_some() {
            let message = "a tenant of a shared journal with a journal of its own";
            return Err(Error::invalid(message));
        }
        self.check(true)
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

    /// Opens the cache. With a journal this takes as long as reading the journal does, and nobody
    /// can use the cache before everything that is not stored can be read from it.
    ///
    /// # Errors
    ///
    /// `Invalid` if a value makes no sense, or the journal is another cache's; the message names it.
    /// `Unavailable` if the journal has an owner already, whose process it names, or its disk does not
    /// answer. `Corrupt` if acknowledged writes are missing in the journal; nothing was changed then.
    pub fn open(self) -> Op<Cache<K, V>> {
        if self.journal.is_none() {
            return match self.build() {
                Ok(cache) => Op::ready(cache),
                Err(error) => Op::failed(error),
            };
        }
        // Who awaits it must not be blocked by a disk.
        let seams = self.seams.clone().unwrap_or_default();
        let (done, op) = Op::pending();
        seams.spawn.run(Box::new(move || done.complete(self.build())));
        op
    }

    fn build(mut self) -> Result<Cache<K, V>> {
        let place = match (self.journal.take(), self.journal_second.take()) {
            (Some(place), Some(second)) => Some(place.with_second(&second)),
            (None, Some(_)) => {
                return Err(Error::invalid("a second directory without a journal"));
            }
            (place, None) => place,
        };
        let blueprint = self.check(place.is_some())?;
        let mut fold = Fold::default();
        let journal = place.map(|place| place.open(blueprint.seams(), &mut fold)).transpose()?;
        blueprint.open(journal, fold)
    }

    /// Whether the values make sense.
    fn check(self, has_journal: bool) -> Result<Blueprint<K, V>> {
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
        let write = match self.way {
            Way::Through => Write::Through,
            Way::Behind(Some(rung)) => Write::Behind(rung),
            Way::Behind(None) if has_journal => Write::Behind(Durability::Journaled),
            Way::Behind(None) => Write::Behind(Durability::Memory),
        };
        if let (Write::Behind(rung @ (Durability::Journaled | Durability::Synced)), false) =
            (write, has_journal)
        {
            return Err(needs_journal(rung));
        }
        let parts = Parts {
            seams: self.seams.unwrap_or_default(),
            settings: self.settings,
            write,
            capacity,
            dirty_bytes_max,
            shards,
            weigher: self.weigher,
            expire: self.expire,
            absence: self.absence,
            loads_waiting_max: self.loads_waiting_max,
            journal: None,
            version: 0,
        };
        Ok(Blueprint { store: self.store, parts })
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
            .field("way", &self.way)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
