//! Memory is full.

use std::sync::atomic::Ordering;
use std::time::Duration;

use forebay_pool::{AllPinned, ByteSize, ErrorKind, Guard, Handle, WhenFull};

use super::reading::poll;
use crate::rig::{Fickle, World, bytes};

pub(crate) const THIRD: usize = 300 << 10;

pub(crate) type Handles = Vec<Handle<Vec<u8>>>;

/// Three objects that are looked at, so that there is no room for a fourth.
pub(crate) fn full(world: &World) -> (Handles, Vec<Guard<Vec<u8>>>) {
    let insert = |name| world.pool.insert(bytes(name, THIRD)).wait().unwrap();
    let handles: Handles = (0..3).map(insert).collect();
    let guards = handles.iter().map(|handle| handle.get().wait().unwrap()).collect();
    (handles, guards)
}

#[test]
fn an_insert_waits_until_somebody_lets_go() {
    let world = World::new();
    let (_handles, mut guards) = full(&world);
    let mut offer = world.pool.insert(bytes(9, THIRD));
    assert!(poll(&mut offer).is_none());
    drop(guards.pop());
    world.clock.advance(Duration::from_millis(100));
    let handle = poll(&mut offer).unwrap().unwrap();
    assert_eq!(*handle.get().wait().unwrap(), bytes(9, THIRD));
}

#[test]
fn an_insert_that_waits_in_vain_gives_the_value_back_and_says_who_is_in_the_way() {
    let world = World::with(ByteSize::mib(1), |builder| builder.objects_max(4));
    let (handles, _guards) = full(&world);
    handles[1].label("the hall");
    let mut offer = world.pool.insert(bytes(9, THIRD));
    assert!(poll(&mut offer).is_none());
    world.clock.advance(Duration::from_secs(31));
    let rejected = poll(&mut offer).unwrap().unwrap_err();
    assert_eq!(rejected.given_back, bytes(9, THIRD));
    assert_eq!(rejected.error.kind(), ErrorKind::Busy);
    let error: &(dyn std::error::Error + 'static) = &rejected.error;
    let mut causes = std::iter::successors(error.source(), |cause| cause.source());
    let pinned = causes.find_map(|cause| cause.downcast_ref::<AllPinned>()).unwrap();
    assert_eq!(pinned.looked_at.len(), 3);
    assert!(pinned.to_string().contains("the hall"), "{pinned}");
    world.pool.insert(bytes(1, 10)).wait().expect("it does not count as an object");
}

#[test]
fn an_insert_that_is_dropped_drops_its_value_at_once_and_holds_up_nobody() {
    let world = World::new();
    let (_handles, _guards) = full(&world);
    let (value, switches) = Fickle::new(5);
    let room = world.pool.stats();
    let left = room.budget.as_bytes() - room.resident.as_bytes() - room.own.as_bytes();
    let left = ByteSize::bytes(left - room.encoding.as_bytes() - 60);
    let reserved = world.pool.reserve(left).wait().unwrap();
    let mut big = world.pool.insert(bytes(9, THIRD));
    assert!(poll(&mut big).is_none());
    let mut small = world.pool.insert(value);
    assert!(poll(&mut small).is_none());
    drop(small);
    assert_eq!(switches.drops.load(Ordering::Acquire), 1);
    drop(big);
    drop(reserved);
    world.clock.advance(Duration::from_millis(100));
    world.pool.insert(bytes(1, 10_000)).wait().unwrap();
}

#[test]
fn an_offer_that_was_waited_for_in_vain_stands_still() {
    let world = World::new();
    let (_handles, guards) = full(&world);
    let offer = world.pool.insert(bytes(9, THIRD));
    let offer = offer.wait_timeout(Duration::ZERO).unwrap_err();
    drop(guards);
    world.clock.advance(Duration::from_millis(100));
    offer.wait().unwrap();
}

#[test]
fn try_insert_evicts_and_never_waits() {
    let world = World::new();
    let (_handles, guards) = full(&world);
    let rejected = world.pool.try_insert(bytes(9, THIRD)).unwrap_err();
    assert_eq!(rejected.error.kind(), ErrorKind::Busy);
    drop(guards);
    world.pool.flush().wait().unwrap();
    world.pool.try_insert(rejected.given_back).unwrap();
}

#[test]
fn a_pool_that_fails_when_full_does_so_at_once() {
    let world = World::with(ByteSize::mib(1), |builder| builder.when_full(WhenFull::Fail));
    let (_handles, _guards) = full(&world);
    let mut offer = world.pool.insert(bytes(9, THIRD));
    assert_eq!(poll(&mut offer).unwrap().unwrap_err().error.kind(), ErrorKind::Busy);
}

#[test]
fn many_objects_go_through_little_memory() {
    let world = World::new();
    let handles: Vec<_> =
        (0..48).map(|name| world.pool.insert(bytes(name, THIRD)).wait().unwrap()).collect();
    for (name, handle) in (0..).zip(&handles) {
        assert_eq!(*handle.get().wait().unwrap(), bytes(name, THIRD));
        let stats = world.pool.stats();
        let used = stats.resident.as_bytes() + stats.loading.as_bytes();
        assert!(used + stats.own.as_bytes() <= stats.budget.as_bytes(), "{stats:?}");
    }
    let guards = world.pool.get_many(&handles[..3]).wait().unwrap();
    assert_eq!(*guards[2], bytes(2, THIRD));
    drop(guards);
    let (mut scan, mut name) = (world.pool.scan(handles.clone()).ahead(ByteSize::kib(400)), 0);
    while let Some(value) = scan.next().wait().unwrap() {
        assert_eq!(*value, bytes(name, THIRD));
        name += 1;
    }
    assert_eq!(name, 48);
}

#[test]
fn so_many_wait_for_one_write_and_no_more() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let mut all: Vec<_> = (0..65_536).map(|_| handle.write_now()).collect();
    assert!(all.iter_mut().all(|write| poll(write).is_none()));
    let mut late = handle.write_now();
    drop(poll(&mut late));
    assert_eq!(poll(&mut late).unwrap().unwrap_err().kind(), ErrorKind::Busy);
    world.jobs.run();
    assert!(all.iter_mut().all(|write| poll(write).unwrap().is_ok()));
    handle.write_now().wait().unwrap();
}
