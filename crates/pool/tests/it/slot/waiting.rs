//! Memory is full.

use std::sync::atomic::Ordering;
use std::time::Duration;

use forebay_pool::{AllPinned, ByteSize, ErrorKind, Guard, Handle, WhenFull};

use super::reading::poll;
use crate::rig::{Fickle, World, bytes};

const THIRD: usize = 300 << 10;

type Handles = Vec<Handle<Vec<u8>>>;

/// Three objects that are looked at, so that there is no room for a fourth.
fn full(world: &World) -> (Handles, Vec<Guard<Vec<u8>>>) {
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
fn two_copies_in_a_full_pool_do_not_stop_each_other() {
    let world = World::new();
    let mut handles: Vec<_> =
        (0..3).map(|name| world.pool.insert(bytes(name, THIRD)).wait().unwrap()).collect();
    let shared: Vec<_> = handles.iter().map(Handle::clone).collect();
    let mut second = handles.pop().unwrap();
    let mut first = handles.pop().unwrap();
    let (mut one, mut other, mut answered) = (first.make_mut(), second.make_mut(), 0);
    for _ in 0..100 {
        for lending in [&mut one, &mut other] {
            // Each is let go of as soon as it is there.
            answered += usize::from(poll(lending).is_some_and(|guard| guard.is_ok()));
        }
        world.clock.advance(Duration::from_millis(10));
        if answered == 2 {
            break;
        }
    }
    assert_eq!(answered, 2);
    drop((one, other));
    assert_eq!(shared.len(), 3);
}

#[test]
fn a_replacement_waits_for_room_while_the_old_value_is_looked_at() {
    let world = World::new();
    let (mut handles, mut guards) = full(&world);
    let mut last = handles.pop().unwrap();
    let mut replace = last.replace(bytes(9, THIRD));
    assert!(poll(&mut replace).is_none());
    guards.clear();
    world.clock.advance(Duration::from_millis(100));
    poll(&mut replace).unwrap().unwrap();
    drop(replace);
    assert_eq!(*last.get().wait().unwrap(), bytes(9, THIRD));
}

#[test]
fn a_replacement_whose_old_value_is_looked_at_meanwhile_waits_for_the_rest() {
    let world = World::new();
    let (mut handles, mut guards) = full(&world);
    let mut last = handles.pop().unwrap();
    let weak = last.downgrade();
    let _pin = last.pin().wait().unwrap();
    drop(guards.pop());
    let mut replace = last.replace(bytes(9, 420 << 10));
    assert!(poll(&mut replace).is_none());
    let looked_at = weak.upgrade().unwrap().try_get().unwrap();
    drop(guards.pop());
    world.clock.advance(Duration::from_millis(100));
    assert_eq!(*looked_at, bytes(2, THIRD));
    drop((guards, handles));
    world.clock.advance(Duration::from_millis(100));
    poll(&mut replace).unwrap().unwrap();
    drop(replace);
    assert_eq!(*looked_at, bytes(2, THIRD));
    assert_eq!(*last.get().wait().unwrap(), bytes(9, 420 << 10));
}

#[test]
fn a_load_that_waits_for_room_leaves_the_line_with_its_readers() {
    let world = World::new();
    let (handles, guards) = full(&world);
    drop((handles, guards));
    let away = world.pool.insert(bytes(9, THIRD)).wait().unwrap();
    assert!(away.evict().wait().unwrap());
    let (_handles, _guards) = full(&world);
    let mut get = away.get();
    assert!(poll(&mut get).is_none());
    assert_eq!(world.pool.stats().waiting, 1);
    drop(get);
    let mut again = away.get();
    world.clock.advance(Duration::from_millis(100));
    assert!(poll(&mut again).is_none());
    world.clock.advance(Duration::from_secs(31));
    assert_eq!(poll(&mut again).unwrap().unwrap_err().kind(), ErrorKind::Busy);
}

#[test]
fn what_went_in_can_be_read_also_when_it_is_larger_than_a_smaller_budget() {
    let world = World::new();
    let handle = world.pool.insert(bytes(9, 3 * THIRD)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    world.pool.set_memory(ByteSize::kib(500)).wait().unwrap();
    assert_eq!(*handle.get().wait().unwrap(), bytes(9, 3 * THIRD));
}

#[test]
fn who_comes_while_a_prefetch_finds_no_room_waits_in_the_line() {
    let world = World::build(ByteSize::mib(1), true, |builder| builder);
    let away = world.pool.insert(bytes(9, THIRD)).wait().unwrap();
    assert!(away.evict().wait().unwrap());
    let (handles, guards) = full(&world);
    away.prefetch();
    world.jobs.run();
    assert_eq!(world.pool.stats().waiting, 0, "a prefetch does not stand in the line");
    assert!(!away.is_resident());
    let mut get = away.get();
    assert!(poll(&mut get).is_none());
    drop((guards, handles));
    world.jobs.run();
    world.clock.advance(Duration::from_millis(100));
    world.jobs.run();
    assert_eq!(*poll(&mut get).unwrap().unwrap(), bytes(9, THIRD));
}
