//! Filling memory ahead, and going through it.

use std::collections::BTreeMap;
use std::sync::Arc;

use forebay_cache::{ByteSize, Cache, Settings};
use forebay_store::seam::Clock;
use forebay_store::seam::manual::ManualClock;
use forebay_store::sync::Mutex;
use forebay_store::sync::atomic::{AtomicBool, Ordering};
use forebay_store::{
    BackingStore, Batch, Capabilities, Cursor, Done, Error, ErrorKind, IntoStore, MemoryStore,
    Outcome, Page, SharedStore, WallTime,
};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered, by_value};

/// A store that shows a page when the test lets it, and may not know what became of a write.
struct Paged {
    inside: SharedStore<u64, u64>,
    scans: Mutex<Vec<Asked>>,
    is_unsure: AtomicBool,
}

/// A page that was asked for.
struct Asked(Option<Cursor>, usize, Done<Page<u64, u64>>);

struct Shown(Arc<Paged>);

impl BackingStore<u64, u64> for Shown {
    fn capabilities(&self) -> Capabilities {
        self.0.inside.capabilities()
    }

    fn load(&self, keys: Arc<[u64]>, done: Done<Vec<Option<u64>>>) {
        self.0.inside.load(keys, done);
    }

    fn apply(&self, batch: Arc<Batch<u64, u64>>, done: Done<Vec<Outcome>>) {
        if self.0.is_unsure.load(Ordering::Relaxed) {
            let outcome = Outcome::Unknown(Error::unknown("no answer"));
            return done.complete(Ok(vec![outcome; batch.ops.len()]));
        }
        self.0.inside.apply(batch, done);
    }

    fn scan(&self, cursor: Option<Cursor>, limit: usize, done: Done<Page<u64, u64>>) {
        self.0.scans.lock().push(Asked(cursor, limit, done));
    }
}

impl Paged {
    /// The store reads the page that it was asked for, and has not answered yet.
    fn read(&self) -> impl FnOnce() + use<> {
        let Asked(cursor, limit, done) = self.scans.lock().pop().unwrap();
        let (page, op) = forebay_store::Op::pending();
        self.inside.scan(cursor, limit, page);
        let page = answered(op);
        move || done.complete(page)
    }

    fn is_asked(&self) -> bool {
        !self.scans.lock().is_empty()
    }
}

struct PagedRig {
    cache: Cache<u64, u64>,
    store: Arc<MemoryStore<u64, u64>>,
    paged: Arc<Paged>,
}

impl PagedRig {
    /// A cache of one shard over a store with so many entries, each its key.
    fn with(entries: u64) -> Self {
        let clock = ManualClock::new();
        let seams = clock.seams(1);
        let store = Arc::new(MemoryStore::new().with_clock(clock));
        (0..entries).for_each(|key| store.insert(key, key));
        let inside = Arc::clone(&store).into_store(&seams);
        let paged =
            Arc::new(Paged { inside, scans: Mutex::default(), is_unsure: AtomicBool::new(false) });
        let shared: SharedStore<u64, u64> = Arc::new(Shown(Arc::clone(&paged)));
        let cache = answered(Cache::builder(shared).seams(seams).shards(1).open()).unwrap();
        Self { cache, store, paged }
    }
}

const ALL: ByteSize = ByteSize::mib(64);

#[test]
fn a_warm_up_fills_memory_page_by_page_and_says_how_far_it_is() {
    let rig = PagedRig::with(600);
    let warming = rig.cache.warm_up(ALL);
    assert_eq!(warming.progress().seen, 0);
    for seen in [256, 512, 600] {
        rig.paged.read()();
        let progress = warming.progress();
        assert_eq!((progress.seen, progress.filled), (seen, seen));
    }
    let warmed = answered(warming.end()).unwrap();
    assert_eq!(warmed.bytes.as_bytes(), rig.cache.stats().resident_bytes);
    assert_eq!(answered(rig.cache.get(&599)).unwrap(), Some(599));
    assert_eq!((rig.cache.stats().loads, rig.cache.len()), (0, 600));
}

