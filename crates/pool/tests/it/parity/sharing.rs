//! Objects of many types are in one pool.

use forebay_pool::ByteSize;

use crate::rig::{Fickle, World, bytes};

#[test]
fn many_types_share_one_budget() {
    let world = World::new();
    let row = world.pool.insert(vec![1.5f32; 1000]).wait().unwrap();
    let text = world.pool.insert(String::from("forebay")).wait().unwrap();
    let boxed = world.pool.insert(vec![7u64; 100].into_boxed_slice()).wait().unwrap();
    let own = world.pool.insert(Fickle::new(5).0).wait().unwrap();
    let all = [row.bytes(), text.bytes(), boxed.bytes(), own.bytes()];
    let sum = all.iter().map(|bytes| bytes.as_bytes()).sum();
    assert_eq!(world.pool.stats().resident, ByteSize::bytes(sum));
    assert!(row.evict().wait().unwrap() && text.evict().wait().unwrap());
    assert!(boxed.evict().wait().unwrap() && own.evict().wait().unwrap());
    assert_eq!(*row.get().wait().unwrap(), vec![1.5f32; 1000]);
    assert_eq!(*text.get().wait().unwrap(), "forebay");
    assert_eq!(**boxed.get().wait().unwrap(), [7u64; 100]);
    assert_eq!(own.get().wait().unwrap().number, 5);
}

#[test]
fn the_numbers_follow_the_objects() {
    let world = World::new();
    let numbers = || world.pool.stats().objects;
    let mut handle = world.pool.insert(bytes(1, 100)).wait().unwrap();
    let other = world.pool.insert(bytes(2, 100)).wait().unwrap();
    assert_eq!((numbers().unsaved, numbers().all()), (2, 2));
    handle.write_now().wait().unwrap();
    assert!(other.evict().wait().unwrap());
    assert_eq!((numbers().saved, numbers().spilled), (1, 1));
    let mut guard = handle.get_mut().wait().unwrap();
    guard.push(1);
    assert_eq!(numbers().lent, 1);
    drop(guard);
    assert_eq!((numbers().unsaved, numbers().spilled), (1, 1));
    drop(other);
    assert_eq!(numbers().all(), 1);
    assert_eq!(world.pool.stats().medium.unwrap().blobs, 0);
}

#[test]
fn a_handle_knows_its_pool() {
    let world = World::new();
    let handle = world.pool.insert(bytes(1, 100)).wait().unwrap();
    let other = handle.pool().insert(bytes(2, 100)).wait().unwrap();
    assert_eq!(world.pool.stats().objects.all(), 2);
    drop((handle, other));
}
