//! What waits for room and gets none comes back.

use std::time::Duration;

use forebay_pool::{ByteSize, ErrorKind, Guard, Handle, WhenFull};

use super::{SIZE, room_for};
use crate::rig::{World, bytes};
use crate::slot::poll;

type Handles = Vec<Handle<Vec<u8>>>;

/// So many objects that are looked at.
fn held(world: &World, count: u8) -> (Handles, Vec<Guard<Vec<u8>>>) {
    let handles: Handles =
        (0..count).map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap()).collect();
    let guards = handles.iter().map(|handle| handle.get().wait().unwrap()).collect();
    (handles, guards)
}

#[test]
fn who_waits_to_the_end_of_his_patience_has_his_value_back() {
    let patience = Duration::from_secs(2);
    let world = World::with(room_for(4), |builder| builder.when_full(WhenFull::Wait(patience)));
    let _held = held(&world, 4);
    let mut offer = world.pool.insert(bytes(9, SIZE));
    world.clock.advance(Duration::from_millis(1_999));
    assert!(poll(&mut offer).is_none());
    world.clock.advance(Duration::from_millis(1));
    let rejected = poll(&mut offer).unwrap().unwrap_err();
    assert_eq!((rejected.error.kind(), rejected.given_back), (ErrorKind::Busy, bytes(9, SIZE)));
    assert_eq!(world.pool.stats().objects.all(), 4);
}

#[test]
fn who_waits_for_more_than_a_smaller_bound_has_his_value_back_at_once() {
    let world = World::with(room_for(4), |builder| builder);
    let (handles, guards) = held(&world, 4);
    let mut large = world.pool.insert(bytes(9, 3 * SIZE));
    let mut small = world.pool.insert(bytes(8, SIZE));
    let mut room = world.pool.reserve(ByteSize::bytes(3 * SIZE as u64));
    let bound = world.pool.set_memory(room_for(2));
    let rejected = poll(&mut large).unwrap().unwrap_err();
    assert_eq!(rejected.error.kind(), ErrorKind::Refused);
    assert_eq!(rejected.given_back, bytes(9, 3 * SIZE));
    assert_eq!(poll(&mut room).unwrap().unwrap_err().kind(), ErrorKind::Refused);
    assert!(poll(&mut small).is_none());
    drop((handles, guards));
    assert_eq!(*poll(&mut small).unwrap().unwrap().get().wait().unwrap(), bytes(8, SIZE));
    bound.wait().unwrap();
}

#[test]
fn who_waits_when_the_pool_is_closed_has_his_value_back() {
    let world = World::with(room_for(4), |builder| builder);
    let (mut handles, guards) = held(&world, 4);
    let away = world.pool.try_insert(bytes(1, 10)).unwrap();
    let mut offer = world.pool.insert(bytes(9, SIZE));
    let mut last = handles.pop().unwrap();
    let mut replace = last.replace(bytes(7, SIZE));
    assert!(poll(&mut offer).is_none() && poll(&mut replace).is_none());
    world.pool.close(Duration::from_secs(1)).wait().unwrap();
    let rejected = poll(&mut offer).unwrap().unwrap_err();
    assert_eq!((rejected.error.kind(), rejected.given_back), (ErrorKind::Closed, bytes(9, SIZE)));
    assert_eq!(poll(&mut replace).unwrap().unwrap_err().kind(), ErrorKind::Closed);
    drop(replace);
    assert_eq!(*last.get().wait().unwrap(), bytes(3, SIZE), "it is what it was");
    drop((guards, away));
}

#[test]
fn a_change_that_waits_in_vain_leaves_the_object_as_it_was() {
    let world = World::with(room_for(4), |builder| builder);
    let (mut handles, guards) = held(&world, 4);
    let mut last = handles.pop().unwrap();
    let shared = last.clone();
    let mut copy = last.make_mut();
    assert!(poll(&mut copy).is_none());
    world.clock.advance(Duration::from_secs(30));
    assert_eq!(poll(&mut copy).unwrap().unwrap_err().kind(), ErrorKind::Busy);
    drop(copy);
    assert!(last.ptr_eq(&shared));
    let mut replace = last.replace(bytes(7, SIZE));
    assert!(poll(&mut replace).is_none());
    world.clock.advance(Duration::from_secs(30));
    assert_eq!(poll(&mut replace).unwrap().unwrap_err().kind(), ErrorKind::Busy);
    drop(replace);
    assert!(last.ptr_eq(&shared));
    assert_eq!(*last.get().wait().unwrap(), bytes(3, SIZE));
    drop(guards);
}
