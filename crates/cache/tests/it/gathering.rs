//! Misses that arrive together take one call of the store, and what one read may ask for itself.

use std::sync::Arc;
use std::time::Duration;

use forebay_cache::{Cache, Get};
use forebay_store::{ErrorKind, MemoryStore};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered};

const WINDOW: Duration = Duration::from_millis(5);

fn gathering() -> HeldRig<u64> {
    HeldRig::open(|builder| builder.gather_misses(WINDOW))
}

#[test]
fn misses_within_the_window_share_a_call() {
    let rig = gathering();
    let gets: Vec<_> = (0..3).map(|key| rig.cache.get(&key)).collect();
    rig.clock.advance(WINDOW / 2);
    let late = rig.cache.get(&3);
    assert_eq!(rig.held.loads(), 0, "they wait for company");
    rig.clock.advance(WINDOW / 2);
    let load = rig.held.next_load();
    assert_eq!((load.keys.as_ref(), rig.held.loads()), ([0, 1, 2, 3].as_slice(), 0));
    load.pass();
    for get in gets.into_iter().chain([late]) {
        assert_eq!(answered(get).unwrap(), None);
    }
}

#[test]
fn each_window_lasts_as_long_as_it_was_told() {
    let rig = gathering();
    drop(rig.cache.get(&0));
    rig.clock.advance(WINDOW / 2);
    drop(rig.cache.get_many(&[1]));
    assert_eq!(rig.held.next_load().keys.as_ref(), [0, 1], "many at once take along who waits");
    let next = rig.cache.get(&2);
    rig.clock.advance(WINDOW / 2);
    assert_eq!(rig.held.loads(), 0, "the end of the first window does not end the second");
    rig.clock.advance(WINDOW / 2);
    rig.held.next_load().pass();
    assert_eq!(answered(next).unwrap(), None);
}

#[test]
fn a_load_that_ends_does_not_end_a_window() {
    let rig = gathering();
    drop(rig.cache.get_many(&[0]));
    let first = rig.held.next_load();
    drop(rig.cache.get(&1));
    first.pass();
    assert_eq!(rig.held.loads(), 0);
    rig.clock.advance(WINDOW);
    assert_eq!(rig.held.next_load().keys.as_ref(), [1]);
}

#[test]
fn a_full_call_does_not_wait_for_the_end_of_its_window() {
    let rig: HeldRig<u64> =
        HeldRig::open(|builder| builder.gather_misses(WINDOW).loads_waiting_max(2));
    let gets = [rig.cache.get(&0), rig.cache.get(&1)];
    rig.held.next_load().pass();
    for get in gets {
        assert_eq!(answered(get).unwrap(), None);
    }
}

#[test]
fn misses_that_wait_for_company_are_answered_by_a_close() {
    let rig = gathering();
    let get = rig.cache.get(&0);
    assert!(answered(rig.cache.close(HOUR)).unwrap().is_clean());
    assert_eq!(answered(get).unwrap_err().kind(), ErrorKind::Closed);
    rig.clock.advance(WINDOW);
    assert_eq!(rig.held.loads(), 0);
}

#[test]
fn a_miss_that_waits_for_company_is_loaded_though_the_cache_was_dropped() {
    let HeldRig { cache, held, clock, .. } = gathering();
    let get = cache.get(&0);
    drop(cache);
    clock.advance(WINDOW);
    held.next_load().pass();
    assert_eq!(answered(get).unwrap(), None);
}

#[test]
fn a_window_that_ended_early_does_not_keep_the_cache() {
    let HeldRig { cache, held, store, clock } = gathering();
    drop(cache.get(&0));
    drop(cache.get_many(&[1]));
    held.next_load().pass();
    drop((cache, held));
    assert_eq!(Arc::strong_count(&store), 1);
    drop(clock);
}

#[test]
fn a_window_is_at_most_a_second() {
    let open = |window| {
        let builder = Cache::<u64, u64>::builder(MemoryStore::new()).gather_misses(window);
        answered(builder.open()).map(drop)
    };
    open(SECOND).unwrap();
    assert_eq!(open(SECOND + WINDOW).unwrap_err().kind(), ErrorKind::Invalid);
}

#[test]
fn a_read_may_ask_that_absence_is_kept() {
    let rig = Rig::through();
    let get = Get::default().absence(SECOND);
    for _ in 0..3 {
        assert_eq!(answered(rig.cache.get_with(&"a", get)).unwrap(), None);
        assert_eq!(answered(rig.cache.get(&"a")).unwrap(), None);
    }
    assert_eq!(rig.script.loads_arrived(), 1);
    rig.clock.advance(SECOND);
    assert_eq!(answered(rig.cache.get_many_with(&["a", "b"], get)).unwrap(), [None, None]);
    assert_eq!(answered(rig.cache.get(&"b")).unwrap(), None);
    assert_eq!(rig.script.loads_arrived(), 2);
}

#[test]
fn a_read_may_ask_that_absence_is_not_kept() {
    let rig = Rig::open(|builder| builder.cache_absence(SECOND));
    for loads in 1..4 {
        answered(rig.cache.get_with(&"a", Get::default().absence(Duration::ZERO))).unwrap();
        assert_eq!(rig.script.loads_arrived(), loads);
    }
}

#[test]
fn of_the_reads_that_share_a_load_the_longest_time_counts() {
    let rig = HeldRig::through();
    let wants = [None, Some(SECOND), None].map(|keep| {
        let get = keep.map_or_else(Get::default, |keep| Get::default().absence(keep));
        rig.cache.get_with(&"a", get)
    });
    rig.held.next_load().pass();
    for get in wants {
        assert_eq!(answered(get).unwrap(), None);
    }
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), None, "from memory");
    assert_eq!(rig.held.loads(), 0);
}
