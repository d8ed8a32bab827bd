//! A store that cannot be read is left alone: when it is taken to be down for loads, who asks whether it is back,
//! and what a key that alone cannot be read changes for the others.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use forebay_cache::{Builder, Cache, Mode, Settings, Write};
use forebay_store::fault::{Held, LoadFault};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{
    BackingStore, Batch, Capabilities, Done, Durability, Error, ErrorKind, IntoStore, MemoryStore,
    Op, Outcome, SharedStore,
};

use crate::rig::{HOUR, Rig, SECOND, answered};

/// A store that has so many places for calls.
struct Narrow(SharedStore<u64, u64>, usize);

impl BackingStore<u64, u64> for Narrow {
    fn capabilities(&self) -> Capabilities {
        let mut capabilities = self.0.capabilities();
        capabilities.concurrency = self.1;
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
    store: Arc<MemoryStore<u64, u64>>,
    held: Arc<Held<u64, u64>>,
    clock: Arc<ManualClock>,
}

fn away() -> Error {
    Error::unavailable("not now")
}

impl NarrowRig {
    fn new(places: usize) -> Self {
        Self::open(places, |builder| builder)
    }

    fn open(places: usize, build: impl FnOnce(Builder<u64, u64>) -> Builder<u64, u64>) -> Self {
        let clock = ManualClock::new();
        let seams = clock.seams(1);
        let store = Arc::new(MemoryStore::new());
        let held = Held::new(Arc::clone(&store).into_store(&seams));
        let shared: SharedStore<u64, u64> = Arc::new(Narrow(Arc::clone(&held) as _, places));
        let cache = answered(build(Cache::builder(shared).seams(seams).shards(1)).open()).unwrap();
        Self { cache, store, held, clock }
    }

    /// One call that fails, with these keys.
    #[track_caller]
    fn fail(&self, keys: &[u64], error: Error) {
        let gets = self.cache.get_many(keys);
        self.held.next_load().answer(Err(error));
        answered(gets).unwrap_err();
    }

    /// A load of this key that is answered.
    #[track_caller]
    fn pass(&self, key: u64) {
        let get = self.sent(key);
        self.held.next_load().pass();
        answered(get).unwrap();
    }

    /// The store is taken to be down.
    #[track_caller]
    fn down(places: usize) -> Self {
        let rig = Self::new(places);
        for key in 101..=103 {
            rig.fail(&[key], away());
        }
        assert!(rig.cache.stats().is_load_down);
        rig
    }

    /// Says for how long a load of this key is refused, which never gets to the store.
    #[track_caller]
    fn refused(&self, key: u64) -> Duration {
        let calls = self.held.loads();
        let error = answered(self.cache.get(&key)).unwrap_err();
        assert_eq!((error.kind(), self.held.loads()), (ErrorKind::Unavailable, calls));
        error.retry_after().unwrap()
    }

