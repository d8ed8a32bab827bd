//! Values are asked for again before their time to live is over, or behind the answer; and stand in for loads
//! that fail.

use std::sync::Arc;
use std::time::Duration;

use forebay_cache::{Builder, Cache, Lookup, Settings, Standing, Write};
use forebay_store::fault::Held;
use forebay_store::seam::Clock;
use forebay_store::seam::manual::ManualClock;
use forebay_store::{
    BackingStore, Batch, Capabilities, Done, Error, ErrorKind, IntoStore, MemoryStore, Outcome,
    SharedStore, WallTime,
};

use crate::rig::{HOUR, HeldRig, SECOND, answered};

const MILLI: Duration = Duration::from_millis(1);

fn just_before(time: Duration) -> Duration {
    time.saturating_sub(MILLI)
}

/// Ten seconds to live.
fn living(build: impl FnOnce(Builder<&'static str, u64>) -> Builder<&'static str, u64>) -> HeldRig {
    let rig = HeldRig::open(|it| build(it.time_to_live(SECOND * 10)));
    rig.store.insert("a", 1);
    let get = rig.cache.get(&"a");
    rig.held.next_load().pass();
    assert_eq!(answered(get).unwrap(), Some(1));
    rig.store.insert("a", 2);
    rig
}

#[track_caller]
fn hit(rig: &HeldRig) -> Option<u64> {
    answered(rig.cache.get(&"a")).unwrap()
}

#[test]
fn a_refresh_is_one_load_however_many_read() {
    let rig = living(|it| it.refresh_ahead(SECOND * 2));
    rig.clock.advance(just_before(SECOND * 8));
    assert_eq!((hit(&rig), rig.held.loads()), (Some(1), 0));
    rig.clock.advance(MILLI);
    for _ in 0..100 {
        assert_eq!((hit(&rig), rig.held.loads()), (Some(1), 1), "nobody waits for it");
    }
    rig.held.next_load().pass();
    assert_eq!(hit(&rig), Some(2));
    rig.clock.advance(just_before(SECOND * 8));
    assert_eq!((hit(&rig), rig.held.loads()), (Some(2), 0), "its time began anew");
    let stats = rig.cache.stats();
    assert_eq!((stats.refreshes, stats.stale, stats.misses), (1, 0, 1));
}

#[test]
fn who_comes_when_its_time_is_over_waits_for_the_refresh_that_is_under_way() {
    let rig = living(|it| it.refresh_ahead(SECOND));
    rig.clock.advance(SECOND * 9);
    hit(&rig);
    rig.clock.advance(SECOND);
    let late = rig.cache.get(&"a");
    assert_eq!((late.is_ready(), rig.held.loads()), (false, 1));
    rig.held.next_load().pass();
    assert_eq!(answered(late).unwrap(), Some(2));
}

#[test]
fn an_absence_that_a_refresh_finds_is_remembered() {
    let rig = living(|it| it.refresh_ahead(SECOND).cache_absence(SECOND));
    rig.clock.advance(SECOND * 9);
    hit(&rig);
    rig.held.next_load().answer(Ok(vec![None]));
    let get = rig.cache.get(&"a");
    assert!(get.is_ready());
    assert_eq!(answered(get).unwrap(), None);
}

#[test]
fn a_write_cancels_a_refresh() {
    for way in [Write::Through, Write::Behind(forebay_store::Durability::Memory)] {
        let rig = living(|it| it.refresh_ahead(SECOND).write_behind(Settings::default()));
        rig.clock.advance(SECOND * 9);
        hit(&rig);
        let refresh = rig.held.next_load();
        let put = rig.cache.put_with("a", 3, way);
        rig.clock.advance(SECOND);
        rig.held.next_apply().pass();
        answered(put).unwrap();
        refresh.answer(Ok(vec![Some(1)]));
        assert_eq!((hit(&rig), rig.cache.stats().fills_fenced), (Some(3), 1));
    }
}

#[test]
fn an_invalidation_cancels_a_refresh() {
    let rig = living(|it| it.refresh_ahead(SECOND));
    rig.clock.advance(SECOND * 9);
    hit(&rig);
    let refresh = rig.held.next_load();
    assert!(rig.cache.invalidate(&"a"));
    refresh.answer(Ok(vec![Some(1)]));
    assert!(!rig.cache.is_resident(&"a"), "G6");
    assert_eq!(rig.cache.stats().fills_fenced, 1);
}

#[test]
fn what_is_not_stored_is_not_refreshed() {
    let rig = living(|it| {
        it.refresh_ahead(SECOND)
            .write_behind(Settings { flush_delay: HOUR, ..Settings::default() })
            .expire_with(|_, _| Some(WallTime(u64::MAX - 1)))
    });
    rig.clock.advance(SECOND * 9);
    answered(rig.cache.put("a", 3)).unwrap();
    rig.clock.advance(SECOND * 60);
    assert_eq!((hit(&rig), rig.held.loads()), (Some(3), 0));
}

#[test]
fn a_stale_value_answers_while_it_is_asked_for_again() {
    let rig = living(|it| it.stale_while_revalidate(SECOND * 5));
    rig.clock.advance(just_before(SECOND * 10));
    assert_eq!((hit(&rig), rig.held.loads()), (Some(1), 0));
    assert_eq!(rig.cache.explain(&"a").standing, Standing::Clean);
    rig.clock.advance(MILLI);
    assert_eq!(rig.cache.explain(&"a").standing, Standing::Stale);
    for _ in 0..3 {
        assert_eq!((hit(&rig), rig.held.loads()), (Some(1), 1));
    }
    assert_eq!(rig.cache.stats().stale, 3);
    rig.held.next_load().pass();
    assert_eq!((hit(&rig), rig.cache.stats().stale), (Some(2), 3));
    rig.clock.advance(SECOND * 15);
    assert!(!rig.cache.get(&"a").is_ready(), "five seconds and no more");
}

#[test]
fn a_refresh_that_fails_keeps_the_value_and_is_put_off() {
    let settings =
        Settings { retry_delay_min: SECOND, retry_delay_max: SECOND, ..Settings::default() };
    let rig = living(|it| it.refresh_ahead(SECOND * 5).write_behind(settings));
    rig.clock.advance(SECOND * 5);
    hit(&rig);
    rig.held.next_load().answer(Err(Error::unavailable("not now")));
    assert_eq!((hit(&rig), rig.held.loads()), (Some(1), 0));
    rig.clock.advance(SECOND);
    assert_eq!((hit(&rig), rig.held.loads()), (Some(1), 1));
    rig.held.next_load().answer(Err(Error::unavailable("not now")));
    rig.clock.advance(SECOND * 4);
    let get = rig.cache.get(&"a");
    rig.held.next_load().answer(Err(Error::unavailable("not now")));
    assert_eq!(answered(get).unwrap_err().kind(), ErrorKind::Unavailable, "its time is over");
}

#[test]
fn an_error_serves_the_stale_value_and_backs_off() {
    let settings =
        Settings { retry_delay_min: SECOND, retry_delay_max: SECOND, ..Settings::default() };
    let rig = living(|it| it.stale_if_error(SECOND * 60).write_behind(settings));
    rig.clock.advance(SECOND * 10);
    let gets = [rig.cache.get(&"a"), rig.cache.get(&"a")];
    rig.held.next_load().answer(Err(Error::unavailable("not now")));
    for get in gets {
        assert_eq!(answered(get).unwrap(), Some(1));
    }
    assert_eq!((hit(&rig), rig.held.loads(), rig.cache.stats().stale), (Some(1), 0, 3));
    rig.clock.advance(SECOND);
    let get = rig.cache.get(&"a");
    rig.held.next_load().pass();
    assert_eq!(answered(get).unwrap(), Some(2), "the store is back");
    assert_eq!(rig.cache.explain(&"a").standing, Standing::Clean);
}

#[test]
fn a_stale_value_stands_in_for_no_longer_than_it_was_told_and_for_no_other_error() {
    let rig = living(|it| it.stale_if_error(SECOND * 5));
    rig.clock.advance(SECOND * 10);
    let get = rig.cache.get(&"a");
    rig.held.next_load().answer(Err(Error::new(ErrorKind::Corrupt, "damaged")));
    assert_eq!(answered(get).unwrap_err().kind(), ErrorKind::Corrupt);
    rig.clock.advance(SECOND * 5);
    let get = rig.cache.get(&"a");
    rig.held.next_load().answer(Err(Error::unavailable("not now")));
    assert_eq!(answered(get).unwrap_err().kind(), ErrorKind::Unavailable);
}

#[test]
fn what_is_over_by_itself_stands_in_for_nothing() {
    let rig: HeldRig = HeldRig::open(|it| {
        it.time_to_live(SECOND * 10)
            .stale_while_revalidate(HOUR)
            .stale_if_error(HOUR)
            .expire_with(|_, value| Some(WallTime(*value)))
    });
    rig.store.insert("a", rig.clock.wall().0 + 20_000);
    let get = rig.cache.get(&"a");
    rig.held.next_load().pass();
    answered(get).unwrap().unwrap();
    rig.clock.advance(just_before(SECOND * 20));
    assert!(rig.cache.is_resident(&"a"));
    rig.clock.advance(MILLI);
    let get = rig.cache.get(&"a");
    rig.held.next_load().answer(Err(Error::unavailable("not now")));
    answered(get).unwrap_err();
}

#[test]
fn a_modification_computes_from_what_a_get_would_be_told() {
    let rig = living(|it| it.stale_if_error(HOUR).write_behind(Settings::default()));
    rig.clock.advance(SECOND * 10);
    let update = rig.cache.update(&"a", |value| *value += 10);
    rig.held.next_load().answer(Err(Error::unavailable("not now")));
    answered(update).unwrap().unwrap();
    assert_eq!(hit(&rig), Some(11));
}

/// A store that takes one call of two keys at a time.
struct Narrow(SharedStore<u64, u64>);

impl BackingStore<u64, u64> for Narrow {
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = self.0.capabilities();
        (capabilities.batch_ops_max, capabilities.concurrency) = (2, 1);
        capabilities
    }

    fn load(&self, keys: Arc<[u64]>, done: Done<Vec<Option<u64>>>) {
        self.0.load(keys, done);
    }

    fn apply(&self, batch: Arc<Batch<u64, u64>>, done: Done<Vec<Outcome>>) {
        self.0.apply(batch, done);
    }
}

