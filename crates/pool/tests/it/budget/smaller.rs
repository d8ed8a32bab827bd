//! Another bound while the pool runs.

use std::time::Duration;

use forebay_pool::{ByteSize, ErrorKind};

use super::{SIZE, room_for, used};
use crate::rig::{World, bytes};

#[test]
fn a_smaller_bound_evicts_and_holds_when_it_is_answered() {
    let world = World::with(room_for(16), |builder| builder);
    let handles: Vec<_> =
        (0..12).map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap()).collect();
    world.pool.set_memory(room_for(8)).wait().unwrap();
    let stats = world.pool.stats();
    assert!(used(&stats) <= room_for(8).as_bytes(), "{stats:?}");
    for (name, handle) in (0..).zip(&handles) {
        assert_eq!(*handle.get().wait().unwrap(), bytes(name, SIZE));
    }
}

#[test]
fn a_smaller_bound_that_guards_prevent_is_busy_and_holds_later() {
    let world = World::with(room_for(8), |builder| builder);
    let handles: Vec<_> =
        (0..8).map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap()).collect();
    let guards: Vec<_> = handles.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let op = world.pool.set_memory(room_for(4));
    world.clock.advance(Duration::from_secs(30));
    assert_eq!(op.wait().unwrap_err().kind(), ErrorKind::Busy);
    assert_eq!(world.pool.stats().budget, room_for(4));
    drop(guards);
    let stats = world.pool.stats();
    assert!(used(&stats) <= room_for(4).as_bytes(), "{stats:?}");
}

#[test]
fn what_is_larger_than_a_smaller_bound_can_be_read_still() {
    let world = World::with(room_for(8), |builder| builder);
    let large = world.pool.insert(bytes(1, 6 * SIZE)).wait().unwrap();
    assert!(large.evict().wait().unwrap());
    world.pool.set_memory(room_for(3)).wait().unwrap();
    assert_eq!(*large.get().wait().unwrap(), bytes(1, 6 * SIZE));
    let rejected = world.pool.insert(bytes(2, 6 * SIZE)).wait().unwrap_err();
    assert_eq!(rejected.error.kind(), ErrorKind::Refused);
}

#[test]
fn a_larger_bound_lets_who_waits_go_on() {
    let world = World::with(room_for(4), |builder| builder);
    let handles: Vec<_> =
        (0..4).map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap()).collect();
    let guards: Vec<_> = handles.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let offer = world.pool.insert(bytes(4, SIZE));
    assert!(!offer.is_ready());
    world.pool.set_memory(room_for(6)).wait().unwrap();
    offer.wait().unwrap();
    drop(guards);
    let error = world.pool.set_memory(ByteSize::kib(9)).wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
}
