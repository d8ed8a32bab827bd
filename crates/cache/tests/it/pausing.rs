//! A cache that leaves its store alone for a while, and one that catches up.

use std::time::Duration;

use forebay_cache::{DrainReport, Mode, Settings, Write};
use forebay_store::{Durability, Error, ErrorKind, Outcome};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered};

#[test]
fn nothing_is_sent_while_it_is_paused() {
    let rig = Rig::behind();
    rig.cache.pause(HOUR);
    answered(rig.cache.put("a", 1)).unwrap();
    let flush = rig.cache.flush();
    let stored = rig.cache.put_with("b", 1, Write::Behind(Durability::Stored));
    let through = answered(rig.cache.put_with("c", 1, Write::Through)).unwrap_err();
    assert_eq!(through.kind(), ErrorKind::Unavailable);
    rig.clock.advance(HOUR / 2);
    assert!(rig.store.is_empty() && rig.cache.stats().is_paused);
    assert!(!flush.is_ready() && !stored.is_ready());
    rig.cache.resume();
    answered(flush).unwrap();
    answered(stored).unwrap();
    assert_eq!(rig.store.len(), 2);
}

#[test]
fn a_pause_that_nobody_ends_ends() {
    let rig = Rig::behind();
    rig.cache.pause(SECOND);
    answered(rig.cache.put("a", 1)).unwrap();
    rig.cache.pause(3 * SECOND);
    rig.clock.advance(2 * SECOND);
    assert!(rig.store.is_empty(), "the second pause took the place of the first");
    rig.clock.advance(SECOND);
    assert_eq!(rig.store.get(&"a"), Some(1));
}

#[test]
fn a_pause_goes_on_beyond_a_drill_and_a_drill_ends_without_one() {
    let rig = Rig::behind();
    rig.cache.pause(HOUR);
    rig.cache.drill(Mode::StoreDown, SECOND).unwrap();
    answered(rig.cache.put("a", 1)).unwrap();
    rig.clock.advance(2 * SECOND);
    assert!(rig.store.is_empty() && rig.cache.stats().is_paused);
    rig.cache.resume();
    rig.clock.advance(SECOND);
    assert_eq!(rig.store.get(&"a"), Some(1));

    for ended in [Mode::Healthy, Mode::SlowStore] {
        let rig = Rig::behind();
        rig.cache.drill(Mode::StoreDown, HOUR).unwrap();
        answered(rig.cache.put("a", 1)).unwrap();
        rig.clock.advance(SECOND);
        assert!(rig.store.is_empty() && !rig.cache.stats().is_paused);
        rig.cache.drill(ended, HOUR).unwrap();
        rig.clock.advance(SECOND);
        assert_eq!(rig.store.get(&"a"), Some(1));
    }

    let rig = Rig::behind();
    rig.cache.drill(Mode::StoreDown, 2 * SECOND).unwrap();
    answered(rig.cache.put("a", 1)).unwrap();
    rig.clock.advance(SECOND);
    assert!(rig.store.is_empty());
    rig.clock.advance(SECOND);
    assert_eq!(rig.store.get(&"a"), Some(1));

    let rig = Rig::behind();
    rig.cache.drill(Mode::StoreDown, HOUR).unwrap();
    answered(rig.cache.put("a", 1)).unwrap();
    assert!(answered(rig.cache.close(SECOND)).unwrap().is_clean());
}

#[test]
fn a_close_and_the_drop_of_the_last_handle_end_a_pause() {
    let rig = Rig::behind();
    rig.cache.pause(HOUR);
    answered(rig.cache.put("a", 1)).unwrap();
    assert!(answered(rig.cache.close(SECOND)).unwrap().is_clean());

    let Rig { cache, store, .. } = Rig::behind();
    cache.pause(HOUR);
    answered(cache.put("a", 1)).unwrap();
    drop(cache);
    assert_eq!(store.get(&"a"), Some(1));
}

#[test]
fn a_drain_waits_for_what_was_accepted_before_it() {
    let rig = HeldRig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    let drain = rig.cache.drain(HOUR);
    let apply = rig.held.next_apply();
    rig.clock.advance(SECOND);
    answered(rig.cache.put("b", 1)).unwrap();
    answered(rig.cache.put("a", 2)).unwrap();
    assert!(!drain.is_ready());
    apply.pass();
    let report = answered(drain).unwrap();
    assert_eq!((report.stored, report.left, report.is_clean()), (1, 0, true));
}

#[test]
fn a_drain_waits_for_what_took_the_place_of_a_refused_write() {
    let rig = HeldRig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    let drain = rig.cache.drain(HOUR);
    let refused = rig.held.next_apply();
    rig.clock.advance(SECOND);
    answered(rig.cache.put("a", 2)).unwrap();
    refused.answer(Ok(vec![Outcome::Refused(Error::refused("never this"))]));
    assert!(!drain.is_ready(), "the store has neither");
    rig.clock.advance(SECOND);
    rig.held.next_apply().pass();
    assert!(answered(drain).unwrap().is_clean());
}

