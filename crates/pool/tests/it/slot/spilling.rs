//! Objects are written, leave memory, and come back.

use forebay_pool::fault::Call;
use forebay_pool::{ByteSize, ErrorKind, Pool};

use crate::rig::{World, bytes};

#[test]
fn forty_eight_objects_are_each_written_and_read_back() {
    let world = World::with(ByteSize::mib(16), |builder| builder);
    let handles: Vec<_> =
        (0..48).map(|name| world.pool.insert(bytes(name, 64 << 10)).wait().unwrap()).collect();
    for handle in &handles {
        assert!(handle.evict().wait().unwrap());
        assert!(handle.is_saved() && !handle.is_resident());
    }
    assert_eq!(world.pool.stats().resident, ByteSize::bytes(0));
    for (name, handle) in (0..).zip(&handles) {
        assert_eq!(*handle.get().wait().unwrap(), bytes(name, 64 << 10));
    }
    assert_eq!(world.pool.stats().objects.saved, 48);
}

#[test]
fn an_inserted_object_is_read_back_after_a_spill() {
    let world = World::new();
    let handle = world.pool.insert(String::from("forebay")).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    assert_eq!(*handle.get().wait().unwrap(), "forebay");
}

#[test]
fn what_is_written_now_stays_in_memory_and_is_not_written_again() {
    let world = World::new();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    handle.write_now().wait().unwrap();
    assert!(handle.is_saved() && handle.is_resident());
    handle.write_now().wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    handle.write_now().wait().unwrap();
    assert_eq!(world.medium.count(Call::Seal), 1);
}

#[test]
fn an_object_that_was_only_read_is_evicted_without_a_write() {
    let world = World::new();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    for _ in 0..3 {
        assert!(handle.evict().wait().unwrap());
        drop(handle.get().wait().unwrap());
    }
    assert_eq!(world.medium.count(Call::Seal), 1);
}

#[test]
fn an_object_that_is_looked_at_stays() {
    let world = World::new();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let guard = handle.get().wait().unwrap();
    assert!(!handle.evict().wait().unwrap());
    assert!(handle.is_resident() && handle.is_saved());
    drop(guard);
    assert!(handle.evict().wait().unwrap());
}

#[test]
fn an_object_being_written_is_a_hit_and_is_kept() {
    let world = World::new();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let (looker, kept) = (handle.clone(), std::sync::Arc::new(std::sync::Mutex::new(None)));
    let keep = std::sync::Arc::clone(&kept);
    world.medium.during(move |call| {
        if call == Call::Seal {
            *keep.lock().unwrap() = looker.try_get();
        }
    });
    assert!(!handle.evict().wait().unwrap(), "somebody has looked meanwhile");
    world.medium.undisturbed();
    let guard = kept.lock().unwrap().take().unwrap();
    assert_eq!(*guard, bytes(3, 1000));
    assert_eq!(world.medium.count(Call::Reading), 0);
}

#[test]
fn who_waits_for_a_write_that_is_queued_does_it_himself() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let mut queued = handle.write_now();
    assert!(super::reading::poll(&mut queued).is_none());
    handle.write_now().wait().unwrap();
    assert!(queued.is_ready());
    assert_eq!(world.medium.count(Call::Seal), 1);
}

#[test]
fn without_a_medium_nothing_is_saved_and_nothing_is_lost() {
    let pool = Pool::builder().memory(ByteSize::mib(1)).build().unwrap();
    let handle = pool.insert(bytes(3, 1000)).wait().unwrap();
    assert_eq!(handle.evict().wait().unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(handle.write_now().wait().unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(*handle.get().wait().unwrap(), bytes(3, 1000));
}

#[test]
fn no_lock_is_held_while_the_medium_works() {
    let world = World::new();
    let mut handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let (pool, calls) = (world.pool.clone(), std::sync::Arc::new(std::sync::Mutex::new(0)));
    let counted = std::sync::Arc::clone(&calls);
    world.medium.during(move |_| {
        // It looks at every object, at the books, and at the order.
        assert!(pool.stats().objects.all() <= 1);
        drop(pool.try_insert(bytes(4, 10)).unwrap());
        *counted.lock().unwrap() += 1;
    });
    assert!(handle.evict().wait().unwrap());
    handle.get_mut().wait().unwrap().push(1);
    handle.write_now().wait().unwrap();
    drop(handle);
    world.medium.undisturbed();
    assert!(*calls.lock().unwrap() >= 10);
}
