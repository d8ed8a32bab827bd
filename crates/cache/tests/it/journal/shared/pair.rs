//! Two caches, each with a store of its own, and one journal.

use std::sync::Arc;

use forebay_cache::{Builder, Cache, CacheTenant, CloseReport, Settings};
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::{Settings as JournalSettings, SharedJournal, read};
use forebay_store::fault::{Script, Scripted};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{ErrorKind, MemoryStore, Postcard, Result};

use crate::rig::{SECOND, answered};

type Store = MemoryStore<String, Vec<u8>>;
type Building = Builder<String, Vec<u8>>;

/// What stays when a process ends.
pub(super) struct Pair {
    pub(super) disk: SimulatedDisk,
    pub(super) stores: [Arc<Store>; 2],
}

/// One of the caches in a process.
pub(super) struct Half {
    pub(super) cache: Cache<String, Vec<u8>>,
    pub(super) script: Arc<Script<String>>,
}

pub(super) struct Life {
    pub(super) halves: [Half; 2],
    pub(super) clock: Arc<ManualClock>,
}

impl Pair {
    pub(super) fn new(seed: u64) -> Self {
        let store = || Arc::new(MemoryStore::new().with_clock(ManualClock::new()));
        Self { disk: SimulatedDisk::new(seed), stores: [store(), store()] }
    }

    pub(super) fn journal(&self, clock: &Arc<ManualClock>) -> SharedJournal {
        let settings = JournalSettings {
            segment_bytes: 64 << 10,
            bytes_max: 16 << 16,
            seams: clock.seams(self.disk.steps()),
            ..JournalSettings::default()
        };
        SharedJournal::in_directory(self.disk.directory("journal"), settings)
    }

    pub(super) fn tenant(
        &self,
        half: usize,
        clock: &Arc<ManualClock>,
        build: impl FnOnce(Building) -> Building,
    ) -> (CacheTenant<String, Vec<u8>>, Arc<Script<String>>) {
        let (scripted, script) = Scripted::new(Arc::clone(&self.stores[half]));
        let builder = Cache::builder(scripted).seams(clock.seams(half as u64)).shards(2);
        let builder = build(builder.write_behind(Settings::default()));
        (builder.tenant_with(["mail", "news"][half], Postcard), script)
    }

    pub(super) fn open(&self) -> Result<Life> {
        self.open_as(|builder| builder)
    }

    pub(super) fn open_as(&self, build: fn(Building) -> Building) -> Result<Life> {
        let clock = ManualClock::new();
        let (mail, first) = self.tenant(0, &clock, build);
        let (news, second) = self.tenant(1, &clock, build);
        first.go_down();
        second.go_down();
        let (mail, news) = self.journal(&clock).open((mail, news))?;
        let halves = [Half { cache: mail, script: first }, Half { cache: news, script: second }];
        Ok(Life { halves, clock })
    }

    pub(super) fn kill(&self, life: Life) {
        self.disk.kill();
        drop(life);
    }
}

impl Life {
    pub(super) fn get(&self, half: usize, key: &str) -> Option<Vec<u8>> {
        answered(self.halves[half].cache.get(&key.to_owned())).unwrap()
    }

    pub(super) fn put(&self, half: usize, key: &str, value: &[u8]) {
        answered(self.halves[half].cache.put(key.to_owned(), value.to_vec())).unwrap();
    }

    pub(super) fn close(&self, half: usize) -> CloseReport {
        let closing = self.halves[half].cache.close(SECOND);
        self.clock.advance(SECOND);
        answered(closing).unwrap()
    }
}

#[test]
fn each_cache_finds_its_own_after_a_kill() {
    let pair = Pair::new(1);
    let life = pair.open().unwrap();
    life.put(0, "a", b"of the mail");
    life.put(1, "a", b"of the news");
    life.put(1, "b", b"more");
    pair.kill(life);
    let life = pair.open().unwrap();
    assert_eq!(life.get(0, "a"), Some(b"of the mail".to_vec()));
    assert_eq!(life.get(1, "a"), Some(b"of the news".to_vec()));
    let dirty = life.halves.each_ref().map(|half| half.cache.dirty_count());
    assert_eq!(dirty, [1, 2]);
    for half in &life.halves {
        half.script.come_back();
        answered(half.cache.flush()).unwrap();
    }
    assert_eq!(pair.stores[0].get(&"a".to_owned()), Some(b"of the mail".to_vec()));
    assert_eq!(pair.stores[1].get(&"b".to_owned()), Some(b"more".to_vec()));
    // What became of the writes was said with its own tag.
    life.clock.advance(SECOND);
    pair.kill(life);
    let life = pair.open().unwrap();
    assert_eq!(life.halves.each_ref().map(|half| half.cache.dirty_count()), [0, 0]);
}

#[test]
fn the_last_to_close_closes_the_journal() {
    let pair = Pair::new(1);
    let life = pair.open().unwrap();
    life.put(0, "a", b"1");
    life.put(1, "a", b"1");
    life.halves.iter().for_each(|half| half.script.come_back());
    let is_clean = || read(pair.disk.directory("journal"), |_, _| Ok(())).unwrap().was_clean;
    assert_eq!((life.close(0).left, life.close(0).journal_failed), (0, false));
    assert!(!is_clean());
    life.put(1, "b", b"2");
    assert_eq!((life.close(1).left, life.close(1).journal_failed), (0, false));
    assert!(is_clean());
    // Nobody holds it, although the handles are still there.
    assert_eq!(pair.open().unwrap().halves[1].cache.dirty_count(), 0);
}

#[test]
fn a_tenant_has_no_journal_of_its_own() {
    let pair = Pair::new(1);
    let clock = ManualClock::new();
    let (tenant, _) = pair.tenant(0, &clock, |builder| builder.journal("somewhere"));
    let error = pair.journal(&clock).open((tenant,)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(pair.disk.files("journal").is_empty(), "it was not begun");
}
