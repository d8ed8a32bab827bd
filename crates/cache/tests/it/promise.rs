//! The promise that no write stays unstored for longer than a given time, step by step. How it holds over the
//! whims of a store is in the simulation.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use forebay_cache::{Builder, Cache, Event, Settings, Write};
use forebay_store::sync::Mutex;
use forebay_store::{Durability, Error, ErrorKind, MemoryStore, Outcome};

use crate::rig::{HeldRig, SECOND, answered};

const PROMISED: Duration = Duration::from_secs(8);

type Events = Arc<Mutex<Vec<Event>>>;

fn promising(builder: Builder<u64, u64>, events: &Events) -> Builder<u64, u64> {
    let events = Arc::clone(events);
    let settings = Settings { flushes_in_flight_max: 1, ..Settings::default() };
    builder
        .write_behind(settings)
        .max_staleness(PROMISED)
        .listen(move |event| events.lock().push(event.clone()))
}

fn told(events: &Events) -> Vec<&'static str> {
    let name = |event: &Event| match event {
        Event::PromiseAtRisk { .. } => "at risk",
        Event::PromiseBroken { .. } => "broken",
        Event::PromiseKept => "kept",
        Event::Quarantined { .. } => "in quarantine",
        _ => "something else",
    };
    let is_told = |event: &&Event| !matches!(event, Event::ModeChanged { .. });
    events.lock().iter().filter(is_told).map(name).collect()
}

#[test]
fn who_listens_is_told_what_becomes_of_a_promise() {
    let events = Events::default();
    let rig = HeldRig::open(|builder| promising(builder, &events));
    answered(rig.cache.put(1, 1)).unwrap();
    rig.clock.advance(SECOND * 6);
    assert_eq!(told(&events), [""; 0]);
    rig.clock.advance(SECOND * 2);
    assert_eq!(told(&events), ["at risk"]);
    rig.clock.advance(SECOND / 2);
    assert_eq!(told(&events), ["at risk", "broken"]);
    assert_eq!(rig.cache.stats().promises_broken, 1);
    rig.clock.advance(SECOND * 10);
    rig.held.next_apply().pass();
    rig.clock.advance(SECOND * 2);
    assert_eq!(told(&events), ["at risk", "broken", "kept"]);
    let late = rig.cache.stats().late_max;
    assert_eq!(late, SECOND * 10 + SECOND / 2);
    assert_eq!(rig.clock.timers(), 0, "nothing is dirty, and nobody looks");
}

#[test]
fn a_write_that_is_stored_late_between_two_looks_is_told_of_at_once() {
    let events = Events::default();
    let rig = HeldRig::open(|builder| promising(builder, &events));
    answered(rig.cache.put(1, 1)).unwrap();
    rig.clock.advance(PROMISED + SECOND / 100);
    assert_eq!(told(&events), ["at risk"]);
    rig.held.next_apply().pass();
    assert_eq!(told(&events), ["at risk", "broken"]);
}

#[test]
fn the_oldest_of_all_shards_go_first() {
    let events = Events::default();
    let settings = Settings { flushes_in_flight_max: 1, batch_ops_max: 4, ..Settings::default() };
    let rig = HeldRig::open(|builder| promising(builder, &events).write_behind(settings).shards(4));
    answered(rig.cache.put(0, 0)).unwrap();
    rig.clock.advance(SECOND);
    let first = rig.held.next_apply();
    for key in 1..=12 {
        answered(rig.cache.put(key, 0)).unwrap();
        rig.clock.advance(SECOND / 2);
    }
    first.pass();
    let mut keys = Vec::new();
    while rig.held.applies() > 0 {
        let apply = rig.held.next_apply();
        keys.extend(apply.batch.ops.iter().map(|op| op.key));
        apply.pass();
    }
    assert_eq!(keys, (1..=12).collect::<Vec<_>>());
}

/// How many writes go with one that is waited for, while eight others are due and the store has been called so
/// many times before.
fn company(calls_before: u64) -> usize {
    let events = Events::default();
    let rig = HeldRig::open(|builder| promising(builder, &events).shards(4));
    for key in 0..calls_before {
        answered(rig.cache.put(10 + key, 0)).unwrap();
        rig.clock.advance(SECOND / 8);
        rig.held.next_apply().pass();
    }
    answered(rig.cache.put(0, 0)).unwrap();
    rig.clock.advance(SECOND / 8);
    let first = rig.held.next_apply();
    for key in 1..=8 {
        answered(rig.cache.put(key, 0)).unwrap();
    }
    rig.clock.advance(SECOND / 8);
    let op = rig.cache.put_with(9, 0, Write::Behind(Durability::Stored));
    first.pass();
    loop {
        let apply = rig.held.next_apply();
        let is_awaited = apply.batch.ops.iter().any(|op| op.key == 9);
        let writes = apply.batch.ops.len();
        apply.pass();
        if is_awaited {
            answered(op).unwrap();
            return writes;
        }
    }
}

