//! Time to live and to idle of what memory has of stored values, and the values' own expiry beside them.

use std::collections::BTreeSet;
use std::time::Duration;

use forebay_cache::{Cache, Change, Settings, Standing};
use forebay_store::seam::Clock;
use forebay_store::{ErrorKind, MemoryStore, WallTime};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered};

const MILLI: Duration = Duration::from_millis(1);

fn just_before(time: Duration) -> Duration {
    time.saturating_sub(MILLI)
}

/// What a get finds, and how many loads there have been by then.
fn get(rig: &Rig, key: &'static str) -> (Option<u64>, u64) {
    let value = answered(rig.cache.get(&key)).unwrap();
    (value, rig.script.loads_arrived())
}

#[test]
fn a_loaded_value_answers_for_its_time_to_live() {
    let rig = Rig::open(|it| it.time_to_live(SECOND));
    rig.store.insert("a", 1);
    assert_eq!(get(&rig, "a"), (Some(1), 1));
    rig.store.insert("a", 2);
    rig.clock.advance(just_before(SECOND));
    assert_eq!(get(&rig, "a"), (Some(1), 1));
    rig.clock.advance(MILLI);
    assert_eq!(rig.cache.peek(&"a"), None);
    assert_eq!(get(&rig, "a"), (Some(2), 2));
    assert_eq!(get(&rig, "a"), (Some(2), 2));
}

#[test]
fn a_modification_may_take_longer_than_the_time_to_live() {
    let rig = Rig::open(|it| it.time_to_live(SECOND));
    rig.store.insert("a", 1);
    let clock = rig.clock.clone();
    let add = move |value: Option<&u64>| {
        clock.advance(SECOND * 2);
        (Change::Put(value.map_or(10, |value| value + 1)), ())
    };
    answered(rig.cache.modify("a", add)).unwrap();
    assert_eq!((rig.store.get(&"a"), rig.script.loads_arrived()), (Some(2), 1));
}

#[test]
fn what_is_written_through_lives_from_when_it_is_stored() {
    let rig = HeldRig::open(|it| it.time_to_live(SECOND));
    let put = rig.cache.put("a", 1);
    rig.clock.advance(SECOND);
    rig.held.next_apply().pass();
    answered(put).unwrap();
    rig.clock.advance(just_before(SECOND));
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(1));
    rig.clock.advance(MILLI);
    assert!(!rig.cache.get(&"a").is_ready());
}

#[test]
fn what_is_not_stored_answers_beyond_its_time_to_live_and_idle_time() {
    for is_idle in [true, false] {
        let rig = HeldRig::open(|it| {
            let it = it.write_behind(Settings { flush_delay: HOUR, ..Settings::default() });
            if is_idle { it.time_to_idle(SECOND) } else { it.time_to_live(SECOND) }
        });
        answered(rig.cache.put("a", 1)).unwrap();
        rig.clock.advance(SECOND * 60);
        assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(1), "G2: the store has less");
        rig.clock.advance(SECOND * 60);
        let flush = rig.cache.flush();
        rig.held.next_apply().pass();
        answered(flush).unwrap();
        assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(1));
        rig.clock.advance(SECOND);
        assert!(!rig.cache.get(&"a").is_ready(), "its time began when it was stored");
        assert_eq!(rig.store.stats().puts_stored, 1);
    }
}

#[test]
fn what_is_not_stored_is_not_idle_though_what_was_there_before_has_long_been() {
    let rig = HeldRig::open(|it| {
        it.write_behind(Settings { flush_delay: HOUR, ..Settings::default() })
            .expire_with(|_, _| Some(WallTime(u64::MAX - 1)))
            .time_to_idle(SECOND)
    });
    rig.store.insert("a", 1);
    drop(rig.cache.get(&"a"));
    rig.held.next_load().pass();
    answered(rig.cache.put("a", 2)).unwrap();
    rig.clock.advance(SECOND * 60);
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(2));
}

#[test]
fn a_value_that_is_over_by_itself_is_hidden_and_stored_whatever_else_it_has() {
    let rig = HeldRig::open(|it| {
        it.write_behind(Settings { flush_delay: HOUR, ..Settings::default() })
            .expire_with(|_, value| Some(WallTime(*value)))
            .time_to_live(HOUR)
            .time_to_idle(HOUR)
    });
    let over = rig.clock.wall().0 + 1000;
    answered(rig.cache.put("a", over)).unwrap();
    rig.clock.advance(SECOND);
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), None);
    let flush = rig.cache.flush();
    rig.held.next_apply().pass();
    answered(flush).unwrap();
    assert_eq!(rig.store.stats().puts_stored, 1);
    assert!(!rig.cache.get(&"a").is_ready(), "being stored does not make it last");
}

