//! Writes behind that take the place of nothing that is unstored.

use std::time::Duration;

use forebay_cache::{Settings, Write};
use forebay_store::{Durability, Error, ErrorKind, Outcome};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered};

const EACH: Write = Write::Uncoalesced(Durability::Memory);

/// A cache whose writes behind are uncoalesced unless they ask otherwise.
fn rig() -> HeldRig {
    HeldRig::open(|builder| builder.write_behind(Settings::default()).uncoalesced())
}

#[test]
fn the_store_gets_every_state_of_a_key_in_order() {
    let rig = rig();
    answered(rig.cache.put("a", 1)).unwrap();
    let second = rig.cache.put("a", 2);
    let third = rig.cache.delete("a");
    let fourth = rig.cache.put("a", 4);
    assert!(!second.is_ready() && rig.cache.peek(&"a") == Some(1));
    for (state, next) in [(Some(1), Some(2)), (Some(2), None), (None, Some(4))] {
        rig.held.next_apply().pass();
        assert_eq!((rig.store.get(&"a"), rig.cache.peek(&"a")), (state, next));
    }
    answered(second).unwrap();
    answered(third).unwrap();
    assert_eq!(answered(fourth).unwrap().rung(), Durability::Memory);
    assert_eq!(rig.held.applies(), 0, "the last one waits for company, as nobody waits for it");
    rig.clock.advance(SECOND);
    rig.held.next_apply().pass();
    assert_eq!((rig.store.get(&"a"), rig.cache.stats().coalesced), (Some(4), 0));
}

#[test]
fn states_of_different_keys_go_together() {
    let rig = HeldRig::<u64>::behind();
    let states = (1..=3)
        .map(|state| rig.cache.put_many_with((0..100).map(|key| (key, state)), EACH))
        .collect::<Vec<_>>();
    let (mut calls, mut writes) = (0, 0);
    while rig.held.applies() > 0 {
        let apply = rig.held.next_apply();
        (calls, writes) = (calls + 1, writes + apply.batch.ops.len());
        apply.pass();
    }
    assert!(states.into_iter().all(|state| answered(state).unwrap().iter().all(Result::is_ok)));
    assert_eq!((writes, rig.cache.stats().coalesced), (200, 0), "the last ones wait for company");
    // The first few find places with the store, and those behind them gather.
    assert!(calls <= 6, "{calls} calls");
}

#[test]
fn it_loads_nothing() {
    let rig = HeldRig::behind();
    rig.store.insert("a", 1);
    answered(rig.cache.put_with("a", 2, EACH)).unwrap();
    answered(rig.cache.delete_with("b", EACH)).unwrap();
    assert_eq!((rig.held.loads(), rig.cache.peek(&"a")), (0, Some(2)));
}

#[test]
fn what_others_write_meanwhile_is_waited_for_as_well() {
    let rig = HeldRig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    let each = rig.cache.put_with("a", 2, EACH);
    let first = rig.held.next_apply();
    answered(rig.cache.put("a", 3)).unwrap();
    first.pass();
    assert!(!each.is_ready());
    rig.held.next_apply().pass();
    answered(each).unwrap();
    assert_eq!((rig.store.get(&"a"), rig.cache.peek(&"a")), (Some(3), Some(2)));
}

#[test]
fn it_keeps_its_place_among_writes_through_and_modifications() {
    let rig = rig();
    answered(rig.cache.put("a", 1)).unwrap();
    let through = rig.cache.put_with("a", 2, Write::Through);
    let each = rig.cache.put("a", 3);
    let update = rig.cache.update(&"a", |value| *value *= 10);
    for (stored, seen) in [(1, 1), (2, 3), (3, 30)] {
        rig.held.next_apply().pass();
        assert_eq!((rig.store.get(&"a"), rig.cache.peek(&"a")), (Some(stored), Some(seen)));
    }
    answered(through).unwrap();
    answered(each).unwrap();
    assert!(answered(update).unwrap().is_some());
}

#[test]
fn a_write_behind_one_that_is_refused_goes_on() {
    let rig = rig();
    answered(rig.cache.put("a", 1)).unwrap();
    let second = rig.cache.put("a", 2);
    rig.held.next_apply().answer(Ok(vec![Outcome::Refused(Error::refused("no"))]));
    answered(second).unwrap();
    assert_eq!((rig.cache.peek(&"a"), rig.cache.stats().quarantined), (Some(2), 0));
}

#[test]
fn it_waits_for_a_store_that_is_down_and_is_told_of_a_pause_at_once() {
    let rig = Rig::open(|builder| builder.write_behind(Settings::default()).uncoalesced());
    rig.script.go_down();
    answered(rig.cache.put("a", 1)).unwrap();
    let second = rig.cache.put("a", 2);
    rig.clock.advance(HOUR);
    assert!(!second.is_ready());
    rig.script.come_back();
    rig.clock.advance(HOUR);
    answered(second).unwrap();
    rig.clock.advance(HOUR);
    assert_eq!(rig.store.get(&"a"), Some(2));

    rig.cache.pause(HOUR);
    answered(rig.cache.put("a", 3)).unwrap();
    let error = answered(rig.cache.put("a", 4)).unwrap_err();
    assert_eq!((error.kind(), rig.cache.peek(&"a")), (ErrorKind::Unavailable, Some(3)));
}

#[test]
fn many_writes_of_one_key_are_all_stored() {
    let rig = rig();
    let answers = rig.cache.put_many([("a", 1), ("b", 1), ("a", 2), ("a", 3)]);
    let mut seen = Vec::new();
    while rig.held.applies() > 0 {
        rig.held.next_apply().pass();
        seen.push(rig.store.get(&"a"));
    }
    assert_eq!(seen, [Some(1), Some(2)], "the last one waits for company");
    assert!(answered(answers).unwrap().iter().all(Result::is_ok));
    assert_eq!((rig.cache.peek(&"a"), rig.cache.peek(&"b")), (Some(3), Some(1)));
}

#[test]
fn a_close_answers_those_who_wait() {
    let rig = rig();
    answered(rig.cache.put("a", 1)).unwrap();
    let [second, third] = [2, 3].map(|value| rig.cache.put("a", value));
    let close = rig.cache.close(Duration::from_secs(1));
    assert_eq!(answered(third).unwrap_err().kind(), ErrorKind::Closed);
    assert!(!second.is_ready(), "it is its turn, and the store is at work for it");
    rig.held.next_apply().pass();
    assert_eq!(answered(second).unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!((answered(close).unwrap().left, rig.store.get(&"a")), (0, Some(1)));
}

#[test]
fn a_rung_that_needs_a_journal_is_told_so() {
    let rig = Rig::behind();
    let write = rig.cache.put_with("a", 1, Write::Uncoalesced(Durability::Synced));
    assert_eq!(answered(write).unwrap_err().kind(), ErrorKind::Unsupported);
}

#[test]
fn who_would_wait_in_a_cache_that_is_read_only_is_told_so_at_once() {
    let rig = rig();
    answered(rig.cache.put("a", 1)).unwrap();
    rig.cache.set_read_only(true);
    assert_eq!(answered(rig.cache.put("a", 2)).unwrap_err().kind(), ErrorKind::Unsupported);
    rig.cache.set_read_only(false);
    rig.clock.advance(SECOND);
    rig.held.next_apply().pass();
    answered(rig.cache.put("a", 3)).unwrap();
    assert_eq!((rig.store.get(&"a"), rig.cache.peek(&"a")), (Some(1), Some(3)));
}
