//! Everything is written, or asked for ahead.

use forebay_pool::fault::{Call, Fault};
use forebay_pool::{ByteSize, Error, ErrorKind, Pool};

use crate::rig::{World, bytes};
use crate::slot::poll;

#[test]
fn a_flush_writes_what_has_no_blob_and_nothing_twice() {
    for is_stepped in [false, true] {
        let world = World::build(ByteSize::mib(4), is_stepped, |builder| builder);
        let handles: Vec<_> =
            (0..200).map(|name| world.pool.insert(bytes(name, 100)).wait().unwrap()).collect();
        handles[7].write_now().wait().unwrap();
        world.pool.flush().wait().unwrap();
        assert!(handles.iter().all(|handle| handle.is_saved() && handle.is_resident()));
        world.pool.flush().wait().unwrap();
        assert_eq!(world.medium.count(Call::Seal), 200);
    }
}

#[test]
fn a_flush_tries_all_and_tells_the_first_error() {
    let world = World::new();
    let handles: Vec<_> =
        (0..10).map(|name| world.pool.insert(bytes(name, 100)).wait().unwrap()).collect();
    world.medium.succeed(Call::Seal, 3);
    world.medium.fail(Call::Seal, 2, &Fault::Error(Error::unavailable("the disk is gone")));
    assert_eq!(world.pool.flush().wait().unwrap_err().kind(), ErrorKind::Unavailable);
    assert_eq!(handles.iter().filter(|handle| handle.is_saved()).count(), 8);
    world.pool.flush().wait().unwrap();
    assert!(handles.iter().all(forebay_pool::Handle::is_saved));
}

#[test]
fn a_flush_of_many_objects_does_not_grow_the_stack() {
    let flush = || {
        let pool = Pool::builder().memory(ByteSize::gib(1)).build().unwrap();
        let handles: Vec<_> =
            (0..100_000u32).map(|_| pool.insert(Vec::<u8>::new()).wait().unwrap()).collect();
        assert_eq!(pool.flush().wait().unwrap_err().kind(), ErrorKind::Unsupported);
        drop(handles);
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(flush).unwrap().join().unwrap();
}

#[test]
fn what_is_asked_for_ahead_is_in_memory_when_it_is_read() {
    let world = World::stepped();
    let handles: Vec<_> =
        (0..20).map(|name| world.pool.insert(bytes(name, 100)).wait().unwrap()).collect();
    for handle in &handles {
        assert!(handle.evict().wait().unwrap());
    }
    handles.iter().for_each(forebay_pool::Handle::prefetch);
    world.jobs.run();
    assert!(handles.iter().all(forebay_pool::Handle::is_resident));
    assert_eq!(world.medium.count(Call::Reading), 20);
}

#[test]
fn a_failed_load_ahead_does_not_stop_the_others() {
    let world = World::stepped();
    let handles: Vec<_> =
        (0..20).map(|name| world.pool.insert(bytes(name, 100)).wait().unwrap()).collect();
    for handle in &handles {
        assert!(handle.evict().wait().unwrap());
    }
    world.medium.fail(Call::Reading, 6, &Fault::Error(Error::unavailable("the disk is gone")));
    handles.iter().for_each(forebay_pool::Handle::prefetch);
    world.jobs.run();
    assert_eq!(handles.iter().filter(|handle| handle.is_resident()).count(), 14);
}

#[test]
fn a_prefetch_is_joined_by_who_waits() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 100)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    handle.prefetch();
    world.jobs.step();
    let mut get = handle.get();
    assert!(poll(&mut get).is_none());
    world.jobs.run();
    assert_eq!(*poll(&mut get).unwrap().unwrap(), bytes(3, 100));
    assert_eq!(world.medium.count(Call::Reading), 1);
}

#[test]
fn idle_is_when_nothing_runs() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 100)).wait().unwrap();
    assert!(world.pool.idle().is_ready());
    let mut write = handle.write_now();
    assert!(poll(&mut write).is_none());
    let idle = world.pool.idle();
    assert!(!idle.is_ready());
    world.jobs.run();
    idle.wait().unwrap();
}
