//! Memory that is filled by hand: by one at a time, and never over what is newer.

use forebay_cache::{ByteSize, Filler, Lookup, Settings};
use forebay_store::{ErrorKind, Op, Result};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered};

#[track_caller]
fn vacant(op: Op<Lookup<&'static str, u64>>) -> Filler<&'static str, u64> {
    match answered(op).unwrap() {
        Lookup::Vacant(filler) => filler,
        other => panic!("it is not vacant: {other:?}"),
    }
}

#[track_caller]
fn found(op: Op<Lookup<&'static str, u64>>) -> Option<u64> {
    match answered(op).unwrap() {
        Lookup::Found(value) => Some(value),
        Lookup::Absent => None,
        Lookup::Vacant(filler) => panic!("it is vacant: {filler:?}"),
    }
}

#[test]
fn who_looks_first_fills_and_the_others_are_told() {
    let rig = HeldRig::through();
    let filler = vacant(rig.cache.lookup(&"a"));
    assert_eq!(*filler.key(), "a");
    let (second, get) = (rig.cache.lookup(&"a"), rig.cache.get(&"a"));
    assert!(!second.is_ready() && !get.is_ready());
    assert!(filler.fill(1));
    assert_eq!((found(second), answered(get).unwrap()), (Some(1), Some(1)));
    assert_eq!(found(rig.cache.lookup(&"a")), Some(1));
    assert!(!rig.cache.is_dirty(&"a") && rig.store.is_empty(), "it is clean, and not written");
    assert_eq!((rig.held.loads(), rig.cache.stats().fills), (0, 1));
}

#[test]
fn who_finds_that_a_key_is_absent_says_so() {
    let rig = HeldRig::open(|it| it.cache_absence(SECOND));
    let filler = vacant(rig.cache.lookup(&"a"));
    let get = rig.cache.get(&"a");
    assert!(filler.fill_absent());
    assert_eq!((answered(get).unwrap(), found(rig.cache.lookup(&"a"))), (None, None));
    rig.clock.advance(SECOND);
    drop(vacant(rig.cache.lookup(&"a")));
}

#[test]
fn memory_that_is_filled_by_hand_stays_within_its_capacity() {
    let rig = Rig::<u64>::open(|it| it.capacity(ByteSize::kib(4)));
    for key in 0..1000 {
        let Lookup::Vacant(filler) = answered(rig.cache.lookup(&key)).unwrap() else {
            panic!("nobody knows {key}")
        };
        assert!(filler.fill(key));
        assert!(rig.cache.stats().resident_bytes <= 4096, "{:?}", rig.cache.stats());
    }
    let stats = rig.cache.stats();
    assert_eq!((stats.fills, stats.fills - stats.evictions), (1000, stats.entries));
    assert!(stats.entries > 20, "{stats:?}");
}

#[test]
fn a_fill_that_a_put_overtook_changes_nothing() {
    let rig = HeldRig::behind();
    let filler = vacant(rig.cache.lookup(&"a"));
    let second = rig.cache.lookup(&"a");
    answered(rig.cache.put("a", 2)).unwrap();
    assert_eq!(found(second), Some(2));
    assert!(!filler.fill(1));
    assert_eq!(rig.cache.peek(&"a"), Some(2));
    assert_eq!(rig.cache.stats().fills_fenced, 1);
}

#[test]
fn a_fill_that_an_invalidation_overtook_changes_nothing() {
    let rig = HeldRig::through();
    let filler = vacant(rig.cache.lookup(&"a"));
    let before = rig.cache.lookup(&"a");
    rig.cache.invalidate(&"a");
    let other = vacant(rig.cache.lookup(&"a"));
    assert!(!filler.fill(1), "G6");
    assert!(!before.is_ready(), "it waits for the one that came later");
    assert!(other.fill(2));
    assert_eq!((found(before), rig.cache.peek(&"a")), (Some(2), Some(2)));
}

#[test]
fn who_was_moved_to_another_load_is_handed_that_one() {
    let rig = HeldRig::through();
    let filler = vacant(rig.cache.lookup(&"a"));
    let before = rig.cache.lookup(&"a");
    rig.cache.invalidate(&"a");
    let other = vacant(rig.cache.lookup(&"a"));
    assert!(!filler.fill(1), "G6");
    drop(other);
    assert!(vacant(before).fill(3));
    assert_eq!(rig.cache.peek(&"a"), Some(3));
}

#[test]
fn who_was_moved_to_a_guard_does_not_wait_for_it_without_end() {
    let rig = HeldRig::through();
    rig.store.insert("a", 1);
    let get = rig.cache.get(&"a");
    let load = rig.held.next_load();
    rig.cache.invalidate(&"a");
    let forgotten = vacant(rig.cache.lookup(&"a"));
    load.pass();
    assert!(!get.is_ready(), "it waits for the one that came later");
    rig.clock.advance(SECOND * 30);
    rig.held.next_load().pass();
    assert_eq!(answered(get).unwrap(), Some(1));
    assert!(!forgotten.fill(7), "its time was over");
}

#[test]
fn guards_that_are_dropped_at_once_do_not_deepen_the_stack() {
    let rig = HeldRig::through();
    let first = vacant(rig.cache.lookup(&"a"));
    let dropped: Vec<_> = (0..30_000)
        .map(|_| rig.cache.lookup(&"a").map(|looked: Result<_>| looked.map(drop)))
        .collect();
    drop(first);
    assert!(dropped.iter().all(Op::is_ready));
    assert_eq!(rig.cache.len(), 0);
}

#[test]
fn who_goes_away_with_a_panic_keeps_nobody_from_the_next() {
    let rig = HeldRig::through();
    let first = vacant(rig.cache.lookup(&"a"));
    drop(rig.cache.lookup(&"a").map(|_| -> Result<()> { panic!("who has gone away panics") }));
    let next = rig.cache.lookup(&"a");
    drop(first);
    assert!(vacant(next).fill(1));
}

#[test]
fn a_guard_that_is_dropped_hands_over_to_the_next_who_looks() {
    let rig = HeldRig::through();
    let first = vacant(rig.cache.lookup(&"a"));
    let [second, third, fourth] = [(); 3].map(|()| rig.cache.lookup(&"a"));
    drop(second);
    drop(first);
    let third = vacant(third);
    assert!(!fourth.is_ready());
    assert!(third.fill(3));
    assert_eq!(found(fourth), Some(3));
}

#[test]
fn a_guard_that_is_dropped_hands_over_to_the_store_if_only_gets_wait() {
    let rig = HeldRig::through();
    rig.store.insert("a", 1);
    let filler = vacant(rig.cache.lookup(&"a"));
    let get = rig.cache.get(&"a");
    assert_eq!(rig.held.loads(), 0);
    drop(filler);
    let late = rig.cache.lookup(&"a");
    rig.held.next_load().pass();
    assert_eq!((answered(get).unwrap(), found(late)), (Some(1), Some(1)));
    assert_eq!(rig.cache.peek(&"a"), Some(1));
}

#[test]
fn a_guard_that_is_dropped_leaves_nothing_behind() {
    let rig = HeldRig::through();
    drop(vacant(rig.cache.lookup(&"a")));
    assert_eq!((rig.cache.len(), rig.held.loads()), (0, 0));
    assert!(vacant(rig.cache.lookup(&"a")).fill(1));
}

#[test]
fn a_guard_that_is_forgotten_holds_up_nobody_for_long() {
    let rig = HeldRig::through();
    rig.store.insert("a", 1);
    let first = vacant(rig.cache.lookup(&"a"));
    let second = rig.cache.lookup(&"a");
    rig.clock.advance(SECOND * 30);
    let second = vacant(second);
    let get = rig.cache.get(&"a");
    rig.clock.advance(SECOND * 30);
    rig.held.next_load().pass();
    assert_eq!(answered(get).unwrap(), Some(1));
    assert!(!first.fill(7) && !second.fill(8), "their time was over");
    assert_eq!(rig.cache.peek(&"a"), Some(1));
}

#[test]
fn a_guard_whose_time_was_over_does_not_fill_for_the_next() {
    let rig = HeldRig::through();
    let first = vacant(rig.cache.lookup(&"a"));
    let second = rig.cache.lookup(&"a");
    rig.clock.advance(SECOND * 30);
    assert!(!first.fill(7));
    assert_eq!(rig.cache.peek(&"a"), None);
    assert!(vacant(second).fill(8));
    assert_eq!(rig.cache.peek(&"a"), Some(8));
}

#[test]
fn a_guard_for_which_nobody_waits_has_all_the_time_there_is() {
    let rig = HeldRig::through();
    let filler = vacant(rig.cache.lookup(&"a"));
    rig.clock.advance(HOUR);
    assert!(filler.fill(1));
}

#[test]
fn a_lookup_waits_for_a_load_that_is_under_way() {
    let rig = HeldRig::through();
    rig.store.insert("a", 1);
    let get = rig.cache.get(&"a");
    let lookup = rig.cache.lookup(&"a");
    rig.held.next_load().pass();
    assert_eq!((answered(get).unwrap(), found(lookup)), (Some(1), Some(1)));
}

#[test]
fn those_who_look_up_count_among_those_who_wait() {
    let rig = HeldRig::open(|it| it.loads_waiting_max(2));
    let filler = vacant(rig.cache.lookup(&"a"));
    let waiting = [rig.cache.lookup(&"a"), rig.cache.lookup(&"a")];
    assert_eq!(answered(rig.cache.lookup(&"a")).unwrap_err().kind(), ErrorKind::Busy);
    assert_eq!(answered(rig.cache.get(&"b")).unwrap_err().kind(), ErrorKind::Busy);
    filler.fill(1);
    for lookup in waiting {
        assert_eq!(found(lookup), Some(1));
    }
    rig.cache.invalidate(&"a");
    let filler = vacant(rig.cache.lookup(&"a"));
    let (second, third) = (rig.cache.lookup(&"a"), rig.cache.lookup(&"a"));
    drop(filler);
    drop(vacant(second));
    drop(vacant(third));
    let gets = [rig.cache.get(&"a"), rig.cache.get(&"b")];
    assert!(gets.iter().all(|get| !get.is_ready()), "whoever was handed over to waits no more");
}

#[test]
fn a_close_answers_who_waits_for_a_guard() {
    let rig =
        HeldRig::open(|it| it.write_behind(Settings { flush_delay: HOUR, ..Settings::default() }));
    let filler = vacant(rig.cache.lookup(&"a"));
    let (second, get) = (rig.cache.lookup(&"a"), rig.cache.get(&"a"));
    assert!(answered(rig.cache.close(HOUR)).unwrap().is_clean());
    assert_eq!(answered(second).unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(answered(get).unwrap_err().kind(), ErrorKind::Closed);
    assert!(!filler.fill(1));
    assert_eq!(answered(rig.cache.lookup(&"a")).unwrap_err().kind(), ErrorKind::Closed);
}
