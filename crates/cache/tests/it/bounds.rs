//! The bound on unstored writes (G7), and what a writer meets at it.

use std::time::Duration;

use forebay_cache::{ByteSize, Change, Settings, WhenFull, Write};
use forebay_store::{Durability, Error, ErrorKind, Outcome};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered, by_value};

/// Room for one unstored key.
fn one(mut settings: Settings) -> HeldRig {
    settings.dirty_entries_max = 1;
    HeldRig::open(|builder| builder.write_behind(settings))
}

// W14
#[test]
fn writers_who_find_no_room_are_answered_in_their_order_as_room_comes() {
    let rig = one(Settings::default());
    answered(rig.cache.put("a", 1)).unwrap();
    let waiting = [rig.cache.put("b", 2), rig.cache.put("c", 3)];
    assert_eq!((rig.cache.stats().waiting_writers, rig.cache.stats().waits), (2, 2));
    assert_eq!(rig.cache.peek(&"b"), None, "it is not accepted yet");
    for (put, (key, value)) in waiting.into_iter().zip([("b", 2), ("c", 3)]) {
        assert!(!put.is_ready());
        rig.clock.advance(SECOND);
        rig.held.next_apply().pass();
        answered(put).unwrap();
        assert_eq!(rig.cache.peek(&key), Some(value));
    }
    assert_eq!(rig.cache.stats().waiting_writers, 0);
}

#[test]
fn from_three_quarters_of_the_bound_on_nothing_waits_for_company() {
    let settings = Settings { flush_delay: HOUR, dirty_entries_max: 8, ..Settings::default() };
    let rig: HeldRig = HeldRig::open(|builder| builder.write_behind(settings));
    let put = |key| {
        answered(rig.cache.put(key, 1)).unwrap();
    };
    ["a", "b", "c", "d", "e"].into_iter().for_each(put);
    rig.clock.advance(SECOND);
    assert_eq!(rig.held.applies(), 0);
    ["f", "g"].into_iter().for_each(put);
    rig.clock.advance(SECOND);
    assert!(rig.held.applies() > 0, "nobody waits, but little room is left");
}

#[test]
fn while_writers_wait_for_room_nothing_waits_for_company() {
    let rig = one(Settings { flush_delay: HOUR, ..Settings::default() });
    answered(rig.cache.put("a", 1)).unwrap();
    let [b, c] = [rig.cache.put("b", 2), rig.cache.put("c", 3)];
    rig.held.next_apply().pass();
    answered(b).unwrap();
    assert!(!c.is_ready());
    rig.held.next_apply().pass();
    answered(c).unwrap();
}

