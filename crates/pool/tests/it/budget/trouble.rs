//! A medium that fails.

use std::error::Error as _;
use std::time::Duration;

use forebay_pool::fault::{Call, Fault};
use forebay_pool::{Error, ErrorKind};

use super::{SIZE, room_for};
use crate::rig::{World, bytes};

#[test]
fn a_failing_medium_loses_no_value_and_inserts_wait_then_hear_the_cause() {
    let world = World::with(room_for(4), |builder| builder);
    let full = Fault::Error(Error::busy("the disk is full", Duration::from_secs(1)));
    world.medium.fail(Call::Seal, 10_000, &full);
    let handles: Vec<_> =
        (0..4).map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap()).collect();
    let offer = world.pool.insert(bytes(4, SIZE));
    assert!(!offer.is_ready());
    world.clock.advance(Duration::from_secs(30));
    let rejected = offer.wait().unwrap_err();
    assert_eq!(rejected.error.kind(), ErrorKind::Busy);
    assert_eq!(rejected.error.source().unwrap().to_string(), "the disk is full");
    assert_eq!(rejected.given_back, bytes(4, SIZE));
    for (name, handle) in (0..).zip(&handles) {
        assert_eq!(*handle.try_get().unwrap(), bytes(name, SIZE));
    }
    let tried = world.medium.count(Call::Seal);
    assert!((5..=30).contains(&tried), "{tried} tries in half a minute");
}

#[test]
fn inserts_go_on_when_the_medium_is_well_again() {
    let world = World::with(room_for(4), |builder| builder);
    let gone = Fault::Error(Error::unavailable("the disk is gone"));
    world.medium.fail(Call::Begin, 6, &gone);
    let handles: Vec<_> =
        (0..4).map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap()).collect();
    let offer = world.pool.insert(bytes(4, SIZE));
    assert!(!offer.is_ready());
    world.clock.advance(Duration::from_secs(10));
    let late = offer.wait().unwrap();
    for (name, handle) in (0..).zip(handles.iter().chain([&late])) {
        assert_eq!(*handle.get().wait().unwrap(), bytes(name, SIZE));
    }
}
