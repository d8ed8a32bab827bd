//! How long a write may stay unstored: counted from when its key was first dirtied.

use std::time::Duration;

use forebay_cache::{Settings, Write};
use forebay_store::{Durability, Error, Outcome};

use crate::rig::{HOUR, HeldRig, Rig, answered};

const TICK: Duration = Duration::from_millis(10);

// W8
#[test]
fn a_key_that_is_written_all_the_time_is_stored_within_its_delay() {
    let rig = Rig::behind();
    let delay = Settings::default().flush_delay;
    for value in 1..=100 {
        answered(rig.cache.put("hot", value)).unwrap();
        rig.clock.advance(TICK);
        assert!(rig.cache.stats().oldest_dirty_age.is_none_or(|age| age <= delay));
        let behind = value - rig.store.get(&"hot").unwrap_or(0);
        assert!(behind <= 10, "the store is {behind} versions behind");
    }
    assert!(rig.store.stats().puts <= 11, "{:?}", rig.store.stats());
}

// W8
#[test]
fn a_flush_by_age_counts_from_the_first_of_many_writes() {
    let rig =
        Rig::open(|it| it.write_behind(Settings { flush_delay: HOUR, ..Settings::default() }));
    for value in 1..=6 {
        answered(rig.cache.put("hot", value)).unwrap();
        rig.clock.advance(TICK);
    }
    answered(rig.cache.put("young", 1)).unwrap();
    assert_eq!(answered(rig.cache.flush_older_than(7 * TICK)).unwrap(), 0);
    assert_eq!(answered(rig.cache.flush_older_than(5 * TICK)).unwrap(), 1);
    assert_eq!((rig.store.get(&"hot"), rig.store.get(&"young")), (Some(6), None));
    assert_eq!(rig.cache.dirty_keys(), ["young"]);
}

#[test]
fn the_age_of_the_oldest_unstored_write_is_told() {
    let rig =
        Rig::open(|it| it.write_behind(Settings { flush_delay: HOUR, ..Settings::default() }));
    assert_eq!(rig.cache.stats().oldest_dirty_age, None);
    answered(rig.cache.put("a", 1)).unwrap();
    rig.clock.advance(TICK);
    answered(rig.cache.put("b", 1)).unwrap();
    rig.clock.advance(TICK);
    assert_eq!(rig.cache.stats().oldest_dirty_age, Some(2 * TICK));
    assert_eq!(rig.cache.explain(&"b").dirty_age, Some(TICK));
    answered(rig.cache.flush()).unwrap();
    assert_eq!(rig.cache.stats().oldest_dirty_age, None);
}

// W8
#[test]
fn the_age_of_a_key_that_was_never_stored_counts_from_its_first_write() {
    let rig = HeldRig::behind();
    for value in 0..100 {
        answered(rig.cache.put("hot", value)).unwrap();
        drop(rig.cache.flush());
        let apply = rig.held.next_apply();
        answered(rig.cache.put("hot", value + 1)).unwrap();
        rig.clock.advance(TICK);
        apply.answer(Err(Error::unavailable("not now")));
    }
    let age = rig.cache.stats().oldest_dirty_age;
    assert_eq!(age, Some(100 * TICK));
}

// W8
#[test]
fn a_replayed_value_holds_up_no_older_write() {
    let rig =
        Rig::open(|it| it.write_behind(Settings { flush_delay: 10 * TICK, ..Settings::default() }));
    answered(rig.cache.put("old", 1)).unwrap();
    rig.clock.advance(4 * TICK);
    rig.script.refuse("young");
    let stored = Write::Behind(Durability::Stored);
    answered(rig.cache.put_with("young", 1, stored)).unwrap_err();
    rig.clock.advance(TICK);
    rig.script.accept(&"young");
    assert!(rig.cache.replay(&"young"));
    assert_eq!(rig.store.get(&"old"), None);
    rig.clock.advance(5 * TICK);
    assert_eq!((rig.store.get(&"old"), rig.store.get(&"young")), (Some(1), Some(1)));
}

// W8
#[test]
fn a_write_whose_older_version_was_refused_holds_up_no_older_write() {
    let rig = HeldRig::open(|it| {
        it.write_behind(Settings { flush_delay: 10 * TICK, ..Settings::default() })
    });
    answered(rig.cache.put("young", 1)).unwrap();
    rig.clock.advance(10 * TICK);
    let apply = rig.held.next_apply();
    answered(rig.cache.put("old", 1)).unwrap();
    rig.clock.advance(4 * TICK);
    answered(rig.cache.put("young", 2)).unwrap();
    apply.answer(Ok(vec![Outcome::Refused(Error::refused("never"))]));
    assert_eq!(rig.held.applies(), 0);
    rig.clock.advance(6 * TICK);
    assert_eq!(rig.held.applies(), 1, "the older write is due");
    rig.held.next_apply().pass();
    assert_eq!((rig.store.get(&"old"), rig.store.get(&"young")), (Some(1), Some(2)));
}

// W8
#[test]
fn what_has_waited_for_half_of_its_delay_goes_along_with_what_is_due() {
    let rig = HeldRig::open(|it| {
        it.write_behind(Settings { flush_delay: 10 * TICK, ..Settings::default() })
    });
    answered(rig.cache.put("due", 1)).unwrap();
    rig.clock.advance(5 * TICK);
    answered(rig.cache.put("half", 1)).unwrap();
    rig.clock.advance(TICK);
    answered(rig.cache.put("young", 1)).unwrap();
    assert_eq!(rig.held.applies(), 0);
    rig.clock.advance(4 * TICK);
    let apply = rig.held.next_apply();
    let mut keys: Vec<_> = apply.batch.ops.iter().map(|op| op.key).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["due", "half"]);
    apply.pass();
    rig.clock.advance(5 * TICK);
    assert_eq!(rig.held.applies(), 0, "nothing is due for the other half");
    rig.clock.advance(TICK);
    rig.held.next_apply().pass();
    assert_eq!(rig.cache.dirty_count(), 0);
}
