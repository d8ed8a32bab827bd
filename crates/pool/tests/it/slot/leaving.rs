//! Handles are dropped.

use forebay_pool::fault::Call;
use forebay_pool::{ErrorKind, Handle};

use super::reading::poll;
use crate::rig::{World, bytes};

#[test]
fn the_last_handle_frees_value_and_blob() {
    let world = World::new();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    handle.write_now().wait().unwrap();
    let other = handle.clone();
    drop(handle);
    assert_eq!(*other.get().wait().unwrap(), bytes(3, 1000));
    drop(other);
    assert_eq!(world.medium.count(Call::Free), 1);
    assert_eq!(world.pool.stats().resident.as_bytes(), 0);
}

#[test]
fn a_weak_handle_keeps_nothing() {
    let world = World::new();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let weak = handle.downgrade();
    let again = weak.upgrade().unwrap();
    assert!(again.ptr_eq(&handle));
    drop(handle);
    assert!(weak.clone().upgrade().is_some());
    drop(again);
    assert!(weak.upgrade().is_none());
}

#[test]
fn a_handle_is_one_pointer() {
    assert_eq!(size_of::<Handle<Vec<u8>>>(), size_of::<usize>());
}

#[test]
fn a_handle_that_is_dropped_while_it_is_written_leaves_no_blob() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let mut write = handle.write_now();
    assert!(poll(&mut write).is_none());
    let last = std::sync::Mutex::new(Some(handle));
    world.medium.during(move |call| {
        if call == Call::Put {
            drop(last.lock().unwrap().take());
        }
    });
    world.jobs.run();
    world.medium.undisturbed();
    assert_eq!(poll(&mut write).unwrap().unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!((world.medium.count(Call::Seal), world.medium.count(Call::Free)), (1, 1));
}

#[test]
fn a_handle_that_is_dropped_while_it_is_read_leaves_its_guard_to_who_waits() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let mut get = handle.get();
    assert!(poll(&mut get).is_none());
    let last = std::sync::Mutex::new(Some(handle));
    world.medium.during(move |call| {
        if call == Call::Read {
            drop(last.lock().unwrap().take());
        }
    });
    world.jobs.run();
    world.medium.undisturbed();
    assert_eq!(*poll(&mut get).unwrap().unwrap(), bytes(3, 1000));
    assert_eq!(world.medium.count(Call::Free), 1);
}

#[test]
fn a_handle_that_is_dropped_before_its_load_began_leaves_its_guard_to_who_waits() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let mut get = handle.get();
    assert!(poll(&mut get).is_none());
    drop(handle);
    world.jobs.run();
    assert_eq!(*poll(&mut get).unwrap().unwrap(), bytes(3, 1000));
}

#[test]
fn what_is_asked_after_the_last_handle_is_an_error() {
    let world = World::new();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let (get, write) = (handle.get(), handle.write_now());
    drop(handle);
    assert_eq!(get.wait().unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(write.wait().unwrap_err().kind(), ErrorKind::Invalid);
}

#[test]
fn a_handle_dropped_after_its_pool_leaves_nothing() {
    let world = World::new();
    let medium = world.medium.clone();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let pool = world.pool.clone();
    drop(pool);
    assert_eq!(*handle.get().wait().unwrap(), bytes(3, 1000));
    drop(handle);
    assert_eq!(medium.count(Call::Free), 1);
}