struct NarrowRig {
    cache: Cache<u64, u64>,
    held: Arc<Held<u64, u64>>,
    clock: Arc<ManualClock>,
}

/// Eight values of a narrow store, all of which any hit has asked for again.
fn narrow() -> NarrowRig {
    let clock = ManualClock::new();
    let seams = clock.seams(1);
    let store = MemoryStore::new();
    (0..8).for_each(|key| store.insert(key, key));
    let held = Held::new(store.into_store(&seams));
    let shared: SharedStore<u64, u64> = Arc::new(Narrow(Arc::clone(&held) as _));
    let builder = Cache::builder(shared).seams(seams).shards(1);
    let builder = builder.time_to_live(SECOND * 10).refresh_ahead(SECOND * 5);
    let cache = answered(builder.open()).unwrap();
    let gets = cache.get_many(&[0, 1, 2, 3, 4, 5, 6, 7]);
    (0..4).for_each(|_| held.next_load().pass());
    answered(gets).unwrap();
    clock.advance(SECOND * 6);
    NarrowRig { cache, held, clock }
}

#[test]
fn refreshes_are_bounded() {
    let NarrowRig { cache, held, .. } = narrow();
    for _ in 0..2 {
        for key in 0..8 {
            assert_eq!(answered(cache.get(&key)).unwrap(), Some(key));
        }
    }
    assert_eq!((cache.stats().refreshes, held.loads()), (4, 1), "as many as two calls take");
    for keys in [[0].as_slice(), &[1, 2], &[3]] {
        let load = held.next_load();
        assert_eq!(load.keys.as_ref(), keys);
        load.pass();
    }
    assert_eq!(held.loads(), 0);
}