#[test]
fn a_write_that_is_waited_for_takes_along_what_is_due() {
    // Whose turn it is depends on the calls before.
    assert_eq!((0..3).map(company).max(), Some(9));
}

#[test]
fn the_time_in_quarantine_breaks_no_promise() {
    let events = Events::default();
    let rig = HeldRig::open(|builder| promising(builder, &events));
    answered(rig.cache.put(1, 1)).unwrap();
    rig.clock.advance(SECOND);
    rig.held.next_apply().answer(Err(Error::refused("never")));
    rig.clock.advance(SECOND * 100);
    assert!(rig.cache.replay(&1));
    rig.clock.advance(SECOND);
    assert_eq!(rig.cache.stats().oldest_dirty_age, Some(SECOND));
    rig.held.next_apply().pass();
    assert_eq!(told(&events), ["in quarantine"]);
}

#[test]
fn a_listener_may_panic_and_use_the_cache() {
    let heard = Arc::new(AtomicUsize::new(0));
    let cache: Arc<Mutex<Option<Cache<u64, u64>>>> = Arc::default();
    let (count, inside) = (Arc::clone(&heard), Arc::clone(&cache));
    let events = Events::default();
    let rig = HeldRig::open(|builder| {
        let builder = builder.listen(move |_| {
            let cache = inside.lock().clone();
            cache.unwrap().put(7, 7).wait().unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            panic!("a listener of the test");
        });
        promising(builder, &events)
    });
    *cache.lock() = Some(rig.cache.clone());
    answered(rig.cache.put(1, 1)).unwrap();
    rig.clock.advance(PROMISED + SECOND);
    assert_eq!(heard.load(Ordering::SeqCst), 3, "at risk, a worse mode, broken");
    assert_eq!(told(&events), ["at risk", "broken"], "who listens beside it hears all the same");
    assert_eq!(answered(rig.cache.get(&7)).unwrap(), Some(7));
    *cache.lock() = None;
}

#[test]
fn what_fails_while_the_store_takes_others_goes_one_at_a_time() {
    let events = Events::default();
    let settings = Settings { flushes_in_flight_max: 4, ..Settings::default() };
    let rig = HeldRig::open(|builder| promising(builder, &events).write_behind(settings));
    for key in 0..3 {
        answered(rig.cache.put(key, 0)).unwrap();
    }
    let sick = |key: u64| match key {
        0 => Outcome::Stored,
        _ => Outcome::Retry(Error::unavailable("sick")),
    };
    for _ in 0..3 {
        while rig.held.applies() == 0 {
            rig.clock.advance(SECOND / 8);
        }
        let apply = rig.held.next_apply();
        let outcomes = apply.batch.ops.iter().map(|op| sick(op.key)).collect();
        apply.answer(Ok(outcomes));
    }
    // They go apart from now on, and one hangs.
    rig.clock.advance(SECOND * 4);
    assert_eq!(rig.held.applies(), 1);
    let hung = rig.held.next_apply();
    hung.answer(Ok(vec![Outcome::Retry(Error::unavailable("sick"))]));
    rig.clock.advance(SECOND * 60);
    assert_eq!(rig.held.applies(), 1);
}

#[test]
fn a_store_that_takes_nothing_any_more_breaks_the_promise_even_if_nobody_writes() {
    let events = Events::default();
    let rig = HeldRig::open(|builder| promising(builder, &events));
    answered(rig.cache.put(1, 1)).unwrap();
    answered(rig.cache.put(2, 1)).unwrap();
    let mut calls = 0;
    for _ in 0..100 {
        rig.clock.advance(SECOND / 2);
        if rig.held.applies() > 0 {
            let apply = rig.held.next_apply();
            let retry = || Outcome::Retry(Error::unavailable("away"));
            let mut outcomes: Vec<_> = apply.batch.ops.iter().map(|_| retry()).collect();
            // It takes one of them the second time, and then goes away.
            calls += 1;
            if calls == 2 {
                outcomes[0] = Outcome::Stored;
            }
            apply.answer(Ok(outcomes));
        }
    }
    assert!(told(&events).contains(&"broken"), "{:?}", told(&events));
}

#[test]
fn a_promise_that_is_too_short_is_invalid() {
    let builder = Cache::<u64, u64>::builder(MemoryStore::new());
    let error = builder.max_staleness(Duration::from_millis(9)).open().wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert_eq!(error.to_string(), "max_staleness is 9ms; it must be at least 10ms");
}
