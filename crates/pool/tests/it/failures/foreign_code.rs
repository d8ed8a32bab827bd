//! Code of users panics.

use std::sync::atomic::Ordering;

use forebay_pool::ErrorKind;

use crate::rig::{Fickle, World};

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
