//! Objects are changed in place.

use std::time::Duration;

use forebay_pool::ErrorKind;
use forebay_pool::fault::Call;

use super::reading::poll;
use crate::rig::{World, bytes};

#[test]
fn a_change_is_seen_by_the_next_reader_and_after_a_spill() {
    let world = World::new();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let weak = handle.downgrade();
    for round in 1..4 {
        handle.get_mut().wait().unwrap()[0] = round;
        assert_eq!(weak.upgrade().unwrap().get().wait().unwrap()[0], round);
        assert!(handle.evict().wait().unwrap());
        assert_eq!(handle.get().wait().unwrap()[0], round);
        assert!(handle.evict().wait().unwrap());
    }
    assert_eq!(world.medium.count(Call::Seal), 3);
    assert_eq!(world.medium.count(Call::Free), 2, "blobs of old versions are freed");
}

#[test]
fn a_value_that_was_only_looked_at_stays_saved() {
    let world = World::new();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    handle.write_now().wait().unwrap();
    let key = handle.key();
    assert_eq!(handle.get_mut().wait().unwrap().len(), 1000);
    assert!(handle.is_saved());
    assert_eq!(handle.key(), key);
    handle.get_mut().wait().unwrap().push(1);
    assert!(!handle.is_saved());
    assert_ne!(handle.key(), key, "a key changes with the content");
}

#[test]
fn a_spilled_value_is_loaded_to_be_changed() {
    let world = World::stepped();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    handle.get_mut().wait().unwrap()[0] = 9;
    assert_eq!(handle.get().wait().unwrap()[0], 9);
}

#[test]
fn a_failed_load_to_change_costs_nothing() {
    let world = World::new();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let fault = forebay_pool::Error::unavailable("the disk is gone");
    world.medium.fail(Call::Read, 1, &forebay_pool::fault::Fault::Error(fault));
    assert_eq!(handle.get_mut().wait().unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(*handle.get_mut().wait().unwrap(), bytes(3, 1000));
}

#[test]
fn what_is_shared_or_looked_at_is_not_changed_in_place() {
    let world = World::new();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let other = handle.clone();
    let error = handle.get_mut().wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("1 other handle: use `make_mut`"), "{error}");
    assert!(handle.try_get_mut().is_none());
    drop(other);
    let guard = handle.get().wait().unwrap();
    assert_eq!(handle.get_mut().wait().unwrap_err().kind(), ErrorKind::Busy);
    assert!(handle.try_get_mut().is_none());
    drop(guard);
    handle.try_get_mut().unwrap().push(1);
}

#[test]
fn a_reader_waits_for_what_is_lent_and_sees_the_change() {
    let world = World::new();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let weak = handle.downgrade();
    let mut guard = handle.get_mut().wait().unwrap();
    let other = weak.upgrade().unwrap();
    assert!(other.try_get().is_none());
    let (mut get, mut write, mut evict) = (other.get(), other.write_now(), other.evict());
    assert!(poll(&mut get).is_none());
    assert!(poll(&mut write).is_none() && poll(&mut evict).is_none());
    guard[0] = 9;
    drop(guard);
    assert_eq!(poll(&mut get).unwrap().unwrap()[0], 9);
    poll(&mut write).unwrap().unwrap();
    assert!(!poll(&mut evict).unwrap().unwrap(), "the reader's guard is out");
    assert!(other.is_saved());
}

#[test]
fn a_forgotten_guard_hangs_nobody() {
    let world = std::mem::ManuallyDrop::new(World::new());
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let other = handle.downgrade();
    std::mem::forget(handle.get_mut().wait().unwrap());
    let other = other.upgrade().unwrap();
    let (mut first, mut later) = (other.get(), other.get());
    assert!(poll(&mut first).is_none());
    world.clock.advance(Duration::from_secs(20));
    assert!(poll(&mut later).is_none());
    world.clock.advance(Duration::from_secs(10));
    assert_eq!(poll(&mut first).unwrap().unwrap_err().kind(), ErrorKind::Busy);
    assert!(poll(&mut later).is_none());
    world.clock.advance(Duration::from_secs(20));
    assert_eq!(poll(&mut later).unwrap().unwrap_err().kind(), ErrorKind::Busy);
    drop(other);
    assert_eq!(handle.get_mut().wait().unwrap_err().kind(), ErrorKind::Busy);
    assert_eq!(handle.replace(bytes(4, 10)).wait().unwrap_err().kind(), ErrorKind::Busy);
}

#[test]
fn a_lending_that_is_dropped_after_its_answer_gives_the_value_back() {
    let world = World::stepped();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let mut lending = handle.get_mut();
    assert!(poll(&mut lending).is_none());
    world.jobs.run();
    drop(lending);
    assert_eq!(*handle.try_get().unwrap(), bytes(3, 1000));
    assert!(handle.is_saved());
}

#[test]
fn a_change_waits_for_a_write_that_has_the_value_and_is_not_evicted_by_it() {
    let world = World::stepped();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let mut evict = handle.evict();
    assert!(poll(&mut evict).is_none());
    let jobs = world.jobs.clone();
    std::thread::scope(|scope| {
        // The write stands in the middle until the change has asked.
        let (begun, is_begun) = std::sync::mpsc::channel();
        let (asked, is_asked) = std::sync::mpsc::channel();
        let is_asked = std::sync::Mutex::new(is_asked);
        world.medium.during(move |call| {
            if call == Call::Put {
                begun.send(()).unwrap();
                is_asked.lock().unwrap().recv().unwrap();
            }
        });
        scope.spawn(move || jobs.run());
        is_begun.recv().unwrap();
        let mut lending = handle.get_mut();
        assert!(poll(&mut lending).is_none());
        asked.send(()).unwrap();
        let mut guard = lending.wait().unwrap();
        guard[0] = 9;
        drop(guard);
        assert!(!handle.is_saved(), "what was written is the old version");
        assert!(!evict.wait().unwrap());
    });
    world.medium.undisturbed();
    assert_eq!(handle.get().wait().unwrap()[0], 9);
}

#[test]
fn a_change_cancels_a_write_that_has_not_begun_and_who_waits_for_it_gets_the_new_one() {
    let world = World::stepped();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let mut write = handle.write_now();
    assert!(poll(&mut write).is_none());
    let mut guard = handle.try_get_mut().unwrap();
    guard[0] = 9;
    world.jobs.run();
    assert_eq!(world.medium.count(Call::Begin), 0);
    drop(guard);
    world.jobs.run();
    poll(&mut write).unwrap().unwrap();
    assert!(handle.is_saved());
    assert!(handle.evict().wait().unwrap());
    assert_eq!(handle.get().wait().unwrap()[0], 9);
}

#[test]
fn a_value_that_grows_counts_and_one_that_shrinks_gives_back() {
    let world = World::new();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let before = world.pool.stats().resident.as_bytes();
    handle.get_mut().wait().unwrap().reserve_exact(100_000);
    let grown = world.pool.stats().resident.as_bytes();
    assert!(grown >= before + 99_000, "{before} {grown}");
    assert_eq!(handle.bytes().as_bytes(), grown);
    handle.get_mut().wait().unwrap().shrink_to_fit();
    assert_eq!(world.pool.stats().resident.as_bytes(), before);
}