// W14
#[test]
fn a_writer_who_will_not_wait_is_told_when_to_try_again() {
    let rig = one(Settings { when_full: WhenFull::Refuse, ..Settings::default() });
    answered(rig.cache.put("a", 1)).unwrap();
    let error = answered(rig.cache.put("b", 2)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert!(error.retry_after().is_some_and(|after| !after.is_zero()));
    assert_eq!((rig.cache.peek(&"b"), rig.cache.stats().busy), (None, 1));
    rig.held.next_apply().pass();
    answered(rig.cache.put("b", 2)).unwrap();
}

#[test]
fn who_waits_for_a_key_that_another_waiter_has_written_needs_its_growth_only() {
    let rig = one(Settings::default());
    answered(rig.cache.put("a", 1)).unwrap();
    let [first, other, last] = [("b", 2), ("c", 4), ("b", 3)].map(|(k, v)| rig.cache.put(k, v));
    rig.held.next_apply().pass();
    answered(first).unwrap();
    answered(last).unwrap();
    assert!(!other.is_ready());
    assert_eq!((rig.cache.peek(&"b"), rig.cache.stats().coalesced), (Some(3), 1));
    rig.held.next_apply().pass();
    answered(other).unwrap();
    assert_eq!(rig.store.get(&"b"), Some(3), "both went in one");
}

#[test]
fn who_waits_for_a_key_that_a_waiting_modification_has_written_needs_its_growth_only() {
    let rig = one(Settings::default());
    rig.store.insert("b", 1);
    let get = rig.cache.get(&"b");
    rig.held.next_load().pass();
    answered(get).unwrap();
    answered(rig.cache.put("a", 1)).unwrap();
    let first = rig.cache.update(&"b", |value| *value += 1);
    let last = rig.cache.put("b", 7);
    rig.held.next_apply().pass();
    answered(first).unwrap().unwrap();
    answered(last).unwrap();
    rig.held.next_apply().pass();
    assert_eq!((rig.store.get(&"b"), rig.cache.dirty_count()), (Some(7), 0));
}

/// A rig whose values weigh what they are, and whose batches are full at 64 KiB.
fn batches_of_64_kib() -> HeldRig<u64> {
    let settings = Settings { batch_bytes_max: ByteSize::kib(64), ..Settings::default() };
    HeldRig::open(|builder| builder.weigher(by_value).write_behind(settings))
}

/// How many writes each call of the store has, all of which go well.
fn writes_in_calls(rig: &HeldRig<u64>) -> Vec<usize> {
    let next = || (rig.held.applies() > 0).then(|| rig.held.next_apply());
    let calls = std::iter::from_fn(next).map(|apply| {
        let writes = apply.batch.ops.len();
        apply.pass();
        writes
    });
    calls.collect()
}

#[test]
fn a_batch_is_bounded_in_bytes() {
    const TEN_KIB: u64 = 10 << 10;
    let rig = batches_of_64_kib();
    for key in 0..20 {
        answered(rig.cache.put(key, TEN_KIB)).unwrap();
    }
    let flush = rig.cache.flush();
    assert_eq!(writes_in_calls(&rig), [7, 7, 6], "the seventh is what makes it heavy enough");
    answered(flush).unwrap();

    answered(rig.cache.put(1, 1 << 20)).unwrap();
    answered(rig.cache.put(2, 1 << 20)).unwrap();
    rig.clock.advance(SECOND);
    assert_eq!(writes_in_calls(&rig), [1, 1], "a heavier value goes alone");

    let puts: Vec<_> =
        (0..20).map(|key| rig.cache.put_with(key, TEN_KIB, Write::Through)).collect();
    assert!(writes_in_calls(&rig).into_iter().all(|writes| writes <= 7));
    for put in puts {
        answered(put).unwrap();
    }
}

#[test]
fn a_batch_that_has_grown_while_it_waited_is_bounded_in_bytes() {
    let rig = batches_of_64_kib();
    for key in 0..20 {
        answered(rig.cache.put(key, 1 << 10)).unwrap();
    }
    rig.clock.advance(SECOND);
    rig.held.next_apply().answer(Err(Error::unavailable("not now")));
    for key in 0..20 {
        answered(rig.cache.put(key, 20 << 10)).unwrap();
    }
    rig.clock.advance(SECOND);
    assert_eq!(writes_in_calls(&rig), [4; 5]);
    assert_eq!((rig.cache.dirty_count(), rig.store.len()), (0, 20));
}

// W14
#[test]
fn unstored_bytes_stay_within_their_bound() {
    let settings = Settings {
        dirty_bytes_max: Some(ByteSize::kib(1)),
        when_full: WhenFull::Refuse,
        ..Settings::default()
    };
    let rig = Rig::<u64>::open(|it| it.write_behind(settings).weigher(by_value));
    rig.script.go_down();
    let accepted = (0..100).filter(|key| answered(rig.cache.put(*key, 100)).is_ok()).count();
    assert!((2..10).contains(&accepted), "{accepted}");
    assert!(rig.cache.stats().dirty_bytes <= 1024);
}

#[test]
fn an_overwrite_of_an_unstored_value_needs_no_new_room() {
    let rig =
        one(Settings { when_full: WhenFull::Refuse, flush_delay: HOUR, ..Settings::default() });
    for value in 1..=10 {
        answered(rig.cache.put("a", value)).unwrap();
    }
    assert_eq!(rig.cache.peek(&"a"), Some(10));
}

#[test]
fn the_line_of_waiting_writers_is_bounded() {
    let rig = one(Settings { waiting_writers_max: 1, ..Settings::default() });
    answered(rig.cache.put("a", 1)).unwrap();
    let waiting = rig.cache.put("b", 2);
    let error = answered(rig.cache.put("c", 3)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert!(error.retry_after().is_some());
    rig.held.next_apply().pass();
    answered(waiting).unwrap();
}

#[test]
fn a_put_that_is_dropped_while_it_waits_for_room_is_not_accepted() {
    let rig = one(Settings::default());
    answered(rig.cache.put("a", 1)).unwrap();
    let waiting = rig.cache.put("b", 2);
    let behind_it = rig.cache.put("c", 3);
    drop(waiting);
    rig.held.next_apply().pass();
    answered(behind_it).unwrap();
    assert_eq!((rig.cache.peek(&"b"), rig.cache.peek(&"c")), (None, Some(3)));
}

#[test]
fn a_modification_that_is_dropped_while_it_waits_for_room_is_not_accepted() {
    let rig = one(Settings::default());
    answered(rig.cache.put("b", 1)).unwrap();
    rig.held.next_apply().pass();
    answered(rig.cache.put("a", 1)).unwrap();
    let add =
        |more| move |value: Option<&u64>| (Change::Put(value.map_or(0, |value| value + more)), ());
    let waiting = rig.cache.modify("b", add(1));
    let behind_it = rig.cache.modify("b", add(10));
    drop(waiting);
    rig.held.next_apply().pass();
    answered(behind_it).unwrap();
    assert_eq!(rig.cache.peek(&"b"), Some(11));
}

#[test]
fn a_value_heavier_than_the_bound_is_written_through() {
    let settings = Settings { dirty_bytes_max: Some(ByteSize::kib(1)), ..Settings::default() };
    let rig = Rig::open(|it| it.write_behind(settings).weigher(by_value));
    let receipt = answered(rig.cache.put("a", 2048)).unwrap();
    assert_eq!(receipt.rung(), Durability::Stored);
    assert_eq!((rig.store.get(&"a"), rig.cache.peek(&"a")), (Some(2048), Some(2048)));
    assert_eq!(rig.cache.stats().dirty_bytes, 0);
}

#[test]
fn a_value_that_would_push_most_others_out_is_stored_and_not_kept() {
    let rig = Rig::open(|it| it.capacity(ByteSize::kib(4)).weigher(by_value));
    answered(rig.cache.put("small", 1)).unwrap();
    answered(rig.cache.put("huge", 1 << 20)).unwrap();
    assert!(!rig.cache.is_resident(&"huge") && rig.cache.is_resident(&"small"));
    assert_eq!(answered(rig.cache.get(&"huge")).unwrap(), Some(1 << 20));
    assert!(!rig.cache.is_resident(&"huge") && rig.cache.is_resident(&"small"));
}

#[test]
fn a_rung_that_needs_a_journal_is_not_offered() {
    let rig = Rig::behind();
    for rung in [Durability::Journaled, Durability::Synced] {
        let error = answered(rig.cache.put_with("a", 1, Write::Behind(rung))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
    assert!(!rig.cache.is_resident(&"a"));
}

#[test]
fn a_write_behind_at_the_rung_of_the_store_is_visible_at_once_and_answered_late() {
    let rig = HeldRig::behind();
    let put = rig.cache.put_with("a", 1, Write::Behind(Durability::Stored));
    assert!(!put.is_ready());
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(1));
    rig.held.next_apply().pass();
    assert_eq!(answered(put).unwrap().rung(), Durability::Stored);
}

#[test]
fn room_that_was_taken_is_given_back() {
    let rig = Rig::behind();
    for round in 0..10 {
        answered(rig.cache.put("a", round)).unwrap();
        answered(rig.cache.put("b", round)).unwrap();
        answered(rig.cache.delete("b")).unwrap();
        rig.clock.advance(SECOND);
    }
    let stats = rig.cache.stats();
    assert_eq!((stats.dirty_bytes, stats.dirty_entries, stats.in_flight), (0, 0, 0));
}

#[test]
fn who_overwrites_what_is_with_the_store_needs_no_room_once_that_has_failed() {
    let settings = Settings { dirty_bytes_max: Some(ByteSize::kib(1)), ..Settings::default() };
    let rig: HeldRig = HeldRig::open(|it| it.write_behind(settings).weigher(by_value));
    answered(rig.cache.put("a", 500)).unwrap();
    rig.clock.advance(SECOND);
    let overwrite = rig.cache.put("a", 501);
    let modification = rig.cache.modify("a", |_| (Change::Put(502), ()));
    assert!(!overwrite.is_ready() && !modification.is_ready(), "both would count");
    let later = Outcome::Retry(Error::unavailable("later"));
    rig.held.next_apply().answer(Ok(vec![later]));
    answered(overwrite).unwrap();
    answered(modification).unwrap();
    assert_eq!((rig.cache.peek(&"a"), rig.cache.stats().waiting_writers), (Some(502), 0));
    rig.clock.advance(SECOND);
    rig.held.next_apply().pass();
    assert_eq!(rig.cache.stats().dirty_bytes, 0, "room is conserved");
}

/// Two keys are with the store and take nearly all the room, and writers wait as long as it takes.
fn nearly_full() -> HeldRig {
    let when_full = WhenFull::Wait { at_most: Duration::MAX };
    let dirty_bytes_max = Some(ByteSize::kib(10));
    let settings = Settings { dirty_bytes_max, when_full, ..Settings::default() };
    let rig: HeldRig = HeldRig::open(|it| it.write_behind(settings).weigher(by_value));
    answered(rig.cache.put("a", 1000)).unwrap();
    answered(rig.cache.put("b", 8000)).unwrap();
    rig.clock.advance(SECOND);
    rig
}

/// The store takes neither of the two, and some time later both.
fn fail_and_pass(rig: &HeldRig) {
    let later = Outcome::Retry(Error::unavailable("later"));
    rig.held.next_apply().answer(Ok(vec![later.clone(), later]));
    rig.clock.advance(SECOND);
    rig.held.next_apply().pass();
}

#[test]
fn who_is_called_out_of_the_line_in_vain_overtakes_no_write_of_his_key() {
    let rig = nearly_full();
    let earlier = rig.cache.put("a", 3000);
    let later = rig.cache.put("a", 2999);
    fail_and_pass(&rig);
    answered(earlier).unwrap();
    answered(later).unwrap();
    assert_eq!(rig.cache.peek(&"a"), Some(2999));
}

#[test]
fn who_is_called_out_of_the_line_in_vain_overtakes_nobody_who_came_before() {
    let when_full = WhenFull::Wait { at_most: Duration::MAX };
    let dirty_bytes_max = Some(ByteSize::kib(10));
    let settings = Settings { dirty_bytes_max, when_full, ..Settings::default() };
    let rig: HeldRig = HeldRig::open(|it| it.write_behind(settings).weigher(by_value));
    answered(rig.cache.put("a", 1000)).unwrap();
    rig.clock.advance(SECOND);
    let failing = rig.held.next_apply();
    answered(rig.cache.put("b", 8000)).unwrap();
    rig.clock.advance(SECOND);
    let earlier = rig.cache.put("c", 6000);
    let called = rig.cache.put("a", 6000);
    failing.answer(Ok(vec![Outcome::Retry(Error::unavailable("later"))]));
    rig.held.next_apply().pass();
    assert!(earlier.is_ready() && !called.is_ready(), "there is room for one of them");
}
