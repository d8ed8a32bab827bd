//! Objects are read and changed while memory is full.

use std::time::Duration;

use forebay_pool::{ByteSize, ErrorKind, Handle};

use super::reading::poll;
use super::waiting::{THIRD, full};
use crate::rig::{World, bytes};

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