#[test]
fn warming_overwrites_nothing_newer() {
    let rig = PagedRig::with(4);
    answered(rig.cache.put(0, 10)).unwrap();
    let warming = rig.cache.warm_up(ALL);
    rig.store.insert(0, 99);
    rig.paged.read()();
    let warmed = answered(warming.end()).unwrap();
    assert_eq!((warmed.seen, warmed.filled), (4, 3));
    assert_eq!(rig.cache.peek(&0), Some(10), "what memory has stays");
}

/// What a get finds of key 0, to which something happens after a page with it was read.
fn behind_a_page(change: impl FnOnce(&PagedRig)) -> Option<u64> {
    let rig = PagedRig::with(4);
    let warming = rig.cache.warm_up(ALL);
    let answer = rig.paged.read();
    change(&rig);
    assert!(!rig.cache.is_resident(&0), "memory knows nothing of it");
    answer();
    assert_eq!(answered(warming.end()).unwrap().filled, 0, "G6");
    answered(rig.cache.get(&0)).unwrap()
}

#[test]
fn what_was_invalidated_since_a_page_was_read_is_not_filled_from_it() {
    let found = behind_a_page(|rig| {
        rig.store.insert(0, 10);
        assert!(!rig.cache.invalidate(&0));
    });
    assert_eq!(found, Some(10));
}

#[test]
fn what_was_invalidated_with_all_since_a_page_was_read_is_not_filled_from_it() {
    let found = behind_a_page(|rig| {
        rig.store.insert(0, 10);
        assert_eq!(rig.cache.invalidate_all(), 0, "memory is empty");
    });
    assert_eq!(found, Some(10));
}

#[test]
fn what_was_deleted_since_a_page_was_read_does_not_come_back() {
    let delete = |rig: &PagedRig| assert!(answered(rig.cache.delete(0)).is_ok());
    assert_eq!(behind_a_page(delete), None, "G9");
}

#[test]
fn what_may_have_been_stored_since_a_page_was_read_is_not_filled_from_it() {
    let found = behind_a_page(|rig| {
        rig.paged.is_unsure.store(true, Ordering::Relaxed);
        let error = answered(rig.cache.put(0, 10)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unknown);
        rig.store.insert(0, 10);
    });
    assert_eq!(found, Some(10));
}

#[test]
fn a_key_for_which_a_write_is_under_way_is_left_alone() {
    let rig = HeldRig::<u64>::through();
    (0..4).for_each(|key| rig.store.insert(key, key));
    let put = rig.cache.put(0, 10);
    let apply = rig.held.next_apply();
    let warming = rig.cache.warm_up(ALL);
    let warmed = answered(warming.end()).unwrap();
    assert_eq!(warmed.filled, 3, "something is under way for one of the four");
    apply.pass();
    answered(put).unwrap();
    assert_eq!(rig.cache.peek(&0), Some(10));
}

#[test]
fn warming_stops_at_its_share() {
    let rig = Rig::<u64>::open(|it| it.capacity(ByteSize::kib(64)));
    (0..2000).for_each(|key| rig.store.insert(key, key));
    let share = ByteSize::kib(16);
    let warmed = answered(rig.cache.warm_up(share).end()).unwrap();
    let resident = rig.cache.stats().resident_bytes;
    assert!(resident <= share.as_bytes() && resident + 200 > share.as_bytes(), "{resident}");
    assert!(warmed.seen < 512, "it does not look through the rest: {warmed:?}");
    assert_eq!(rig.cache.stats().evictions, 0);
}

#[test]
fn warming_stops_at_its_share_however_heavy_entries_are() {
    for weights in [[1000, 1000], [1, 12_000]] {
        let rig = Rig::<u64>::open(|it| it.capacity(ByteSize::mib(1)).weigher(by_value));
        (0..5000).for_each(|key| rig.store.insert(key, weights[usize::from(key > 9)]));
        let warmed = answered(rig.cache.warm_up(ByteSize::kib(8)).end()).unwrap();
        assert!(
            warmed.filled > 5 && warmed.seen <= 512,
            "it does not look through the rest: {warmed:?}"
        );
    }
}

