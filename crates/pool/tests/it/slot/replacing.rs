//! Objects get another value.

use std::sync::atomic::Ordering;

use forebay_pool::fault::Call;
use forebay_pool::{ByteSize, ErrorKind};

use super::reading::poll;
use crate::rig::{Fickle, World, bytes};

#[test]
fn a_replaced_value_is_seen_at_once_wherever_the_old_one_was() {
    for saved in [false, true] {
        for evicted in [false, true] {
            let world = World::new();
            let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
            let weak = handle.downgrade();
            if saved || evicted {
                handle.write_now().wait().unwrap();
            }
            assert!(!evicted || handle.evict().wait().unwrap());
            let key = handle.key();
            handle.replace(bytes(4, 2000)).wait().unwrap();
            assert_eq!(*handle.try_get().unwrap(), bytes(4, 2000));
            assert!(!handle.is_saved());
            assert_ne!(handle.key(), key);
            assert!(weak.upgrade().unwrap().ptr_eq(&handle), "weak handles see the change");
            assert!(handle.evict().wait().unwrap());
            assert_eq!(*handle.get().wait().unwrap(), bytes(4, 2000));
            assert_eq!(world.medium.count(Call::Free), u64::from(saved || evicted));
        }
    }
}

#[test]
fn a_guard_shows_what_it_showed_and_its_bytes_count() {
    let world = World::new();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let guard = handle.get().wait().unwrap();
    handle.replace(bytes(4, 1000)).wait().unwrap();
    assert_eq!(*guard, bytes(3, 1000));
    assert_eq!(*handle.try_get().unwrap(), bytes(4, 1000));
    assert!(world.pool.stats().resident.as_bytes() >= 2000);
    drop(guard);
    assert!(world.pool.stats().resident.as_bytes() < 2000);
}

#[test]
fn a_change_that_was_given_up_while_its_load_waits_does_not_mind_a_replacement() {
    let world = World::stepped();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let mut lending = handle.get_mut();
    assert!(poll(&mut lending).is_none());
    drop(lending);
    handle.replace(bytes(4, 1000)).wait().unwrap();
    world.jobs.run();
    assert_eq!(*handle.get().wait().unwrap(), bytes(4, 1000));
    handle.get_mut().wait().unwrap().push(1);
    assert!(handle.evict().wait().unwrap());
}

#[test]
fn a_shared_object_does_not_change_and_its_handle_gets_a_new_one() {
    let world = World::new();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let other = handle.clone();
    handle.replace(bytes(4, 1000)).wait().unwrap();
    assert_eq!(*other.get().wait().unwrap(), bytes(3, 1000));
    assert_eq!(*handle.get().wait().unwrap(), bytes(4, 1000));
    assert!(!handle.ptr_eq(&other));
}

#[test]
fn a_value_larger_than_half_of_the_memory_can_be_replaced() {
    let world = World::with(ByteSize::kib(600), |builder| builder);
    let mut handle = world.pool.insert(bytes(3, 300 << 10)).wait().unwrap();
    handle.replace(bytes(4, 301 << 10)).wait().unwrap();
    assert_eq!(handle.get().wait().unwrap().len(), 301 << 10);
    assert!(world.pool.stats().resident.as_bytes() < 310 << 10);
}

#[test]
fn a_load_of_the_old_value_never_becomes_the_new_one() {
    let world = World::stepped();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let mut get = handle.get();
    assert!(poll(&mut get).is_none());
    handle.replace(bytes(4, 1000)).wait().unwrap();
    assert_eq!(*poll(&mut get).unwrap().unwrap(), bytes(4, 1000), "at once, not when it is read");
    world.jobs.run();
    assert_eq!(*handle.get().wait().unwrap(), bytes(4, 1000));
}