#[test]
fn refreshes_yield_to_misses() {
    let NarrowRig { cache, held, .. } = narrow();
    (0..4).for_each(|key| drop(cache.get(&key)));
    let misses = cache.get_many(&[8, 9]);
    held.next_load().pass();
    let load = held.next_load();
    assert_eq!(load.keys.as_ref(), [8, 9]);
    load.pass();
    assert_eq!(answered(misses).unwrap(), [None, None]);
    assert_eq!(held.next_load().keys.as_ref(), [1, 2]);
}

#[test]
fn a_refresh_for_which_somebody_waits_does_not_yield() {
    let NarrowRig { cache, held, clock } = narrow();
    (0..4).for_each(|key| drop(cache.get(&key)));
    clock.advance(SECOND * 4);
    let wanted = cache.get(&2);
    held.next_load().pass();
    let load = held.next_load();
    assert_eq!(load.keys.as_ref(), [2]);
    load.pass();
    assert_eq!(answered(wanted).unwrap(), Some(2));
    assert_eq!(held.next_load().keys.as_ref(), [1, 3]);
}

#[test]
fn a_refresh_for_which_somebody_looks_does_not_yield() {
    let NarrowRig { cache, held, clock } = narrow();
    (0..4).for_each(|key| drop(cache.get(&key)));
    clock.advance(SECOND * 4);
    let looked = cache.lookup(&2);
    held.next_load().pass();
    let load = held.next_load();
    assert_eq!(load.keys.as_ref(), [2]);
    load.pass();
    assert!(matches!(answered(looked).unwrap(), Lookup::Found(2)));
}

