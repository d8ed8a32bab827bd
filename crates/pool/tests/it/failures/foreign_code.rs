//! Code of users panics.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use forebay_pool::{ByteSize, ErrorKind, Event, Watcher};

use crate::rig::{Fickle, World, bytes};

#[test]
fn a_panicking_codec_harms_its_object_only() {
    let world = World::new();
    let (value, switches) = Fickle::new(5);
    switches.encode_panics.store(1, Ordering::Release);
    let handle = world.pool.insert(value).wait().unwrap();
    let other = world.pool.insert(Fickle::new(6).0).wait().unwrap();
    assert_eq!(handle.evict().wait().unwrap_err().kind(), ErrorKind::Refused);
    assert_eq!(handle.try_get().unwrap().number, 5);
    assert!(other.evict().wait().unwrap() && handle.evict().wait().unwrap());
    assert_eq!(handle.get().wait().unwrap().number, 5);
}

#[test]
fn a_codec_that_refuses_is_asked_again_by_who_asks_himself() {
    let world = World::new();
    let (value, switches) = Fickle::new(5);
    switches.encode_fails.store(1, Ordering::Release);
    let handle = world.pool.insert(value).wait().unwrap();
    assert_eq!(handle.write_now().wait().unwrap_err().kind(), ErrorKind::Refused);
    handle.write_now().wait().unwrap();
}

#[test]
fn a_value_whose_weighing_panics_is_given_back() {
    let world = World::new();
    let (value, switches) = Fickle::new(5);
    switches.weighing_panics.store(2, Ordering::Release);
    let rejected = world.pool.insert(value).wait().unwrap_err();
    assert_eq!(rejected.error.kind(), ErrorKind::Refused);
    let rejected = world.pool.try_insert(rejected.given_back).unwrap_err();
    let handle = world.pool.insert(rejected.given_back).wait().unwrap();
    assert_eq!(handle.try_get().unwrap().number, 5);
}

#[test]
fn a_panicking_drop_costs_no_room() {
    let world = World::new();
    let (value, switches) = Fickle::new(5);
    switches.drop_panics.store(2, Ordering::Release);
    let handle = world.pool.insert(value).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    assert_eq!(world.pool.stats().resident.as_bytes(), 0);
    assert_eq!(handle.get().wait().unwrap().number, 5);
}

#[test]
fn a_codec_that_asks_its_own_pool_for_room_is_refused_rather_than_kept_waiting() {
    let world = World::new();
    let mut held = Vec::new();
    for name in 0..3 {
        held.push(world.pool.insert(bytes(name, 300 << 10)).wait().unwrap());
    }
    let guards: Vec<_> = held.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let (value, switches) = Fickle::new(5);
    let (pool, asked) = (world.pool.clone(), Arc::new(Mutex::new(None)));
    let answer = Arc::clone(&asked);
    *switches.while_encoding.lock().unwrap() = Some(Box::new(move || {
        let rejected = pool.insert(bytes(9, 300 << 10)).wait().unwrap_err();
        *answer.lock().unwrap() = Some(rejected.error.kind());
    }));
    let handle = world.pool.insert(value).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    assert_eq!(*asked.lock().unwrap(), Some(ErrorKind::Busy));
    drop(guards);
}

#[test]
fn a_panicking_clone_leaves_the_original() {
    let world = World::new();
    let (value, switches) = Fickle::new(5);
    let mut handle = world.pool.insert(value).wait().unwrap();
    let other = handle.clone();
    switches.clone_panics.store(1, Ordering::Release);
    assert_eq!(handle.make_mut().wait().unwrap_err().kind(), ErrorKind::Refused);
    assert!(handle.ptr_eq(&other));
    handle.make_mut().wait().unwrap().number = 6;
    assert_eq!((handle.get().wait().unwrap().number, other.get().wait().unwrap().number), (6, 5));
}

#[test]
fn a_change_that_ends_in_a_panic_gives_the_value_back() {
    let world = World::new();
    let mut handle = world.pool.insert(bytes(3, 100)).wait().unwrap();
    let change = std::panic::AssertUnwindSafe(|| {
        let mut guard = handle.get_mut().wait().unwrap();
        guard[0] = 9;
        panic!("in the middle of a change");
    });
    assert!(std::panic::catch_unwind(change).is_err());
    assert_eq!(handle.get().wait().unwrap()[0], 9);
    assert!(handle.evict().wait().unwrap());
}

#[derive(Debug)]
struct Panicking;

impl Watcher for Panicking {
    fn on(&self, _event: &Event) {
        panic!("the watcher panics");
    }
}

#[test]
fn a_panicking_watcher_harms_nothing() {
    let world = World::with(ByteSize::mib(1), |builder| builder.watch(Panicking));
    let handle = world.pool.insert(bytes(3, 100)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    assert_eq!(*handle.get().wait().unwrap(), bytes(3, 100));
}