#[test]
fn a_write_of_the_old_value_saves_nothing_and_who_waits_gets_the_new_one_written() {
    let world = World::stepped();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let mut write = handle.write_now();
    assert!(poll(&mut write).is_none());
    let jobs = world.jobs.clone();
    std::thread::scope(|scope| {
        let (begun, is_begun) = std::sync::mpsc::channel();
        let (replaced, is_replaced) = std::sync::mpsc::channel();
        let is_replaced = std::sync::Mutex::new(is_replaced);
        let first = std::sync::Once::new();
        world.medium.during(move |call| {
            if call == Call::Put {
                first.call_once(|| {
                    begun.send(()).unwrap();
                    is_replaced.lock().unwrap().recv().unwrap();
                });
            }
        });
        scope.spawn(move || jobs.run());
        is_begun.recv().unwrap();
        handle.replace(bytes(4, 1000)).wait().unwrap();
        assert!(!write.is_ready());
        replaced.send(()).unwrap();
        write.wait().unwrap();
    });
    world.medium.undisturbed();
    assert!(handle.is_saved());
    assert_eq!(world.medium.count(Call::Seal), 2);
    world.jobs.run();
    assert_eq!(world.medium.count(Call::Free), 1, "the old version's blob is freed");
    assert!(handle.evict().wait().unwrap());
    assert_eq!(*handle.get().wait().unwrap(), bytes(4, 1000));
}

#[test]
fn a_replacement_that_is_dropped_unasked_changes_nothing() {
    let world = World::new();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    drop(handle.replace(bytes(4, 1000)));
    assert_eq!(*handle.get().wait().unwrap(), bytes(3, 1000));
}

#[test]
fn make_mut_copies_what_is_shared_and_not_what_is_not() {
    let world = World::new();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    handle.make_mut().wait().unwrap()[0] = 1;
    let other = handle.clone();
    assert!(handle.ptr_eq(&other));
    for is_spilled in [false, true] {
        let mut handle = other.clone();
        assert!(!is_spilled || other.evict().wait().unwrap());
        handle.make_mut().wait().unwrap()[0] = 2;
        assert!(!handle.ptr_eq(&other));
        assert_eq!(handle.get().wait().unwrap()[0], 2);
        assert_eq!(other.get().wait().unwrap()[0], 1);
    }
}

#[test]
fn make_mut_copies_what_is_looked_at() {
    let world = World::new();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let guard = handle.get().wait().unwrap();
    handle.make_mut().wait().unwrap()[0] = 9;
    assert_eq!(guard[0], bytes(3, 1)[0]);
    assert_eq!(handle.get().wait().unwrap()[0], 9);
}

#[test]
fn a_value_can_be_taken_out() {
    let world = World::new();
    for is_spilled in [false, true] {
        let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
        let weak = handle.downgrade();
        assert!(!is_spilled || handle.evict().wait().unwrap());
        assert_eq!(handle.into_inner().wait().unwrap(), bytes(3, 1000));
        assert!(weak.upgrade().is_none());
        assert_eq!(world.pool.stats().resident.as_bytes(), 0);
    }
}

#[test]
fn a_value_that_cannot_be_taken_out_gives_the_handle_back() {
    let world = World::new();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let guard = handle.get().wait().unwrap();
    let rejected = handle.into_inner().wait().unwrap_err();
    assert_eq!(rejected.error.kind(), ErrorKind::Busy);
    let handle = rejected.given_back;
    drop(guard);
    let other = handle.clone();
    let rejected = handle.into_inner().wait().unwrap_err();
    assert_eq!(rejected.error.kind(), ErrorKind::Refused);
    assert!(rejected.given_back.ptr_eq(&other));
}

#[test]
fn a_value_that_is_refused_at_once_waits_for_no_job() {
    let world = World::stepped();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let mut replacing = handle.replace(bytes(4, 2 << 20));
    // The first begins it.
    let refused = poll(&mut replacing).or_else(|| poll(&mut replacing)).unwrap();
    assert_eq!(refused.err().unwrap().kind(), ErrorKind::Refused);
    drop(replacing);
    assert_eq!(*handle.try_get().unwrap(), bytes(3, 1000));
}

#[test]
fn a_replacement_that_is_given_up_while_it_waits_for_room_drops_its_value() {
    let world = World::stepped();
    let mut handle = world.pool.insert(Fickle::new(1).0).wait().unwrap();
    let looked_at = handle.get().wait().unwrap();
    let taken = world.pool.stats();
    let free = taken.budget.as_bytes() - crate::budget::used(&taken);
    let room = world.pool.reserve(ByteSize::bytes(free)).wait().unwrap();
    let (value, switches) = Fickle::new(2);
    let mut replacing = handle.replace(value);
    assert!(poll(&mut replacing).is_none());
    drop(replacing);
    assert_eq!(switches.drops.load(Ordering::Acquire), 1, "and not when there is room");
    drop((room, looked_at));
    world.jobs.run();
    assert_eq!(handle.try_get().unwrap().number, 1);
}
