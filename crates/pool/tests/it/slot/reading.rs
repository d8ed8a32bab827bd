//! Objects are read.

use std::time::Duration;

use forebay_pool::fault::Call;

use crate::rig::{World, bytes};

#[test]
fn each_way_of_reading_sees_the_same() {
    let world = World::new();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    for _ in ["in memory", "in the medium"] {
        let guard = handle.get().wait().unwrap();
        assert_eq!(*guard, bytes(3, 1000));
        assert!(handle.try_get().unwrap().ptr_eq(&guard));
        assert!(handle.get_blocking().unwrap().ptr_eq(&guard));
        assert!(handle.get_timeout(Duration::ZERO).unwrap().unwrap().ptr_eq(&guard));
        drop(guard);
        assert!(handle.evict().wait().unwrap());
        assert!(handle.try_get().is_none());
    }
}

#[test]
fn who_waits_reads_by_himself() {
    // Nobody runs jobs here.
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    assert_eq!(*handle.get().wait().unwrap(), bytes(3, 1000));
}

#[test]
fn a_load_that_nobody_asks_for_does_not_begin() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    drop(handle.get());
    world.jobs.run();
    assert_eq!(world.medium.count(Call::Reading), 0);
}

#[test]
fn many_who_wait_share_one_load() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let mut gets: Vec<_> = (0..10).map(|_| handle.get()).collect();
    for get in &mut gets {
        assert!(poll(get).is_none());
    }
    world.jobs.run();
    let guards: Vec<_> = gets.iter_mut().map(|get| poll(get).unwrap().unwrap()).collect();
    assert!(guards.windows(2).all(|pair| pair[0].ptr_eq(&pair[1])));
    assert_eq!(world.medium.count(Call::Reading), 1);
}

#[test]
fn a_load_that_all_have_left_before_it_began_is_not_made() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let mut get = handle.get();
    assert!(poll(&mut get).is_none());
    drop(get);
    world.jobs.run();
    assert_eq!(world.medium.count(Call::Reading), 0);
    assert!(!handle.is_resident());
    assert_eq!(*handle.get().wait().unwrap(), bytes(3, 1000));
}

#[test]
fn a_load_that_one_has_left_is_made_for_the_other() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let (mut first, mut second) = (handle.get(), handle.get());
    assert!(poll(&mut first).is_none() && poll(&mut second).is_none());
    drop(first);
    world.jobs.run();
    assert_eq!(*poll(&mut second).unwrap().unwrap(), bytes(3, 1000));
}

#[test]
fn a_guard_shows_its_value_after_handle_and_pool_are_gone() {
    let world = World::new();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    let guard = handle.get_blocking().unwrap();
    drop(handle);
    assert_eq!(*guard, bytes(3, 1000));
    assert_eq!(world.pool.stats().objects.all(), 0);
    assert!(world.pool.stats().resident.as_bytes() >= 1000, "its bytes count while it lives");
}

#[test]
fn hits_are_counted_also_of_objects_that_are_gone() {
    let world = World::new();
    let handle = world.pool.insert(bytes(3, 1000)).wait().unwrap();
    drop((handle.try_get(), handle.get()));
    assert_eq!(world.pool.stats().hits, 2);
    drop(handle);
    assert_eq!(world.pool.stats().hits, 2);
}

/// Polls once.
pub(crate) fn poll<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::Pin::new(future).poll(&mut context) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}
