//! A store and a disk that outlive the cache in front of them.

use std::sync::Arc;

use forebay_cache::{Builder, ByteSize, Cache, Settings, WhenFull};
use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_store::fault::{Held, Script, Scripted};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{IntoStore, MemoryStore, Postcard, Result, SharedStore};

use crate::rig::answered;

type Store = MemoryStore<String, Vec<u8>>;
pub(super) type HeldLife = (Cache<String, Vec<u8>>, Arc<Held<String, Vec<u8>>>, Arc<ManualClock>);

/// What stays when a process ends.
pub(super) struct World {
    pub(super) disk: SimulatedDisk,
    pub(super) store: Arc<Store>,
    pub(super) journal: JournalSettings,
}

/// One process: a cache, and the script that the store follows for it.
pub(super) struct Life {
    pub(super) cache: Cache<String, Vec<u8>>,
    pub(super) script: Arc<Script<String>>,
    pub(super) clock: Arc<ManualClock>,
}

impl World {
    pub(super) fn new() -> Self {
        let journal = JournalSettings {
            segment_bytes: 64 << 10,
            bytes_max: 1 << 20,
            ..JournalSettings::default()
        };
        let clock = ManualClock::new();
        let store = Arc::new(MemoryStore::new().with_clock(clock));
        Self { disk: SimulatedDisk::new(1), store, journal }
    }

    /// A process in which writes go behind.
    pub(super) fn open(&self) -> Life {
        self.open_as(|builder| builder.write_behind(Settings::default()))
    }

    pub(super) fn open_as(
        &self,
        build: impl FnOnce(Builder<String, Vec<u8>>) -> Builder<String, Vec<u8>>,
    ) -> Life {
        self.try_open(build, |_| {}).unwrap()
    }

    /// A process for which the store follows a script from the beginning.
    pub(super) fn try_open(
        &self,
        build: impl FnOnce(Builder<String, Vec<u8>>) -> Builder<String, Vec<u8>>,
        prepare: impl FnOnce(&Script<String>),
    ) -> Result<Life> {
        let clock = ManualClock::new();
        let (scripted, script) = Scripted::new(Arc::clone(&self.store));
        prepare(&script);
        let builder = Cache::builder(scripted).seams(clock.seams(1)).shards(2);
        let directory = self.disk.directory("journal");
        let builder = builder.journal_in(directory, self.journal.clone(), Postcard);
        let cache = answered(build(builder).open())?;
        Ok(Life { cache, script, clock })
    }

    /// A process whose store does not answer for now.
    pub(super) fn open_with_store_down(&self) -> Life {
        let build = |builder: Builder<_, _>| builder.write_behind(Settings::default());
        self.try_open(build, Script::go_down).unwrap()
    }

    /// A process that writes behind, to a store whose calls wait for the test.
    pub(super) fn open_held(&self) -> HeldLife {
        self.open_held_as(|builder| builder.write_behind(Settings::default()))
    }

    pub(super) fn open_held_as(
        &self,
        build: impl FnOnce(Builder<String, Vec<u8>>) -> Builder<String, Vec<u8>>,
    ) -> HeldLife {
        let clock = ManualClock::new();
        let seams = clock.seams(1);
        let held = Held::new(Arc::clone(&self.store).into_store(&seams));
        let store: SharedStore<String, Vec<u8>> = Arc::clone(&held) as _;
        let builder = build(Cache::builder(store).seams(seams));
        let directory = self.disk.directory("journal");
        let cache = builder.journal_in(directory, self.journal.clone(), Postcard).open();
        (answered(cache).unwrap(), held, clock)
    }

    pub(super) fn stored(&self, key: &str) -> Option<Vec<u8>> {
        self.store.get(&key.to_owned())
    }

    /// `kill -9`.
    pub(super) fn kill(&self, life: Life) {
        self.disk.kill();
        drop(life);
    }

    pub(super) fn cut_power(&self, life: Life) {
        self.disk.power_cut();
        drop(life);
    }
}

/// How many segments the journal has.
pub(super) fn segments(world: &World) -> usize {
    world.disk.files("journal").iter().filter(|name| name.contains(".seg")).count()
}

/// From now on nothing can be written to the disk.
pub(super) fn break_disk(world: &World) {
    for call in [Call::Write, Call::Sync, Call::Create, Call::Rename] {
        world.disk.fail_from(call, 1, Fault::Error);
    }
}

/// More room in memory than in the journal.
pub(super) fn large(builder: Builder<String, Vec<u8>>) -> Builder<String, Vec<u8>> {
    builder.capacity(ByteSize::mib(64)).write_behind(Settings::default())
}

/// The same for writers who do not wait.
pub(super) fn large_refusing(builder: Builder<String, Vec<u8>>) -> Builder<String, Vec<u8>> {
    builder
        .capacity(ByteSize::mib(64))
        .write_behind(Settings { when_full: WhenFull::Refuse, ..Settings::default() })
}

impl Life {
    pub(super) fn put(&self, key: &str, value: &[u8]) {
        answered(self.cache.put(key.to_owned(), value.to_vec())).unwrap();
    }

    pub(super) fn get(&self, key: &str) -> Option<Vec<u8>> {
        answered(self.cache.get(&key.to_owned())).unwrap()
    }

    pub(super) fn peek(&self, key: &str) -> Option<Vec<u8>> {
        self.cache.peek(&key.to_owned())
    }
}
