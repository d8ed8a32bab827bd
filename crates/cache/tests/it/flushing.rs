//! Flushing: what goes to the store, in which order and in how many calls, and what the numbers
//! say when some of it fails.

use std::time::Duration;

use forebay_cache::Settings;
use forebay_store::ErrorKind;
use forebay_store::fault::{ApplyFault, WriteFault};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered};

/// Ten dirty keys.
fn ten(settings: Settings) -> Rig<u64> {
    let rig = Rig::open(|builder| builder.write_behind(settings));
    for key in 0..10 {
        answered(rig.cache.put(key, key)).unwrap();
    }
    rig
}

fn assert_numbers_agree(rig: &Rig<u64>, unstored: usize) {
    let stats = rig.cache.stats();
    assert_eq!(rig.cache.dirty_count(), unstored);
    assert_eq!(rig.cache.dirty_keys().len(), unstored);
    assert_eq!((stats.dirty_entries, stats.stored), (unstored as u64, 10 - unstored as u64));
    for key in 0..10 {
        assert_eq!(rig.cache.is_dirty(&key), rig.store.get(&key).is_none(), "key {key}");
    }
}

// W5
#[test]
fn a_flush_that_fails_half_way_leaves_true_numbers() {
    let rig = ten(Settings::default());
    rig.script.fail_applies(1, ApplyFault::Half);
    let error = answered(rig.cache.flush()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(error.to_string(), "5 writes are not stored");
    assert_numbers_agree(&rig, 5);

    answered(rig.cache.flush()).unwrap();
    assert_numbers_agree(&rig, 0);
}

// W5
#[test]
fn a_flush_by_age_that_fails_half_way_leaves_true_numbers_and_goes_on() {
    let rig = ten(Settings { flush_delay: HOUR, ..Settings::default() });
    rig.clock.advance(SECOND);
    for key in 5..10 {
        rig.script.fail_writes(key, 1, WriteFault::Retry);
    }
    let flush = rig.cache.flush_older_than(SECOND);
    assert!(!flush.is_ready());
    assert_numbers_agree(&rig, 5);

    rig.clock.advance(SECOND);
    assert_eq!(answered(flush).unwrap(), 10);
    assert_numbers_agree(&rig, 0);
}

// W5
#[test]
fn a_key_that_fails_while_a_flush_by_age_begins_is_counted_once() {
    let rig = ten(Settings { flush_delay: HOUR, ..Settings::default() });
    rig.clock.advance(SECOND);
    rig.script.fail_applies(1, ApplyFault::Half);
    let flush = rig.cache.flush_older_than(SECOND);
    rig.clock.advance(60 * SECOND);
    assert_eq!(answered(flush).unwrap(), 10);
}

#[test]
fn a_flush_by_age_waits_for_what_is_being_stored() {
    let rig = HeldRig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    rig.clock.advance(SECOND);
    let apply = rig.held.next_apply();
    let flush = rig.cache.flush_older_than(SECOND / 2);
    assert!(!flush.is_ready(), "the store does not have it yet");
    apply.pass();
    assert_eq!(answered(flush).unwrap(), 1);
}

// W7
#[test]
fn keys_are_stored_in_the_order_in_which_they_became_dirty_in_every_run() {
    for _ in 0..3 {
        let rig = HeldRig::behind();
        for key in ["e", "a", "d", "b", "c", "a", "e"] {
            answered(rig.cache.put(key, 1)).unwrap();
        }
        assert_eq!(rig.cache.dirty_keys(), ["e", "a", "d", "b", "c"]);
        let flush = rig.cache.flush();
        let apply = rig.held.next_apply();
        let keys: Vec<_> = apply.batch.ops.iter().map(|op| op.key).collect();
        assert_eq!(keys, ["e", "a", "d", "b", "c"]);
        apply.pass();
        answered(flush).unwrap();
    }
}

#[test]
fn the_store_sees_the_versions_of_a_key_one_after_the_other() {
    let rig = HeldRig::behind();
    let first = answered(rig.cache.put("a", 1)).unwrap();
    let stored = first.stored();
    let apply = rig.held.next_apply();
    let second = answered(rig.cache.put("a", 2)).unwrap();
    let flush = rig.cache.flush();
    rig.clock.advance(HOUR);
    assert_eq!(rig.held.applies(), 0, "the second waits for the answer to the first");
    assert!(apply.batch.ops[0].version == first.version() && second.version() > first.version());
    apply.pass();
    answered(stored).unwrap();

    let apply = rig.held.next_apply();
    assert_eq!(apply.batch.ops[0].version, second.version());
    apply.pass();
    answered(flush).unwrap();
    assert_eq!(rig.store.get(&"a"), Some(2));
}

// W14
#[test]
fn a_thousand_keys_take_four_calls() {
    let rig = Rig::<u64>::behind();
    for key in 0..1000 {
        answered(rig.cache.put(key, key)).unwrap();
    }
    answered(rig.cache.flush()).unwrap();
    assert_eq!((rig.script.applies_arrived(), rig.store.len()), (4, 1000));
    assert_eq!(rig.cache.stats().flushes, 4);
}

// W14, T9
#[test]
fn a_thousand_writes_of_one_key_are_one_write_of_the_store() {
    let rig = Rig::behind();
    for value in 1..=1000 {
        answered(rig.cache.put("hot", value)).unwrap();
    }
    answered(rig.cache.flush()).unwrap();
    assert_eq!((rig.store.stats().puts, rig.store.get(&"hot")), (1, Some(1000)));
    assert_eq!(rig.cache.stats().coalesced, 999);
}

// W14
#[test]
fn a_store_that_is_down_is_asked_ever_less_often_and_gets_the_write_when_it_is_back() {
    let rig = Rig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    rig.script.go_down();
    rig.clock.advance(10 * SECOND);
    let soon = rig.script.applies_arrived();
    rig.clock.advance(HOUR);
    let later = rig.script.applies_arrived() - soon;
    assert!((5..15).contains(&soon), "{soon} attempts in ten seconds");
    assert!((100..300).contains(&later), "{later} attempts in an hour");
    assert!(rig.cache.is_dirty(&"a"));

    rig.script.come_back();
    rig.clock.advance(Settings::default().retry_delay_max);
    assert_eq!((rig.cache.dirty_count(), rig.store.get(&"a")), (0, Some(1)));
}

// W15
#[test]
fn nobody_has_to_ask_for_a_flush() {
    let rig = Rig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    rig.clock.advance(Duration::from_millis(99));
    assert_eq!(rig.store.get(&"a"), None);
    rig.clock.advance(Duration::from_millis(1));
    assert_eq!(rig.store.get(&"a"), Some(1));
}

#[test]
fn a_batch_takes_all_that_is_due_of_a_shard_however_many_are_picked_in_one_step() {
    let settings = Settings { batch_ops_max: 1000, ..Settings::default() };
    let rig = HeldRig::<u64>::atomic(|builder| builder.write_behind(settings));
    for key in 0..300 {
        answered(rig.cache.put(key, 0)).unwrap();
    }
    rig.clock.advance(SECOND);
    let apply = rig.held.next_apply();
    assert_eq!(apply.batch.ops.len(), 300);
    apply.pass();
    assert_eq!(rig.store.len(), 300);
}

#[test]
fn a_flush_if_needed_is_one_from_its_threshold_on() {
    let rig = Rig::behind();
    assert_eq!(answered(rig.cache.flush_if_needed(0)).unwrap(), 0);
    answered(rig.cache.put("a", 1)).unwrap();
    assert_eq!(answered(rig.cache.flush_if_needed(2)).unwrap(), 0);
    assert!(rig.store.is_empty());
    answered(rig.cache.put("b", 1)).unwrap();
    assert_eq!(answered(rig.cache.flush_if_needed(2)).unwrap(), 2);
    assert_eq!(rig.store.len(), 2);
}

#[test]
fn a_flush_of_nothing_asks_the_store_nothing() {
    let rig = Rig::behind();
    answered(rig.cache.flush()).unwrap();
    rig.store.insert("a", 1);
    answered(rig.cache.get(&"a")).unwrap();
    answered(rig.cache.flush()).unwrap();
    assert_eq!(rig.script.applies_arrived(), 0);
}

#[test]
fn a_receipt_is_answered_when_its_write_is_stored() {
    let rig = HeldRig::behind();
    let receipt = answered(rig.cache.put("a", 1)).unwrap();
    let stored = receipt.stored();
    let apply = rig.held.next_apply();
    assert!(!stored.is_ready());
    apply.pass();
    answered(stored).unwrap();
    answered(receipt.stored()).unwrap();
}
