//! What a store may do wrong, and that none of it is silent, contagious or lasting.

use std::error::Error as _;

use forebay_cache::{Settings, Write};
use forebay_store::fault::{ApplyFault, LoadFault, WriteFault};
use forebay_store::{Error, ErrorKind, Outcome};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered};

// T1
#[test]
fn a_load_that_fails_is_an_error_and_not_an_absence() {
    let rig = Rig::open(|builder| builder.cache_absence(HOUR));
    rig.store.insert("a", 1);
    rig.script.go_down();
    let error = answered(rig.cache.get(&"a")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!((rig.cache.stats().load_failures, rig.cache.stats().fills), (1, 0));

    rig.script.come_back();
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(1));
    assert_eq!(answered(rig.cache.get(&"b")).unwrap(), None);
}

// W12
#[test]
fn a_store_that_panics_has_an_unknown_outcome_and_is_given_the_writes_again() {
    let rig = Rig::<u64>::behind();
    for key in 0..10 {
        answered(rig.cache.put(key, key)).unwrap();
    }
    rig.script.fail_applies(1, ApplyFault::Panic);
    assert!(answered(rig.cache.flush()).unwrap_err().is_retryable());
    assert_eq!((rig.cache.stats().unknown, rig.cache.dirty_count()), (10, 10));
    assert!((0..10).all(|key| rig.cache.peek(&key) == Some(key)));

    rig.clock.advance(SECOND);
    assert_eq!((rig.cache.dirty_count(), rig.store.len()), (0, 10));
}

// W12
#[test]
fn after_a_panic_in_a_write_through_the_store_is_asked_which_value_holds() {
    let rig = Rig::through();
    answered(rig.cache.put("a", 1)).unwrap();
    rig.script.fail_applies(1, ApplyFault::Panic);
    let error = answered(rig.cache.put("a", 2)).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unknown | ErrorKind::Aborted), "{error:?}");
    assert_eq!(rig.cache.peek(&"a"), None);
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(1));
    answered(rig.cache.put("a", 3)).unwrap();
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(3));
}

// W12
#[test]
fn a_load_that_panics_fails_alone() {
    let rig = Rig::through();
    rig.store.insert("a", 1);
    rig.script.fail_loads(1, LoadFault::Panic);
    let error = answered(rig.cache.get(&"a")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Aborted);
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(1));
}

#[test]
fn a_store_that_drops_a_request_is_asked_again() {
    let rig = HeldRig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    rig.clock.advance(SECOND);
    drop(rig.held.next_apply());
    assert!(rig.cache.is_dirty(&"a"));
    rig.clock.advance(SECOND);
    rig.held.next_apply().pass();
    assert_eq!((rig.cache.is_dirty(&"a"), rig.store.get(&"a")), (false, Some(1)));

    let get = rig.cache.get(&"b");
    drop(rig.held.next_load());
    assert_eq!(answered(get).unwrap_err().kind(), ErrorKind::Aborted);
}

#[test]
fn a_store_that_answers_too_few_outcomes_is_not_believed() {
    let rig = HeldRig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    answered(rig.cache.put("b", 1)).unwrap();
    rig.clock.advance(SECOND);
    rig.held.next_apply().answer(Ok(vec![Outcome::Stored]));
    assert_eq!((rig.cache.dirty_count(), rig.cache.stats().unknown), (2, 2));

    let get = rig.cache.get(&"c");
    rig.held.next_load().answer(Ok(Vec::new()));
    answered(get).unwrap_err();
}

// W16
#[test]
fn an_error_is_a_standard_error_with_its_cause_and_leads_to_the_key() {
    fn flush(rig: &Rig) -> Result<(), Box<dyn std::error::Error>> {
        answered(rig.cache.flush())?;
        Ok(())
    }
    let rig = Rig::behind();
    answered(rig.cache.put("good", 1)).unwrap();
    answered(rig.cache.put("bad", 1)).unwrap();
    rig.script.refuse("bad");
    let error = flush(&rig).unwrap_err();
    assert_eq!(error.source().unwrap().to_string(), "the script refuses this write");
    assert_eq!(rig.cache.dirty_keys(), ["bad"]);

    let failure = rig.cache.explain(&"bad").failure.unwrap();
    assert_eq!(failure.kind(), ErrorKind::Refused);
    assert!(failure.source().is_none());
}

// W14
#[test]
fn a_refused_key_does_not_delay_the_others() {
    let rig = Rig::<u64>::behind();
    rig.script.refuse(3);
    for key in 0..10 {
        answered(rig.cache.put(key, key)).unwrap();
    }
    rig.clock.advance(Settings::default().flush_delay);
    assert_eq!((rig.store.len(), rig.store.get(&3)), (9, None));
    assert_eq!(rig.script.applies_arrived(), 1);
}

/// A store that has been down for an hour, and ten writes that each wait for a back-off of their own.
fn an_hour_of_outage(settings: Settings) -> Rig<u64> {
    let rig = Rig::<u64>::open(|builder| builder.write_behind(settings));
    rig.script.go_down();
    for key in 0..10 {
        answered(rig.cache.put(key, key)).unwrap();
        rig.clock.advance(SECOND);
    }
    rig.clock.advance(HOUR);
    rig
}