#[test]
fn there_is_no_pause_after_a_close() {
    let rig = HeldRig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    answered(rig.cache.put("b", 1)).unwrap();
    let close = rig.cache.close(HOUR);
    rig.cache.pause(HOUR);
    assert!(!rig.cache.stats().is_paused);
    let late = answered(rig.cache.put_with("c", 1, Write::Through)).unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Closed);
    while rig.held.applies() > 0 {
        rig.held.next_apply().pass();
    }
    assert!(answered(close).unwrap().is_clean());
}

#[test]
fn a_drain_tries_again_for_as_long_as_it_has_time() {
    let rig = Rig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    rig.script.go_down();
    let drain = rig.cache.drain(10 * SECOND);
    rig.clock.advance(5 * SECOND);
    assert!(!drain.is_ready());
    rig.script.come_back();
    rig.clock.advance(5 * SECOND);
    assert!(answered(drain).unwrap().is_clean());
}

#[test]
fn a_drain_that_is_out_of_time_tells_what_is_left() {
    let rig = HeldRig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    answered(rig.cache.put("b", 1)).unwrap();
    let drain = rig.cache.drain(SECOND);
    rig.held.next_apply().answer(Err(Error::unavailable("away")));
    rig.clock.advance(Duration::from_millis(10));
    answered(rig.cache.put("c", 1)).unwrap();
    rig.clock.advance(SECOND);
    let report: DrainReport = answered(drain).unwrap();
    assert_eq!((report.stored, report.left, report.quarantined), (0, 2, 0));
}

#[test]
fn a_drain_tells_what_the_store_refuses() {
    let rig = Rig::behind();
    rig.script.refuse("a");
    answered(rig.cache.put("a", 1)).unwrap();
    let report = answered(rig.cache.drain(SECOND)).unwrap();
    assert_eq!((report.left, report.quarantined, report.is_clean()), (0, 1, false));
}

#[test]
fn a_drain_counts_what_was_overwritten_while_the_store_has_it() {
    let rig = HeldRig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    let drain = rig.cache.drain(SECOND);
    let _held = rig.held.next_apply();
    rig.clock.advance(SECOND / 2);
    answered(rig.cache.put("a", 2)).unwrap();
    rig.clock.advance(SECOND / 2);
    let report = answered(drain).unwrap();
    assert_eq!((report.stored, report.left, report.is_clean()), (0, 1, false));
}

#[test]
fn a_drain_waits_for_what_is_behind_a_write_through() {
    let rig = HeldRig::behind();
    let through = rig.cache.put_with("a", 1, Write::Through);
    answered(rig.cache.put("a", 2)).unwrap();
    let drain = rig.cache.drain(HOUR);
    assert!(!drain.is_ready());
    rig.held.next_apply().pass();
    answered(through).unwrap();
    assert!(!drain.is_ready());
    rig.held.next_apply().pass();
    assert!(answered(drain).unwrap().is_clean());
}

#[test]
fn a_drain_waits_for_all_that_are_behind_writes_through_whichever_goes_first() {
    let keys = ["a", "b", "c"];
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [1, 0, 2]] {
        let rig = HeldRig::behind();
        let mut applies = Vec::new();
        for key in keys {
            drop(rig.cache.put_with(key, 1, Write::Through));
            applies.push(rig.held.next_apply());
            answered(rig.cache.put(key, 2)).unwrap();
        }
        let drain = rig.cache.drain(HOUR);
        let mut applies: Vec<_> = applies.into_iter().map(Some).collect();
        for at in order {
            assert!(!drain.is_ready());
            applies[at].take().unwrap().pass();
            assert!(!drain.is_ready());
            rig.held.next_apply().pass();
        }
        assert!(answered(drain).unwrap().is_clean());
        assert!(keys.iter().all(|key| rig.store.get(key) == Some(2)));
    }
}

#[test]
fn drains_that_nobody_waits_for_take_no_place() {
    let rig = HeldRig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    for _ in 0..2000 {
        drop(rig.cache.drain(HOUR));
    }
    let drain = rig.cache.drain(HOUR);
    rig.held.next_apply().pass();
    assert!(answered(drain).unwrap().is_clean());
}

#[test]
fn a_write_through_before_a_pause_does_not_wait_for_its_end_if_nobody_is_left() {
    let settings = Settings { flushes_in_flight_max: 1, ..Settings::default() };
    let HeldRig { cache, store, held, .. } =
        HeldRig::open(|builder| builder.write_behind(settings));
    let first = cache.put_with("a", 1, Write::Through);
    let second = cache.put_with("b", 1, Write::Through);
    cache.pause(HOUR);
    held.next_apply().pass();
    answered(first).unwrap();
    drop(cache);
    held.next_apply().pass();
    answered(second).unwrap();
    assert_eq!(store.len(), 2);
}