#[test]
fn what_is_too_heavy_or_over_is_not_filled() {
    let rig = Rig::<u64>::open(|it| {
        it.capacity(ByteSize::kib(64))
            .weigher(by_value)
            .expire_with(|key, _| (*key == 2).then_some(WallTime(1)))
    });
    [1, 40_000, 3].iter().zip(0..).for_each(|(value, key)| rig.store.insert(key, *value));
    assert!(rig.clock.wall().0 > 1);
    assert_eq!(answered(rig.cache.warm_up(ALL).end()).unwrap().filled, 1);
    assert_eq!(rig.cache.peek(&0), Some(1));
}

#[test]
fn what_would_go_beyond_the_share_is_left_out() {
    let rig = Rig::<u64>::open(|it| it.capacity(ByteSize::kib(64)).weigher(by_value));
    [1, 20_000, 3].iter().zip(0..).for_each(|(value, key)| rig.store.insert(key, *value));
    let warmed = answered(rig.cache.warm_up(ByteSize::kib(16)).end()).unwrap();
    assert_eq!((warmed.seen, warmed.filled), (3, 2));
}

#[test]
fn a_warm_up_that_is_dropped_stops() {
    let rig = PagedRig::with(600);
    drop(rig.cache.warm_up(ALL));
    rig.paged.read()();
    assert!(!rig.paged.is_asked());
    let warming = rig.cache.warm_up(ALL);
    rig.paged.read()();
    drop(warming.end());
    rig.paged.read()();
    assert!(!rig.paged.is_asked());
}

#[test]
fn a_warm_up_ends_with_its_cache() {
    let rig = PagedRig::with(600);
    let warming = rig.cache.warm_up(ALL);
    let close = rig.cache.close(HOUR);
    assert!(!close.is_ready(), "the store is asked for a page");
    rig.paged.read()();
    assert!(answered(close).unwrap().is_clean());
    assert_eq!(answered(warming.end()).unwrap_err().kind(), ErrorKind::Closed);
}

#[test]
fn what_is_filled_ahead_has_its_time_to_live() {
    let rig = Rig::<u64>::open(|it| it.time_to_live(SECOND));
    rig.store.insert(0, 0);
    answered(rig.cache.warm_up(ALL).end()).unwrap();
    assert!(rig.cache.is_resident(&0));
    rig.clock.advance(SECOND);
    assert!(!rig.cache.is_resident(&0));
}

#[test]
fn a_walk_sees_every_entry_that_was_there_all_along() {
    let rig = Rig::<u64>::open(|it| {
        let settings = Settings { flush_delay: HOUR, ..Settings::default() };
        it.shards(4).write_behind(settings).cache_absence(HOUR)
    });
    (0..1000).for_each(|key| drop(answered(rig.cache.put(key, key))));
    answered(rig.cache.get(&5000)).unwrap();
    let mut walk = rig.cache.resident();
    let first: Vec<_> = walk.by_ref().take(300).collect();
    for key in 0..1000 {
        match key % 3 {
            0 => drop(answered(rig.cache.delete(key))),
            1 => drop(answered(rig.cache.put(key, key + 1))),
            _ => drop(answered(rig.cache.put(key + 10_000, 0))),
        }
    }
    let mut seen = BTreeMap::new();
    for (key, value) in first.into_iter().chain(walk) {
        assert!(seen.insert(key, value).is_none(), "{key} comes twice");
    }
    for key in (0..1000).filter(|key| key % 3 != 0) {
        let value = seen[&key];
        assert!(value == key || (key % 3 == 1 && value == key + 1), "{key} is {value}");
    }
    assert!(!seen.contains_key(&5000), "an absence is no entry");
}

#[test]
fn a_walk_shows_what_is_visible_and_is_no_use() {
    let rig = Rig::<u64>::open(|it| it.time_to_idle(SECOND));
    answered(rig.cache.put(0, 0)).unwrap();
    rig.clock.advance(SECOND / 2);
    answered(rig.cache.put(1, 1)).unwrap();
    assert_eq!(rig.cache.resident().count(), 2);
    rig.clock.advance(SECOND / 2);
    assert_eq!(rig.cache.resident().collect::<Vec<_>>(), [(1, 1)]);
    let walk = rig.cache.resident();
    assert!(answered(rig.cache.close(HOUR)).unwrap().is_clean());
    assert_eq!(walk.count(), 0);
}
