//! One of the tiers fails.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use forebay_pool::fault::{Call, Fault};
use forebay_pool::{Error, ErrorKind, Event, Medium, Watcher};

use super::rig::{LONG, Two, named};
use crate::medium::rig::write;

fn gone() -> Fault {
    Fault::Error(Error::unavailable("the disk is gone"))
}

#[test]
fn a_fast_tier_that_begins_nothing_is_passed_over() {
    for fault in [gone(), Fault::Panic] {
        let two = Two::new();
        two.fast.fail(Call::Begin, 2, &fault);
        let places = two.write_all(4);
        assert_eq!(two.blobs(), (2, 2));
        two.end(named(places));
    }
}

#[test]
fn after_a_write_that_failed_in_the_fast_tier_the_slow_one_is_used_for_a_while() {
    for call in [Call::Put, Call::Seal] {
        for fault in [gone(), Fault::Panic] {
            let two = Two::new();
            two.fast.fail(call, 1, &fault);
            let failed = write(&*two.tiers, 1, LONG).unwrap_err();
            assert_eq!(failed.kind(), ErrorKind::Unavailable, "{call:?}");
            assert!(two.tiers.usage().parts[0].is_left);
            let mut places = two.write_all(2);
            assert_eq!(two.blobs(), (0, 2), "{call:?}");
            two.clock.advance(Duration::from_millis(1_001));
            places.push(two.write(2));
            assert_eq!(two.blobs(), (1, 2), "{call:?}");
            assert!(!two.tiers.usage().parts[0].is_left);
            two.end(named(places));
        }
    }
}

#[test]
fn a_slow_tier_that_fails_leaves_blobs_where_they_are() {
    for call in [Call::Begin, Call::Put, Call::Seal] {
        for fault in [gone(), Fault::Panic] {
            let two = Two::new();
            two.slow.fail(call, 1, &fault);
            let mut places = two.write_all(10);
            assert_eq!(two.blobs(), (10, 0), "{call:?}");
            assert!(two.is_above(places[0]));
            // Until a while has passed it is not tried.
            two.slow.heal();
            two.tiers.free(places.pop().unwrap());
            places.push(two.write(9));
            assert_eq!(two.blobs(), (10, 0), "{call:?}");
            two.clock.advance(Duration::from_millis(1_001));
            two.tiers.free(places.pop().unwrap());
            places.push(two.write(9));
            assert_eq!(two.blobs(), (7, 3), "{call:?}");
            two.end(named(places));
        }
    }
}

#[test]
fn one_that_cannot_be_read_when_it_is_to_move_stays() {
    for call in [Call::Reading, Call::Read] {
        let two = Two::new();
        let mut places = two.write_all(9);
        two.fast.fail(call, 1, &gone());
        places.push(two.write(9));
        assert_eq!(two.blobs(), (10, 0), "{call:?}");
        two.end(named(places));
    }
}

#[test]
fn one_that_the_slow_tier_refuses_does_not_keep_others_above() {
    let two = Two::new();
    two.slow.fail(Call::Begin, 1, &Fault::Error(Error::refused("not this one")));
    let places = two.write_all(10);
    assert_eq!(two.blobs(), (7, 3));
    assert!(two.is_above(places[0]) && !two.is_above(places[1]));
    two.end(named(places));
}

#[test]
fn the_error_of_a_write_that_neither_tier_takes_is_the_slow_ones() {
    let two = Two::new();
    two.fast.fail(Call::Begin, 1, &Fault::Error(Error::refused("not here")));
    two.slow.fail(Call::Begin, 1, &gone());
    assert_eq!(write(&*two.tiers, 1, LONG).unwrap_err().kind(), ErrorKind::Unavailable);
    two.end([]);
}

/// It says itself when it is full, so it may be asked.
#[cfg(feature = "lz4")]
#[test]
fn what_the_slow_tier_does_not_take_goes_to_a_fast_one_that_has_room_by_its_own_account() {
    let two = Two::with(super::rig::bounded(), super::rig::plain(), |builder| builder);
    // Much more than a mebibyte, by the claims that are made for it.
    two.slow.fail(Call::Begin, 1, &gone());
    let place = write(&*two.tiers, 3, 2 << 20).unwrap();
    assert_eq!(two.blobs(), (1, 0));
    two.tiers.free(place);
    two.end([]);
}

#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Watcher for Log {
    fn on(&self, event: &Event) {
        let told = match event {
            Event::DirectoryLeft { part, error } => format!("left {part}: {error}"),
            Event::DirectoryBack { part } => format!("back {part}"),
            other => format!("{other:?}"),
        };
        self.0.lock().unwrap().push(told);
    }
}

#[test]
fn that_the_fast_tier_is_left_alone_and_used_again_is_told_once_each() {
    let (two, log) = (Two::new(), Log::default());
    two.tiers.watched_by(Arc::new(log.clone()));
    for _ in 0..2 {
        two.fast.fail(Call::Seal, 1, &gone());
        write(&*two.tiers, 1, LONG).unwrap_err();
        two.clock.advance(Duration::from_secs(60));
    }
    let places = two.write_all(2);
    two.end(named(places));
    let told = log.0.lock().unwrap();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("left fast: ") && told[1] == "back fast", "{told:?}");
}