#[test]
fn an_entry_that_nobody_reads_is_over_after_its_idle_time() {
    let rig = Rig::open(|it| it.time_to_idle(SECOND));
    rig.store.insert("a", 1);
    get(&rig, "a");
    for _ in 0..5 {
        rig.clock.advance(just_before(SECOND));
        assert_eq!(get(&rig, "a"), (Some(1), 1), "each read begins its idle time anew");
    }
    rig.clock.advance(just_before(SECOND));
    assert_eq!(rig.cache.peek(&"a"), Some(1));
    assert_eq!(rig.cache.explain(&"a").expires_at, None);
    rig.clock.advance(MILLI);
    assert_eq!(rig.cache.peek(&"a"), None, "to look at it is not to read it");
    assert_eq!(get(&rig, "a"), (Some(1), 2));
}

#[test]
fn reading_does_not_lengthen_a_time_to_live() {
    let rig = Rig::open(|it| it.time_to_live(SECOND).time_to_idle(SECOND / 2));
    rig.store.insert("a", 1);
    for loads in 1..4 {
        assert_eq!(get(&rig, "a"), (Some(1), loads));
        rig.clock.advance(just_before(SECOND / 2));
        assert_eq!(get(&rig, "a"), (Some(1), loads));
        rig.clock.advance(just_before(SECOND / 2));
        assert_eq!(get(&rig, "a"), (Some(1), loads));
        rig.clock.advance(MILLI * 2);
    }
}

#[test]
fn a_slot_that_is_used_again_has_times_of_its_own() {
    let rig = Rig::open(|it| it.time_to_idle(SECOND));
    rig.store.insert("a", 1);
    rig.store.insert("b", 2);
    get(&rig, "a");
    rig.clock.advance(SECOND / 2);
    assert!(rig.cache.invalidate(&"a"));
    get(&rig, "b");
    rig.clock.advance(SECOND / 2);
    assert_eq!(get(&rig, "b"), (Some(2), 2));
}

#[test]
fn an_absence_has_no_time_but_its_own() {
    let rig = Rig::open(|it| it.time_to_live(MILLI).time_to_idle(MILLI).cache_absence(SECOND));
    assert_eq!(get(&rig, "a"), (None, 1));
    rig.clock.advance(just_before(SECOND));
    assert_eq!(get(&rig, "a"), (None, 1));
    assert_eq!(rig.cache.explain(&"a").standing, Standing::KnownAbsent);
}

#[test]
fn a_modification_of_what_is_over_asks_the_store() {
    let rig = Rig::open(|it| it.time_to_live(SECOND));
    answered(rig.cache.put("a", 1)).unwrap();
    rig.clock.advance(SECOND);
    rig.store.insert("a", 10);
    answered(rig.cache.update(&"a", |value| *value += 1)).unwrap();
    assert_eq!(rig.store.get(&"a"), Some(11));
}

/// When each of many keys that are loaded together is over, in milliseconds.
fn ends(jitter: u8) -> Vec<u64> {
    let rig = Rig::<u64>::open(|it| it.time_to_live(SECOND).time_to_live_jitter(jitter));
    let keys: Vec<u64> = (0..200).collect();
    for key in &keys {
        rig.store.insert(*key, 1);
    }
    answered(rig.cache.get_many(&keys)).unwrap();
    let now = rig.clock.wall().0;
    let ends = keys.iter().map(|key| rig.cache.explain(key).expires_at.unwrap().0 - now);
    ends.collect()
}

#[test]
fn jitter_shortens_each_time_to_live_within_its_bounds_and_by_the_seed() {
    let drawn = ends(20);
    assert!(drawn.iter().all(|end| (800..=1000).contains(end)), "{drawn:?}");
    assert!(drawn.iter().collect::<BTreeSet<_>>().len() > 100, "{drawn:?}");
    assert_eq!(drawn, ends(20), "one seed is one run");
    assert!(ends(0).iter().all(|end| *end == 1000));
}

#[test]
fn times_that_make_no_sense_are_refused() {
    let open = |build: fn(forebay_cache::Builder<u64, u64>) -> forebay_cache::Builder<u64, u64>| {
        answered(build(Cache::builder(MemoryStore::new())).open()).map(drop)
    };
    let refused = [
        open(|it| it.time_to_live(Duration::ZERO)),
        open(|it| it.time_to_idle(Duration::ZERO)),
        open(|it| it.time_to_live(SECOND).time_to_live_jitter(51)),
        open(|it| it.time_to_live_jitter(10)),
    ];
    for result in refused {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Invalid);
    }
}
