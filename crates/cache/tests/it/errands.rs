//! Fillers of which nobody knows but who has them, and what makes others know.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_cache::{Cache, Filler, Lookup, Settings};
use forebay_store::{Key, WallTime};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered};

#[track_caller]
fn vacant<K: Key>(cache: &Cache<K, u64>, key: &K) -> Filler<K, u64> {
    match answered(cache.lookup(key)).unwrap() {
        Lookup::Vacant(filler) => filler,
        other => panic!("{key:?} is not vacant: {other:?}"),
    }
}

#[track_caller]
fn found<K: Key>(cache: &Cache<K, u64>, key: &K) -> u64 {
    match answered(cache.lookup(key)).unwrap() {
        Lookup::Found(value) => value,
        other => panic!("{key:?} is not found: {other:?}"),
    }
}

#[test]
fn a_ninth_filler_of_a_shard_fills_as_the_first_does() {
    let rig = Rig::<u64>::behind();
    for round in 0..3 {
        let keys = (round * 20)..(round + 1) * 20;
        let fillers: Vec<_> = keys.clone().map(|key| vacant(&rig.cache, &key)).collect();
        rig.cache.audit().unwrap();
        for (key, filler) in keys.clone().zip(fillers) {
            assert_eq!(*filler.key(), key);
            assert!(filler.fill(key + 7), "{key}");
        }
        assert!(keys.into_iter().all(|key| found(&rig.cache, &key) == key + 7));
    }
    assert_eq!((rig.cache.stats().fills, rig.cache.len()), (60, 60));
    rig.cache.audit().unwrap();
}

#[test]
fn a_put_is_not_overtaken_by_what_was_being_found_out() {
    // With something dirty, with nothing, and where time matters: each is a way of its own.
    for (dirty, mortal) in [(true, false), (false, false), (true, true)] {
        let rig = Rig::<u64>::open(|it| {
            let settings = Settings { flush_delay: HOUR, ..Settings::default() };
            let it = it.write_behind(settings);
            if mortal { it.expire_with(|_, _| Some(WallTime(u64::MAX))) } else { it }
        });
        if dirty {
            answered(rig.cache.put(0, 0)).unwrap();
        }
        let [filler, other] = [1, 2].map(|key| vacant(&rig.cache, &key));
        answered(rig.cache.put(1, 10)).unwrap();
        rig.cache.audit().unwrap();
        assert!(!filler.fill(1), "dirty {dirty}, mortal {mortal}");
        assert!(other.fill(2));
        assert_eq!((found(&rig.cache, &1), found(&rig.cache, &2)), (10, 2));
        assert!(rig.cache.is_dirty(&1) && !rig.cache.is_dirty(&2));
        rig.cache.audit().unwrap();
        answered(rig.cache.flush()).unwrap();
        assert_eq!(rig.store.get(&1), Some(10));
    }
}

#[test]
fn who_looks_for_another_key_makes_a_filler_known_and_it_fills() {
    let rig = HeldRig::<u64>::through();
    let filler = vacant(&rig.cache, &1);
    assert_eq!(rig.cache.len(), 1, "that counts what will be there");
    assert!(!rig.cache.is_dirty(&2));
    assert_eq!(rig.cache.len(), 1, "as before");
    let second = rig.cache.lookup(&1);
    assert!(!second.is_ready());
    assert_eq!(*filler.key(), 1);
    assert!(filler.fill(5));
    assert!(matches!(answered(second), Ok(Lookup::Found(5))));
    assert_eq!((found(&rig.cache, &1), rig.held.loads()), (5, 0));
}

#[test]
fn fillers_that_are_dropped_leave_nothing_whether_or_not_anybody_knew() {
    let rig = Rig::<u64>::behind();
    for key in 0..100 {
        let filler = vacant(&rig.cache, &key);
        if key % 2 == 0 {
            assert!(!rig.cache.is_dirty(&1000));
        }
        drop(filler);
        assert_eq!(rig.cache.len(), 0);
    }
    assert!(vacant(&rig.cache, &1).fill(1));
    rig.cache.audit().unwrap();
}

#[test]
fn what_is_found_out_has_its_time_to_live() {
    let rig = Rig::<u64>::open(|it| it.time_to_live(SECOND));
    for is_known in [false, true] {
        let filler = vacant(&rig.cache, &1);
        if is_known {
            assert!(!rig.cache.is_dirty(&2));
        }
        assert!(filler.fill(1));
        assert_eq!(found(&rig.cache, &1), 1);
        rig.clock.advance(SECOND);
        drop(vacant(&rig.cache, &1));
    }
}

#[test]
fn a_lookup_that_waits_for_nobody_needs_no_place_among_those_who_wait() {
    let rig = HeldRig::<u64>::open(|it| it.loads_waiting_max(1));
    let get = rig.cache.get(&100);
    let fillers: Vec<_> = (0..20).map(|key| vacant(&rig.cache, &key)).collect();
    assert!(fillers.into_iter().all(|filler| filler.fill(1)));
    rig.held.next_load().pass();
    assert_eq!(answered(get).unwrap(), None);
}

#[test]
fn what_is_invalidated_with_all_is_not_filled() {
    let rig = Rig::<u64>::behind();
    let filler = vacant(&rig.cache, &1);
    rig.cache.invalidate_all();
    assert!(!filler.fill(1));
    assert_eq!(rig.cache.stats().fills_fenced, 1);
    assert!(vacant(&rig.cache, &1).fill(2));
}

thread_local! {
    /// Whether copies of a `Fused` on this thread go well.
    static IS_FUSED: Cell<bool> = const { Cell::new(false) };
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Fused(u64);

impl Clone for Fused {
    fn clone(&self) -> Self {
        assert!(!IS_FUSED.get(), "the test makes this copy panic");
        Self(self.0)
    }
}

#[test]
fn a_key_whose_copy_panics_when_others_are_to_know_of_it_is_found_out_anew() {
    let rig = Rig::<Fused>::behind();
    let filler = vacant(&rig.cache, &Fused(1));
    IS_FUSED.set(true);
    assert!(!rig.cache.is_dirty(&Fused(2)));
    IS_FUSED.set(false);
    let second = vacant(&rig.cache, &Fused(1));
    assert!(!filler.fill(1));
    assert!(second.fill(2));
    assert_eq!(found(&rig.cache, &Fused(1)), 2);
    rig.cache.audit().unwrap();
}

#[test]
fn a_filler_that_is_lost_while_its_value_is_weighed_holds_up_nobody() {
    let heavy = |_: &u64, value: &u64| {
        assert!(*value != 13, "the test makes this weigher panic");
        8
    };
    let rig = Rig::<u64>::open(|it| it.weigher(heavy));
    for _ in 0..20 {
        let filler = vacant(&rig.cache, &1);
        assert!(catch_unwind(AssertUnwindSafe(|| filler.fill(13))).is_err());
    }
    assert!(vacant(&rig.cache, &1).fill(1));
    rig.cache.audit().unwrap();
}
