//! Loading: one load for all who ask, known absences, and what a late load may not do (G6).

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_cache::{Cache, Settings};
use forebay_store::seam::manual::ManualClock;
use forebay_store::sync::Mutex;
use forebay_store::{
    BackingStore, Batch, Capabilities, Cursor, Done, ErrorKind, IntoStore, MemoryStore, Outcome,
    Page, SharedStore,
};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered};

// T4
#[test]
fn a_thousand_callers_share_one_load_of_an_absent_key() {
    let rig = HeldRig::through();
    let gets: Vec<_> = (0..1000).map(|_| rig.cache.get(&"a")).collect();
    assert_eq!(rig.held.loads(), 1);
    rig.held.next_load().pass();
    for get in gets {
        assert_eq!(answered(get).unwrap(), None);
    }
    assert_eq!((rig.held.loads(), rig.store.stats().keys_loaded), (0, 1));
}

// T4
#[test]
fn a_known_absence_answers_until_its_time_is_over() {
    let rig = Rig::open(|builder| builder.cache_absence(SECOND));
    for _ in 0..1000 {
        assert_eq!(answered(rig.cache.get(&"a")).unwrap(), None);
    }
    assert_eq!((rig.script.loads_arrived(), rig.cache.stats().hits), (1, 999));
    rig.clock.advance(SECOND);
    answered(rig.cache.get(&"a")).unwrap();
    assert_eq!(rig.script.loads_arrived(), 2);
}

#[test]
fn absence_is_not_kept_unless_it_is_asked_for() {
    let rig = Rig::through();
    for _ in 0..10 {
        assert_eq!(answered(rig.cache.get(&"a")).unwrap(), None);
    }
    assert_eq!((rig.script.loads_arrived(), rig.cache.len()), (10, 0));
}

#[test]
fn a_put_ends_a_known_absence() {
    for behind in [true, false] {
        let rig = Rig::open(|builder| {
            let builder = builder.cache_absence(HOUR);
            if behind { builder.write_behind(Settings::default()) } else { builder }
        });
        answered(rig.cache.get(&"a")).unwrap();
        answered(rig.cache.put("a", 1)).unwrap();
        assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(1));
        answered(rig.cache.delete("a")).unwrap();
        answered(rig.cache.flush()).unwrap();
        assert_eq!(answered(rig.cache.get(&"a")).unwrap(), None);
        assert_eq!(rig.script.loads_arrived(), 1, "a stored delete is a known absence");
    }
}

#[test]
fn known_absences_are_bounded_by_the_capacity() {
    let rig = Rig::<u64>::open(|builder| {
        builder.cache_absence(HOUR).capacity(forebay_cache::ByteSize::kib(4))
    });
    for key in 0..1000 {
        answered(rig.cache.get(&key)).unwrap();
    }
    let stats = rig.cache.stats();
    assert!(stats.entries < 100 && stats.resident_bytes <= 4096, "{stats:?}");
}

#[test]
fn a_caller_who_goes_away_leaves_the_load_to_the_others() {
    let rig = HeldRig::through();
    rig.store.insert("a", 1);
    let first = rig.cache.get(&"a");
    let second = rig.cache.get(&"a");
    drop(first);
    rig.held.next_load().pass();
    assert_eq!(answered(second).unwrap(), Some(1));

    rig.store.insert("b", 2);
    drop(rig.cache.get(&"b"));
    rig.held.next_load().pass();
    assert_eq!(rig.cache.peek(&"b"), Some(2), "the load is finished, whoever has gone");
}

#[test]
fn a_failed_load_is_told_to_all_who_share_it_and_tried_again_by_the_next() {
    let rig = HeldRig::through();
    rig.store.insert("a", 1);
    let gets = [rig.cache.get(&"a"), rig.cache.get(&"a")];
    rig.held.next_load().answer(Err(forebay_store::Error::unavailable("not now")));
    for get in gets {
        assert_eq!(answered(get).unwrap_err().kind(), ErrorKind::Unavailable);
    }
    let again = rig.cache.get(&"a");
    rig.held.next_load().pass();
    assert_eq!(answered(again).unwrap(), Some(1));
}