    /// A get that goes to the store, and waits for it.
    #[track_caller]
    fn sent(&self, key: u64) -> Op<Option<u64>> {
        let calls = self.held.loads();
        let get = self.cache.get(&key);
        assert_eq!((get.is_ready(), self.held.loads()), (false, calls + 1));
        get
    }
}

#[test]
fn a_sick_key_alone_opens_no_breaker() {
    let rig = NarrowRig::new(1);
    for _ in 0..8 {
        rig.fail(&[1], away());
    }
    for key in [2, 1, 2, 1, 2] {
        rig.fail(&[key], away());
    }
    assert!(!rig.cache.stats().is_load_down, "two are not enough, however often they fail");
    drop(rig.sent(3));
}

#[test]
fn a_sick_key_that_fails_every_batch_opens_no_breaker() {
    let rig = NarrowRig::new(1);
    for key in 2..9 {
        rig.fail(&[1, key], away());
    }
    drop(rig.sent(2));
}

#[test]
fn keys_that_stay_sick_open_it_once() {
    let rig = NarrowRig::down(1);
    rig.clock.advance(SECOND);
    rig.pass(4);
    for key in [101, 102, 103, 101, 102, 103] {
        rig.fail(&[key], away());
    }
    rig.fail(&[103, 5], away());
    assert!(!rig.cache.stats().is_load_down);
    for key in 5..=7 {
        rig.fail(&[key], away());
    }
    assert!(rig.cache.stats().is_load_down, "they do not hide the others");
    rig.clock.advance(SECOND);
    rig.fail(&[101], away());
    drop(rig.sent(8));
}

#[test]
fn a_key_that_is_answered_is_sick_no_more() {
    let rig = NarrowRig::down(1);
    rig.clock.advance(SECOND);
    for key in 101..=103 {
        rig.pass(key);
    }
    for key in 101..=103 {
        rig.fail(&[key], away());
    }
    assert!(rig.cache.stats().is_load_down);
}

#[test]
fn what_was_sent_before_an_answer_tells_nothing_new() {
    let rig = NarrowRig::new(4);
    for key in 1..=4 {
        drop(rig.sent(key));
    }
    let calls: Vec<_> = (1..=3).map(|_| rig.held.next_load()).collect();
    rig.held.next_load().pass();
    for call in calls {
        call.answer(Err(away()));
    }
    assert!(!rig.cache.stats().is_load_down);
}

#[test]
fn who_asks_again_as_soon_as_he_hears_of_it_is_told_the_pause() {
    let rig = NarrowRig::new(1);
    for key in 1..=2 {
        rig.fail(&[key], away());
    }
    let (done, again) = Op::pending();
    let cache = rig.cache.clone();
    rig.sent(3).forward(Done::call(move |_| cache.get(&4).forward(done)));
    rig.held.next_load().answer(Err(away()));
    let error = answered(again).unwrap_err();
    assert!(error.retry_after().unwrap() <= SECOND / 20, "{error:?}");
}

#[test]
fn while_it_is_open_no_miss_waits_for_company() {
    let rig = NarrowRig::open(1, |it| it.gather_misses(SECOND / 200));
    for key in 1..=3 {
        rig.fail(&[key], away());
    }
    rig.refused(4);
}

#[test]
fn calls_that_share_a_hot_key_in_part_open_it() {
    let rig = NarrowRig::new(1);
    for keys in [[1, 2], [1, 3]] {
        rig.fail(&keys, away());
        assert!(!rig.cache.stats().is_load_down);
    }
    rig.fail(&[3, 4], away());
    rig.refused(5);
}

#[test]
fn what_the_store_says_of_a_key_tells_that_it_is_there() {
    let rig = NarrowRig::new(1);
    let kinds =
        [ErrorKind::Corrupt, ErrorKind::Refused, ErrorKind::Invalid, ErrorKind::Unsupported];
    for (kind, key) in kinds.into_iter().zip((0..).step_by(3)) {
        rig.fail(&[key], away());
        rig.fail(&[key + 1], away());
        rig.fail(&[key + 2], Error::new(kind, "not this one"));
    }
    for key in 1..=4 {
        rig.fail(&[key], Error::busy("too much at once", SECOND));
    }
    assert!(!rig.cache.stats().is_load_down, "a store that is busy is not down");
    drop(rig.sent(99));
}

#[test]
fn who_is_refused_is_told_why_and_until_when() {
    let rig = NarrowRig::down(1);
    let error = answered(rig.cache.get(&1)).unwrap_err();
    assert!(error.retry_after().is_some_and(|after| after <= SECOND));
    assert_eq!(error.source().unwrap().to_string(), "not now");
    let stats = rig.cache.stats();
    assert_eq!((stats.loads, stats.load_failures, stats.loads_refused), (3, 3, 1));
}

#[test]
fn the_first_load_after_the_pause_is_the_probe() {
    let rig = Rig::<u64>::through();
    rig.script.go_down();
    for key in 1..=3 {
        answered(rig.cache.get(&key)).unwrap_err();
    }
    for probes in 0..3 {
        let refused = answered(rig.cache.get(&4)).unwrap_err();
        assert!(refused.retry_after().is_some_and(|after| after <= SECOND));
        assert_eq!(rig.script.loads_arrived(), 3 + probes, "refused at once");
        rig.clock.advance(SECOND);
        assert_eq!(answered(rig.cache.get(&(10 + probes))).unwrap_err().retry_after(), None);
    }
    rig.script.come_back();
    rig.clock.advance(SECOND);
    for key in 1..=5 {
        answered(rig.cache.get(&key)).unwrap();
    }
    assert_eq!(rig.script.loads_arrived(), 3 + 3 + 5);
}

#[test]
fn pauses_grow_to_a_second() {
    let rig = NarrowRig::down(1);
    let mut pauses = Vec::new();
    for key in 1..=8 {
        pauses.push(rig.refused(key));
        rig.clock.advance(SECOND);
        rig.fail(&[key], away());
    }
    let milli = Duration::from_millis(1);
    assert!(pauses[0] >= 25 * milli && pauses[0] <= 50 * milli, "{pauses:?}");
    assert!(pauses.is_sorted() && pauses[7] == SECOND, "{pauses:?}");
}

#[test]
fn while_a_probe_is_out_misses_are_refused_at_once() {
    let rig = NarrowRig::down(8);
    rig.clock.advance(SECOND);
    let probe = rig.sent(1);
    assert_eq!(rig.refused(2), SECOND);
    rig.clock.advance(SECOND / 2);
    assert_eq!(rig.refused(2), SECOND / 2);
    rig.held.next_load().pass();
    answered(probe).unwrap();
    drop(rig.sent(2));
}

#[test]
fn while_a_probe_hangs_misses_are_refused_at_once() {
    let rig = NarrowRig::down(1);
    rig.clock.advance(SECOND);
    let _hangs = rig.sent(1);
    rig.clock.advance(10 * SECOND);
    for key in 2..5 {
        assert_eq!(rig.refused(key), SECOND, "there is no place for another probe");
    }
}

#[test]
fn a_late_answer_ends_it() {
    let rig = NarrowRig::down(2);
    rig.clock.advance(SECOND);
    let late = rig.sent(1);
    rig.clock.advance(SECOND);
    let _hangs = rig.sent(2);
    rig.held.next_load().pass();
    answered(late).unwrap();
    assert!(!rig.cache.stats().is_load_down);
    drop(rig.sent(3));
}

#[test]
fn a_probe_that_fails_late_makes_nobody_wait() {
    let rig = NarrowRig::down(3);
    rig.clock.advance(SECOND);
    drop(rig.sent(1));
    rig.clock.advance(SECOND);
    drop(rig.sent(2));
    let (late, probe) = (rig.held.next_load(), rig.held.next_load());
    probe.answer(Err(away()));
    rig.clock.advance(SECOND);
    late.answer(Err(away()));
    drop(rig.sent(3));
}

#[test]
fn a_sick_key_does_not_keep_a_store_that_is_back_down() {
    let rig = NarrowRig::down(1);
    for _ in 0..8 {
        rig.clock.advance(SECOND);
        rig.fail(&[1], away());
    }
    rig.refused(1);
    let healthy = rig.sent(2);
    rig.held.next_load().pass();
    answered(healthy).unwrap();
    assert!(!rig.cache.stats().is_load_down);
}

#[test]
fn a_stale_value_is_asked_for_soon_after_the_breaker_closes() {
    let rig = NarrowRig::open(1, |it| it.time_to_live(SECOND).stale_if_error(HOUR));
    rig.store.insert(1, 1);
    let get = rig.sent(1);
    rig.held.next_load().pass();
    assert_eq!(answered(get).unwrap(), Some(1));
    for key in 101..=103 {
        rig.fail(&[key], away());
    }
    rig.clock.advance(SECOND);
    let probe = rig.sent(2);
    for _ in 0..30 {
        rig.clock.advance(SECOND);
        assert_eq!(answered(rig.cache.get(&1)).unwrap(), Some(1), "it stands in");
    }
    rig.store.insert(1, 2);
    rig.held.next_load().pass();
    answered(probe).unwrap();
    rig.clock.advance(SECOND);
    let fresh = rig.sent(1);
    rig.held.next_load().pass();
    assert_eq!(answered(fresh).unwrap(), Some(2));
}

#[test]
fn a_drill_takes_no_probe_along() {
    let rig = NarrowRig::down(1);
    rig.clock.advance(SECOND);
    rig.cache.drill(Mode::StoreDown, HOUR).unwrap();
    assert_eq!(answered(rig.cache.get(&1)).unwrap_err().kind(), ErrorKind::Unavailable);
    rig.cache.drill(Mode::Healthy, SECOND).unwrap();
    drop(rig.sent(1));
}

#[test]
fn a_close_waits_for_a_probe_and_for_nobody_who_is_refused() {
    let rig = NarrowRig::down(1);
    rig.clock.advance(SECOND);
    let probe = rig.sent(1);
    rig.refused(2);
    let close = rig.cache.close(HOUR);
    assert!(!close.is_ready());
    rig.held.next_load().answer(Err(away()));
    answered(probe).unwrap_err();
    assert!(answered(close).unwrap().is_clean());
}

#[test]
fn loads_that_fail_stop_no_writes() {
    let rig = Rig::<u64>::behind();
    rig.script.fail_loads(3, LoadFault::Error(ErrorKind::Unavailable));
    for key in 1..=4 {
        answered(rig.cache.get(&key)).unwrap_err();
    }
    assert_eq!(rig.script.loads_arrived(), 3);
    answered(rig.cache.put_with(5, 5, Write::Through)).unwrap();
    answered(rig.cache.put_with(6, 6, Write::Behind(Durability::Memory))).unwrap();
    rig.clock.advance(SECOND / 2);
    assert_eq!((rig.cache.dirty_count(), rig.cache.mode()), (0, Mode::Healthy));
    assert!(rig.cache.stats().is_load_down, "nor do writes that are stored end it");
}

#[test]
fn writes_that_fail_stop_no_loads() {
    let rig = Rig::<u64>::open(|it| it.write_behind(Settings::default()));
    rig.script.go_down();
    for key in 1..=5 {
        answered(rig.cache.put_with(key, 1, Write::Behind(Durability::Memory))).unwrap();
        rig.clock.advance(SECOND);
    }
    assert_eq!(rig.cache.mode(), Mode::StoreDown);
    rig.script.come_back();
    assert_eq!(answered(rig.cache.get(&9)).unwrap(), None);
}