#[test]
fn a_probe_follows_an_outage_within_a_second() {
    let rig = an_hour_of_outage(Settings::default());
    rig.script.come_back();
    rig.clock.advance(SECOND);
    assert_eq!((rig.cache.dirty_count(), rig.store.len()), (0, 10));
}

#[test]
fn a_probe_is_no_attempt_of_the_writes_in_it() {
    let rig = an_hour_of_outage(Settings::default());
    let most = (0..10).map(|key| rig.cache.explain(&key).tries).max();
    // Fifteen seconds apart at least, but for the first ten.
    assert!(most <= Some(10 + 3600 / 15), "{most:?}");
    assert!(rig.script.applies_arrived() >= 3600);
}

#[test]
fn a_flush_in_vain_does_not_end_the_probes() {
    let rig = an_hour_of_outage(Settings::default());
    answered(rig.cache.flush()).unwrap_err();
    rig.script.come_back();
    rig.clock.advance(SECOND);
    assert_eq!((rig.cache.dirty_count(), rig.store.len()), (0, 10));
}

#[test]
fn each_batch_that_waits_has_its_turn_as_the_probe() {
    for bad in 0..10 {
        let rig = an_hour_of_outage(Settings::default());
        rig.script.fail_writes(bad, 100, WriteFault::Retry);
        rig.script.come_back();
        rig.clock.advance(2 * SECOND);
        assert_eq!(rig.store.len(), 9, "{bad} is asked with each time");
    }
}

#[test]
fn probes_are_as_far_apart_as_the_shortest_back_off() {
    let rig = an_hour_of_outage(Settings { retry_delay_min: 10 * SECOND, ..Settings::default() });
    let arrived = rig.script.applies_arrived();
    // The first three go without a probe, and so does one that is sent when the store is not down yet.
    assert!((300..=3600 / 10 + 10).contains(&arrived), "{arrived}");
}

#[test]
fn a_flight_that_hangs_does_not_end_the_probes() {
    let rig = HeldRig::<u64>::behind();
    for key in 0..4 {
        answered(rig.cache.put(key, key)).unwrap();
        rig.clock.advance(Settings::default().flush_delay);
    }
    let hangs = rig.held.next_apply();
    for _ in 0..3 {
        rig.held.next_apply().answer(Err(Error::unavailable("not now")));
    }
    rig.clock.advance(SECOND);
    assert_eq!(rig.held.applies(), 1, "one probe at a time");
    rig.held.next_apply().pass();
    while rig.held.applies() > 0 {
        rig.held.next_apply().pass();
    }
    assert_eq!(rig.store.len(), 3);
    hangs.pass();
    assert_eq!(rig.cache.dirty_count(), 0);
}

#[test]
fn what_is_left_of_a_probe_does_not_wait_for_its_back_off() {
    let settings = Settings { retry_delay_min: 10 * SECOND, ..Settings::default() };
    let rig = Rig::<u64>::open(|builder| builder.write_behind(settings));
    rig.script.go_down();
    for key in 0..2 {
        answered(rig.cache.put(key, key)).unwrap();
    }
    while rig.script.applies_arrived() < 2 {
        rig.clock.advance(SECOND);
    }
    // The two wait for more than ten seconds now; the store is probed after ten.
    for key in 2..4 {
        answered(rig.cache.put_with(key, key, Write::Through)).unwrap_err();
    }
    rig.script.come_back();
    rig.script.fail_applies(1, ApplyFault::Half);
    rig.clock.advance(10 * SECOND);
    assert_eq!((rig.cache.dirty_count(), rig.store.len()), (0, 2));
}

#[test]
fn a_close_while_a_probe_is_under_way_goes_on_probing() {
    let rig = HeldRig::<u64>::behind();
    let fail_all = || {
        while rig.held.applies() > 0 {
            rig.held.next_apply().answer(Err(Error::unavailable("not now")));
        }
    };
    for key in 0..4 {
        answered(rig.cache.put(key, key)).unwrap();
        rig.clock.advance(SECOND);
        fail_all();
    }
    for _ in 0..60 {
        rig.clock.advance(SECOND);
        fail_all();
    }
    rig.clock.advance(SECOND);
    let close = rig.cache.close(10 * SECOND);
    fail_all();
    for _ in 0..3 {
        rig.clock.advance(SECOND);
        while rig.held.applies() > 0 {
            rig.held.next_apply().pass();
        }
    }
    assert!(answered(close).unwrap().is_clean());
}

#[test]
fn a_write_through_to_a_store_that_is_down_is_answered() {
    let rig = Rig::behind();
    rig.script.go_down();
    for key in ["a", "b", "c", "d", "e"] {
        answered(rig.cache.put(key, 1)).unwrap();
        rig.clock.advance(SECOND);
    }
    let put = rig.cache.put_with("f", 1, Write::Through);
    rig.clock.advance(Settings::default().retry_delay_max);
    assert_eq!(answered(put).unwrap_err().kind(), ErrorKind::Unavailable);
}