#[test]
fn keys_are_loaded_together() {
    let rig = Rig::<u64>::through();
    for key in 0..5 {
        rig.store.insert(key, key);
    }
    answered(rig.cache.get(&1)).unwrap();
    let values = answered(rig.cache.get_many(&[0, 1, 9, 4, 0])).unwrap();
    assert_eq!(values, [Some(0), Some(1), None, Some(4), Some(0)]);
    assert_eq!(rig.script.loads_arrived(), 2, "the first get, and all that memory did not have");
}

#[test]
fn more_keys_than_may_wait_are_loaded_in_several_calls() {
    let rig = Rig::<u64>::open(|builder| builder.loads_waiting_max(2));
    let values = answered(rig.cache.get_many(&[0, 1, 2, 3, 4])).unwrap();
    assert_eq!((values, rig.script.loads_arrived()), (vec![None; 5], 3));
}

#[test]
fn a_key_that_is_asked_for_again_takes_a_place_among_those_who_wait() {
    let rig = Rig::<u64>::open(|builder| builder.loads_waiting_max(2));
    rig.store.insert(0, 7);
    let values = answered(rig.cache.get_many(&[0, 0, 0])).unwrap();
    assert_eq!((values, rig.script.loads_arrived()), (vec![Some(7); 3], 1));
}

thread_local! {
    /// How many more copies of a `Fused` go well on this thread.
    static COPIES: Cell<u64> = const { Cell::new(u64::MAX) };
}

/// A key whose copying begins to panic when the test says so.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Fused(u64);

impl Clone for Fused {
    fn clone(&self) -> Self {
        let left = COPIES.get().checked_sub(1).expect("the test makes this copy panic");
        COPIES.set(left);
        Self(self.0)
    }
}

#[test]
fn a_key_whose_copying_panics_takes_no_place_with_it() {
    for copies in 0..8 {
        let rig = Rig::<Fused>::open(|builder| builder.loads_waiting_max(2));
        COPIES.set(copies);
        let _ = catch_unwind(AssertUnwindSafe(|| rig.cache.get_many(&[Fused(0), Fused(1)])));
        COPIES.set(u64::MAX);
        let values = answered(rig.cache.get_many(&[Fused(0), Fused(1)])).unwrap();
        assert_eq!(values, [None, None]);
        assert!(answered(rig.cache.close(SECOND)).unwrap().is_clean(), "after {copies} copies");
    }
}

/// Keeps the pages that it is asked for until the test wants them.
struct Pages {
    inside: SharedStore<Fused, u64>,
    waiting: Mutex<Vec<Done<Page<Fused, u64>>>>,
}

struct Paged(Arc<Pages>);

impl BackingStore<Fused, u64> for Paged {
    fn capabilities(&self) -> Capabilities {
        self.0.inside.capabilities()
    }

    fn load(&self, keys: Arc<[Fused]>, done: Done<Vec<Option<u64>>>) {
        self.0.inside.load(keys, done);
    }

    fn apply(&self, batch: Arc<Batch<Fused, u64>>, done: Done<Vec<Outcome>>) {
        self.0.inside.apply(batch, done);
    }

    fn scan(&self, _: Option<Cursor>, _: usize, done: Done<Page<Fused, u64>>) {
        self.0.waiting.lock().push(done);
    }
}

#[test]
fn a_page_whose_keys_cannot_be_copied_takes_no_places() {
    for copies in 0..6 {
        let clock = ManualClock::new();
        let seams = clock.seams(1);
        let inside = MemoryStore::new().into_store(&seams);
        let pages = Arc::new(Pages { inside, waiting: Mutex::default() });
        let store: SharedStore<Fused, u64> = Arc::new(Paged(Arc::clone(&pages)));
        let builder = Cache::builder(store).seams(seams).shards(1).loads_waiting_max(2);
        let cache = answered(builder.open()).unwrap();
        let scan = cache.scan(None, 9);
        // Behind the back of the page, so what memory lacks is asked for by itself.
        answered(cache.put(Fused(9), 1)).unwrap();
        let page = pages.waiting.lock().pop().unwrap();
        COPIES.set(copies);
        page.complete(Ok(Page { entries: vec![(Fused(1), 1), (Fused(2), 1)], next: None }));
        COPIES.set(u64::MAX);
        drop(scan);
        let values = answered(cache.get_many(&[Fused(3), Fused(4)])).unwrap();
        assert_eq!(values, [None, None], "after {copies} copies");
    }
}

