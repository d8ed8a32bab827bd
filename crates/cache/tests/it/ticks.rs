//! A clock whose recent moments are those of its last tick, so that dates are a little earlier than what they date.

use std::sync::Arc;
use std::time::Duration;

use forebay_cache::{Cache, Lookup, Settings};
use forebay_store::fault::Held;
use forebay_store::seam::manual::ManualClock;
use forebay_store::seam::{Clock, Job, Moment, WallTime};
use forebay_store::{IntoStore, MemoryStore, SharedStore};

use crate::rig::{HOUR, answered};

const TICK: Duration = Duration::from_millis(4);

/// Goes on in ticks for whoever wants a recent moment.
struct Ticking(Arc<ManualClock>);

impl Clock for Ticking {
    fn now(&self) -> Moment {
        self.0.now()
    }

    fn recent(&self) -> Moment {
        let tick = u64::try_from(TICK.as_nanos()).unwrap();
        Moment(self.now().0 / tick * tick)
    }

    fn wall(&self) -> WallTime {
        self.0.wall()
    }

    fn after(&self, delay: Duration, job: Job) {
        self.0.after(delay, job);
    }
}

struct Rig {
    cache: Cache<&'static str, u64>,
    held: Arc<Held<&'static str, u64>>,
    clock: Arc<ManualClock>,
}

/// Three quarters of a tick have passed.
fn rig(flush_delay: Duration, promised: Option<Duration>) -> Rig {
    let clock = ManualClock::new();
    clock.advance(TICK * 3 / 4);
    let mut seams = clock.seams(1);
    seams.clock = Arc::new(Ticking(Arc::clone(&clock)));
    let held = Held::new(MemoryStore::new().into_store(&seams));
    let shared: SharedStore<_, _> = Arc::clone(&held) as _;
    let settings = Settings { flush_delay, ..Settings::default() };
    let builder = Cache::builder(shared).seams(seams).shards(1).write_behind(settings);
    let builder = match promised {
        Some(promised) => builder.max_staleness(promised),
        None => builder,
    };
    Rig { cache: answered(builder.open()).unwrap(), held, clock }
}

// W8
#[test]
fn a_write_is_stored_up_to_a_tick_before_its_delay_and_never_after() {
    let rig = rig(TICK * 20, None);
    answered(rig.cache.put("a", 1)).unwrap();
    assert_eq!(rig.cache.stats().oldest_dirty_age, Some(TICK * 3 / 4));
    rig.clock.advance(TICK * 19);
    assert_eq!(rig.held.applies(), 0);
    rig.clock.advance(TICK / 4);
    assert_eq!(rig.held.applies(), 1);
}

// W8
#[test]
fn a_write_that_waits_for_a_short_time_has_all_of_it() {
    let rig = rig(TICK / 2, None);
    answered(rig.cache.put("a", 1)).unwrap();
    rig.clock.advance(TICK / 4);
    assert_eq!(rig.held.applies(), 0);
    rig.clock.advance(TICK / 4);
    assert_eq!(rig.held.applies(), 1);
}

// W8
#[test]
fn what_is_dated_by_the_clock_and_by_its_ticks_stays_in_order() {
    let rig = rig(HOUR, None);
    answered(rig.cache.delete("dated by the clock")).unwrap();
    answered(rig.cache.put("dated by its last tick", 1)).unwrap();
    rig.cache.audit().unwrap();
    assert_eq!(rig.cache.explain(&"dated by its last tick").dirty_age, Some(Duration::ZERO));
}

#[test]
fn who_promises_a_time_counts_by_the_clock() {
    let rig = rig(HOUR, Some(TICK * 4));
    answered(rig.cache.put("a", 1)).unwrap();
    assert_eq!(rig.cache.stats().oldest_dirty_age, Some(Duration::ZERO));
}

#[test]
fn a_drain_does_not_wait_for_what_came_after_it_in_the_same_tick() {
    let rig = rig(HOUR, None);
    answered(rig.cache.put("before", 1)).unwrap();
    let drain = rig.cache.drain(HOUR);
    answered(rig.cache.put("after", 1)).unwrap();
    assert!(!drain.is_ready());
    rig.held.next_apply().pass();
    assert!(answered(drain).unwrap().is_clean());
    assert_eq!(rig.cache.dirty_keys(), ["after"]);
}

const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789";

/// All letters are clean. Then many of them are written in one tick, and a pause follows.
fn after_many_in_a_tick(promised: Option<Duration>) -> (Rig, impl Iterator<Item = &'static str>) {
    let rig = rig(TICK * 20, promised);
    let mut letters = (0..LETTERS.len()).map(|n| &LETTERS[n..=n]);
    for letter in letters.clone() {
        answered(rig.cache.put(letter, 1)).unwrap();
    }
    let flush = rig.cache.flush();
    while rig.held.applies() > 0 {
        rig.held.next_apply().pass();
    }
    answered(flush).unwrap();
    for letter in letters.by_ref().take(23) {
        answered(rig.cache.put(letter, 2)).unwrap();
    }
    rig.clock.advance(TICK * 10);
    (rig, letters)
}

// W8
#[test]
fn a_write_that_comes_after_many_in_a_tick_may_count_as_old_as_they_are_until_the_next_step() {
    let (rig, mut letters) = after_many_in_a_tick(None);
    let mut age = || {
        let letter = letters.next().unwrap();
        answered(rig.cache.put(letter, 3)).unwrap();
        rig.cache.explain(&letter).dirty_age
    };
    assert_eq!(age(), Some(TICK * 10 + TICK * 3 / 4));
    assert_eq!(age(), Some(TICK * 3 / 4), "somebody has looked");
    rig.cache.audit().unwrap();
    assert_eq!(rig.held.applies(), 0);
    rig.clock.advance(TICK * 9 + TICK / 4);
    assert_eq!(rig.held.applies(), 1);
}

// W8
#[test]
fn who_promises_a_time_looks_at_the_clock_for_each_write() {
    let (rig, mut letters) = after_many_in_a_tick(Some(HOUR));
    let letter = letters.next().unwrap();
    answered(rig.cache.put(letter, 3)).unwrap();
    assert_eq!(rig.cache.explain(&letter).dirty_age, Some(Duration::ZERO));
}

// W8
#[test]
fn a_fill_is_a_step_too() {
    let (rig, mut letters) = after_many_in_a_tick(None);
    if let Lookup::Vacant(filler) = answered(rig.cache.lookup(&"new")).unwrap() {
        assert!(filler.fill(1));
    }
    let letter = letters.next().unwrap();
    answered(rig.cache.put(letter, 3)).unwrap();
    assert_eq!(rig.cache.explain(&letter).dirty_age, Some(TICK * 3 / 4));
}