#[test]
fn a_close_answers_who_waits_and_forgets_refreshes() {
    let NarrowRig { cache, held, .. } = narrow();
    (0..4).for_each(|key| drop(cache.get(&key)));
    let close = cache.close(HOUR);
    held.next_load().pass();
    assert!(answered(close).unwrap().is_clean());
    assert_eq!(held.loads(), 0);
}

#[test]
fn staleness_needs_a_time_to_live() {
    let open = |build: fn(Builder<u64, u64>) -> Builder<u64, u64>| {
        answered(build(Cache::builder(MemoryStore::new())).open()).map(drop)
    };
    let refused = [
        open(|it| it.refresh_ahead(SECOND)),
        open(|it| it.stale_while_revalidate(SECOND)),
        open(|it| it.stale_if_error(SECOND)),
        open(|it| it.time_to_live(SECOND).refresh_ahead(SECOND)),
        open(|it| it.time_to_live(SECOND).time_to_live_jitter(50).refresh_ahead(SECOND / 2)),
    ];
    for result in refused {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Invalid);
    }
}

#[test]
fn a_store_that_says_when_to_come_again_is_believed_within_bounds() {
    for (hint, pause) in [(HOUR, SECOND * 30), (SECOND, SECOND)] {
        let rig = living(|it| it.stale_if_error(HOUR));
        rig.clock.advance(SECOND * 10);
        let get = rig.cache.get(&"a");
        let error = Error::unavailable("not now").with_retry_after(hint);
        rig.held.next_load().answer(Err(error));
        assert_eq!(answered(get).unwrap(), Some(1));
        rig.clock.advance(just_before(pause));
        assert_eq!((hit(&rig), rig.held.loads()), (Some(1), 0));
        rig.clock.advance(MILLI);
        drop(rig.cache.get(&"a"));
        assert_eq!(rig.held.loads(), 1);
    }
}

#[test]
fn what_a_drill_refuses_is_no_attempt() {
    let rig = living(|it| it.stale_if_error(HOUR));
    rig.clock.advance(SECOND * 10);
    rig.cache.drill(forebay_cache::Mode::StoreDown, SECOND * 60).unwrap();
    for _ in 0..60 {
        assert_eq!((hit(&rig), rig.held.loads()), (Some(1), 0));
        rig.clock.advance(SECOND);
    }
    drop(rig.cache.get(&"a"));
    assert_eq!(rig.held.loads(), 1, "it is asked for soon after");
}
