//! Who finds no room waits in turn.

use std::time::Duration;

use forebay_pool::{ByteSize, ErrorKind, Handle, WhenFull};

use super::{SIZE, room_for};
use crate::rig::{World, bytes};

#[test]
fn inserts_wait_for_writes_and_go_on_in_turn() {
    let world = World::build(room_for(4), true, |builder| builder);
    let kept: Vec<_> =
        (0..4).map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap()).collect();
    let [first, second] = [4, 5].map(|name| world.pool.insert(bytes(name, SIZE)));
    assert!(!first.is_ready() && !second.is_ready());
    assert_eq!(world.pool.stats().waiting, 2);
    world.jobs.run();
    assert!(first.is_ready() && second.is_ready());
    let late = [first, second].map(|offer| offer.wait().unwrap());
    assert!(kept.iter().filter(|handle| handle.is_resident()).count() <= 2);
    assert!(late.iter().all(Handle::is_resident));
    drop((kept, late));
    world.jobs.run();
}

#[test]
fn an_offer_that_is_dropped_in_line_gives_its_place_up() {
    let world = World::build(room_for(4), true, |builder| builder);
    let held: Vec<_> =
        (0..4).map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap()).collect();
    let guards: Vec<_> = held.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let [first, second] = [4, 5].map(|name| world.pool.insert(bytes(name, SIZE)));
    drop(first);
    drop(guards);
    world.jobs.run();
    let handle = second.wait().unwrap();
    assert_eq!(world.pool.stats().objects.all(), 5);
    drop((held, handle));
    world.jobs.run();
}

#[test]
fn a_guard_that_is_dropped_lets_an_insert_go_on() {
    let world = World::with(room_for(4), |builder| builder);
    let held: Vec<_> =
        (0..4).map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap()).collect();
    let mut guards: Vec<_> = held.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let offer = world.pool.insert(bytes(4, SIZE));
    assert!(!offer.is_ready());
    guards.remove(2);
    assert!(offer.is_ready());
    assert!(!held[2].is_resident(), "nobody else could leave");
    let handle = offer.wait().unwrap();
    assert_eq!(*handle.get().wait().unwrap(), bytes(4, SIZE));
}

#[test]
fn who_does_not_want_to_wait_hears_at_once_and_has_his_value_back() {
    let world = World::with(room_for(4), |builder| builder.when_full(WhenFull::Fail));
    let held: Vec<_> =
        (0..4).map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap()).collect();
    let guards: Vec<_> = held.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let rejected = world.pool.insert(bytes(4, SIZE)).wait().unwrap_err();
    assert_eq!(rejected.error.kind(), ErrorKind::Busy);
    assert_eq!(rejected.given_back, bytes(4, SIZE));
    let rejected = world.pool.try_insert(bytes(5, SIZE)).unwrap_err();
    assert_eq!((rejected.error.kind(), rejected.given_back), (ErrorKind::Busy, bytes(5, SIZE)));
    drop(guards);
    world.pool.try_insert(bytes(5, SIZE)).unwrap();
}

#[test]
fn who_may_exceed_the_budget_does_so_by_a_stated_amount() {
    let more = WhenFull::Exceed(ByteSize::bytes(SIZE as u64 + 24));
    let world = World::with(room_for(4), |builder| builder.when_full(more));
    let held: Vec<_> =
        (0..5).map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap()).collect();
    let guards: Vec<_> = held.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let offer = world.pool.insert(bytes(5, SIZE));
    assert!(!offer.is_ready(), "five of four are held");
    world.clock.advance(Duration::from_secs(30));
    assert_eq!(offer.wait().unwrap_err().error.kind(), ErrorKind::Busy);
    drop(guards);
}

#[test]
fn what_can_never_fit_is_refused_and_given_back() {
    let world = World::with(room_for(4), |builder| builder);
    let rejected = world.pool.insert(bytes(1, 5 * SIZE)).wait().unwrap_err();
    assert_eq!(rejected.error.kind(), ErrorKind::Refused);
    assert_eq!(rejected.given_back.len(), 5 * SIZE);
}

#[test]
fn reserved_room_counts_and_waits_in_the_same_line() {
    let world = World::build(room_for(4), true, |builder| builder);
    let kept: Vec<_> =
        (0..4).map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap()).collect();
    let room = world.pool.reserve(ByteSize::bytes(2 * SIZE as u64));
    let room = room.wait_timeout(Duration::ZERO).unwrap_err();
    world.jobs.run();
    let mut room = room.wait().unwrap();
    assert_eq!(world.pool.stats().reserved, ByteSize::bytes(2 * SIZE as u64));
    let half = room.split(ByteSize::bytes(SIZE as u64)).unwrap();
    let handle = world.pool.insert_into(half, bytes(9, SIZE)).unwrap();
    assert_eq!(world.pool.stats().reserved, ByteSize::bytes(SIZE as u64));
    drop((kept, room, handle));
    world.jobs.run();
}

#[test]
fn the_numbers_say_who_has_waited_and_how_long() {
    let world = World::with(room_for(4), |builder| builder);
    let held: Vec<_> =
        (0..4).map(|name| world.pool.insert(bytes(name, SIZE)).wait().unwrap()).collect();
    assert_eq!(world.pool.stats().waits, 0);
    let guards: Vec<_> = held.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let in_vain = world.pool.insert(bytes(4, SIZE));
    world.clock.advance(Duration::from_secs(30));
    in_vain.wait().unwrap_err();
    let served = world.pool.insert(bytes(5, SIZE));
    world.clock.advance(Duration::from_secs(7));
    drop(guards);
    served.wait().unwrap();
    let stats = world.pool.stats();
    assert_eq!((stats.waits, stats.waits_in_vain), (2, 1));
    assert_eq!(stats.longest_wait, Duration::from_secs(30));
}
