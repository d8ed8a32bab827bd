//! Objects are pinned, named and reserved for.

use forebay_pool::{ByteSize, ErrorKind};

use crate::rig::{World, bytes};

#[test]
fn a_pinned_object_stays_in_memory_until_the_pin_is_dropped() {
    let world = World::new();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let pin = handle.pin().wait().unwrap();
    assert!(handle.is_resident());
    assert!(!handle.evict().wait().unwrap());
    drop(pin);
    assert!(handle.evict().wait().unwrap());
}

#[test]
fn a_key_stays_with_its_content() {
    let world = World::new();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let key = handle.key();
    assert!(handle.evict().wait().unwrap());
    assert_eq!(handle.key(), key);
    drop(handle.get().wait().unwrap());
    assert_eq!(handle.key(), key);
    handle.replace(bytes(3, 1000)).wait().unwrap();
    assert_ne!(handle.key(), key);
}

#[test]
fn reserved_room_becomes_the_values() {
    let world = World::new();
    let mut room = world.pool.reserve(ByteSize::kib(100)).wait().unwrap();
    assert_eq!(world.pool.stats().reserved, ByteSize::kib(100));
    let part = room.split(ByteSize::kib(50)).unwrap();
    let handle = world.pool.insert_into(part, bytes(3, 49 << 10)).unwrap();
    let stats = world.pool.stats();
    assert_eq!((stats.reserved, stats.resident), (ByteSize::kib(50), handle.bytes()));
    drop(room);
    assert_eq!(world.pool.stats().reserved, ByteSize::bytes(0));
}

#[test]
fn a_value_a_little_heavier_than_its_room_is_taken() {
    let world = World::with(ByteSize::mib(1), |builder| builder.objects_max(2));
    let room = world.pool.reserve(ByteSize::kib(100)).wait().unwrap();
    let handle = world.pool.insert_into(room, bytes(3, 100 << 10)).unwrap();
    assert_eq!(world.pool.stats().resident, handle.bytes());
}

#[test]
fn there_are_no_more_objects_than_are_allowed() {
    let world = World::with(ByteSize::mib(1), |builder| builder.objects_max(2));
    let first = world.pool.insert(bytes(1, 10)).wait().unwrap();
    let _second = world.pool.try_insert(bytes(2, 10)).unwrap();
    let rejected = world.pool.insert(bytes(3, 10)).wait().unwrap_err();
    assert_eq!(rejected.error.kind(), ErrorKind::Busy);
    drop(first);
    world.pool.insert(rejected.given_back).wait().unwrap();
}