thread_local! {
    /// A key, and how many of its copies are dropped before one whose dropping panics.
    static FALLS: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
}

/// A key one of whose copies panics when it is dropped.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Falling(u64);

impl Drop for Falling {
    fn drop(&mut self) {
        let (key, left) = FALLS.get();
        if key != self.0 || std::thread::panicking() {
            return;
        }
        FALLS.set(if left == 0 { (0, 0) } else { (key, left - 1) });
        assert!(left > 0, "the test makes this panic");
    }
}

#[test]
fn a_close_answers_all_although_dropping_a_key_panics() {
    for drops in 0..4 {
        let rig = HeldRig::<Falling>::open(|builder| builder.gather_misses(SECOND));
        let gets: Vec<_> = (1..=3).map(|key| rig.cache.get(&Falling(key))).collect();
        FALLS.set((2, drops));
        let close = rig.cache.close(SECOND);
        FALLS.set((0, 0));
        for get in gets {
            assert_eq!(answered(get).unwrap_err().kind(), ErrorKind::Closed, "after {drops} drops");
        }
        assert!(answered(close).unwrap().is_clean());
    }
}

#[test]
fn a_load_that_began_before_a_write_does_not_overwrite_it() {
    let rig = HeldRig::behind();
    rig.store.insert("a", 1);
    let get = rig.cache.get(&"a");
    let load = rig.held.next_load();
    answered(rig.cache.put("a", 2)).unwrap();
    assert_eq!(answered(get).unwrap(), Some(2), "who waits is told what is newer");
    rig.clock.advance(SECOND);
    rig.held.next_apply().pass();
    load.answer(Ok(vec![Some(1)]));
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(2));
    assert_eq!(rig.cache.stats().fills_fenced, 1);
}

#[test]
fn a_load_that_began_before_an_invalidation_fills_nothing() {
    let rig = HeldRig::through();
    let get = rig.cache.get(&"a");
    let load = rig.held.next_load();
    rig.cache.invalidate(&"a");
    load.answer(Ok(vec![Some(1)]));
    assert_eq!(answered(get).unwrap(), Some(1));
    assert!(!rig.cache.is_resident(&"a"));
}

#[test]
fn a_load_that_was_cut_off_does_not_stand_in_for_the_one_that_followed_it() {
    let rig = HeldRig::through();
    let before = rig.cache.get(&"a");
    let first = rig.held.next_load();
    rig.cache.invalidate(&"a");
    let after = rig.cache.get(&"a");
    let second = rig.held.next_load();
    first.answer(Ok(vec![Some(1)]));
    assert!(!before.is_ready() && !after.is_ready() && !rig.cache.is_resident(&"a"));
    second.answer(Ok(vec![Some(2)]));
    assert_eq!((answered(before).unwrap(), answered(after).unwrap()), (Some(2), Some(2)));
    assert_eq!(rig.cache.peek(&"a"), Some(2));
}

/// Seed 935729 of `writes_through_huge_memory`: a write-through had landed between the looks of two loads.
#[test]
fn who_waits_for_a_load_that_was_cut_off_is_not_told_more_than_who_asks_later() {
    let rig = HeldRig::behind();
    let first = rig.cache.get(&"a");
    let cut_off = rig.held.next_load();
    rig.cache.invalidate(&"a");
    let second = rig.cache.get(&"a");
    let current = rig.held.next_load();
    cut_off.answer(Ok(vec![Some(1)]));
    assert!(!first.is_ready(), "the load that a later get shares may have looked before this one");
    let third = rig.cache.get(&"a");
    current.answer(Ok(vec![None]));
    for get in [first, second, third] {
        assert_eq!(answered(get).unwrap(), None);
    }
}

#[test]
fn callers_who_wait_for_loads_are_bounded() {
    let rig = HeldRig::open(|builder| builder.loads_waiting_max(2));
    let waiting = [rig.cache.get(&"a"), rig.cache.get(&"b")];
    let error = answered(rig.cache.get(&"c")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert!(error.retry_after().is_some());
    while rig.held.loads() > 0 {
        rig.held.next_load().pass();
    }
    for get in waiting {
        assert_eq!(answered(get).unwrap(), None);
    }
    drop(rig.cache.get(&"c"));
    assert_eq!(rig.held.loads(), 1, "there is room again");
}
