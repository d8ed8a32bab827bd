//! What a pool counts.

use std::sync::Arc;
use std::time::Duration;

use forebay_pool::fault::{Call, Fault};
use forebay_pool::{ByteSize, Error, Stats, Transfers};

use crate::rig::{World, bytes};

fn gone() -> Fault {
    Fault::Error(Error::unavailable("the disk is gone"))
}

/// Each read and each write of the medium takes so long.
fn slow(world: &World, micros: u64) {
    let clock = Arc::clone(&world.clock);
    world.medium.during(move |call| {
        if matches!(call, Call::Seal | Call::Reading) {
            clock.advance(Duration::from_micros(micros));
        }
    });
}

/// Those that ended with a place below `limit`.
fn below(transfers: &Transfers, limit: Duration) -> u64 {
    let places = (0..Transfers::PLACES).filter(|place| Transfers::limit(*place) <= limit);
    places.map(|place| transfers.took[place]).sum()
}

#[test]
fn writes_and_loads_are_counted_with_their_bytes_and_times() {
    let world = World::new();
    slow(&world, 100);
    let handles = [1, 2, 3].map(|name| world.pool.insert(bytes(name, 1000)).wait().unwrap());
    for handle in &handles {
        assert!(handle.evict().wait().unwrap());
    }
    slow(&world, 5_000);
    drop(handles[0].get().wait().unwrap());
    let Stats { writes, loads, .. } = world.pool.stats();
    assert_eq!((writes.succeeded, writes.failed, writes.bytes), (3, 0, 3_000));
    assert_eq!((writes.time, writes.longest), (micros(300), micros(100)));
    assert_eq!((loads.succeeded, loads.failed, loads.bytes), (1, 0, 1_000));
    assert_eq!((loads.time, loads.longest), (micros(5_000), micros(5_000)));
    assert_eq!((below(&writes, micros(64)), below(&writes, micros(128))), (0, 3));
    assert_eq!((below(&loads, micros(4_096)), below(&loads, micros(8_192))), (0, 1));
}

fn micros(micros: u64) -> Duration {
    Duration::from_micros(micros)
}

#[test]
fn what_takes_longer_than_the_last_place_has_is_in_it() {
    let world = World::new();
    slow(&world, u64::from(u32::MAX) * 2);
    let handle = world.pool.insert(bytes(1, 1000)).wait().unwrap();
    handle.write_now().wait().unwrap();
    assert_eq!(world.pool.stats().writes.took[Transfers::PLACES - 1], 1);
}

#[test]
fn failures_of_reads_and_of_writes_are_counted_and_took_time_too() {
    let world = World::new();
    slow(&world, 10);
    let handle = world.pool.insert(bytes(1, 1000)).wait().unwrap();
    world.medium.fail(Call::Seal, 2, &gone());
    (0..2).for_each(|_| drop(handle.evict().wait().unwrap_err()));
    handle.evict().wait().unwrap();
    world.medium.fail(Call::Read, 1, &gone());
    handle.get().wait().unwrap_err();
    drop(handle.get().wait().unwrap());
    let Stats { writes, loads, .. } = world.pool.stats();
    assert_eq!((writes.succeeded, writes.failed, writes.time), (1, 2, micros(30)));
    assert_eq!((loads.succeeded, loads.failed, loads.time), (1, 1, micros(20)));
    assert_eq!(loads.bytes, 1000, "of what failed nothing counts");
}

#[test]
fn a_write_and_a_load_that_are_thrown_away_have_failed() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(1, 1000)).wait().unwrap();
    let mut write = handle.write_now();
    assert!(crate::slot::poll(&mut write).is_none());
    world.jobs.lose();
    write.wait().unwrap_err();
    assert_eq!(world.pool.stats().writes.failed, 1);
    assert!(handle.evict().wait().unwrap());
    let mut load = handle.get();
    assert!(crate::slot::poll(&mut load).is_none());
    world.jobs.lose();
    load.wait().unwrap_err();
    assert_eq!(world.pool.stats().loads.failed, 1);
}

#[test]
fn those_who_join_a_load_are_counted_and_those_who_find_the_value_are_not() {
    let world = World::stepped();
    let handle = world.pool.insert(bytes(1, 1000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    let mut waiting: Vec<_> = (0..3).map(|_| handle.get()).collect();
    for op in &mut waiting {
        assert!(crate::slot::poll(op).is_none());
    }
    world.jobs.run();
    for op in waiting {
        drop(op.wait().unwrap());
    }
    let stats = world.pool.stats();
    assert_eq!((stats.loads.succeeded, stats.loads_joined), (1, 2));
    drop(handle.get().wait().unwrap());
    assert_eq!(world.pool.stats().loads_joined, 2);
}

#[test]
fn evictions_are_counted_with_what_they_freed() {
    let world = World::new();
    let handles = [1, 2].map(|name| world.pool.insert(bytes(name, 1000)).wait().unwrap());
    let weight = handles[0].bytes().as_bytes();
    for _ in 0..3 {
        for handle in &handles {
            assert!(handle.evict().wait().unwrap());
            drop(handle.get().wait().unwrap());
        }
    }
    let stats = world.pool.stats();
    assert_eq!((stats.evictions, stats.evicted), (6, ByteSize::bytes(6 * weight)));
    assert_eq!(stats.evictions, stats.loads.succeeded, "all are in memory again");
    assert_eq!((stats.writes.succeeded, stats.rescues), (2, 0));
}

#[test]
fn one_that_was_looked_at_while_it_was_written_is_a_rescue() {
    let world = World::new();
    let handle = world.pool.insert(bytes(1, 1000)).wait().unwrap();
    let guard = handle.get().wait().unwrap();
    assert!(!handle.evict().wait().unwrap());
    let stats = world.pool.stats();
    assert_eq!((stats.rescues, stats.evictions), (1, 0));
    drop(guard);
}

#[test]
fn pinned_objects_are_counted_once_with_what_they_weigh() {
    let world = World::new();
    let handle = world.pool.insert(bytes(1, 1000)).wait().unwrap();
    let pins = [handle.pin().wait().unwrap(), handle.pin().wait().unwrap()];
    let stats = world.pool.stats();
    assert_eq!((stats.pinned, stats.pinned_bytes), (1, handle.bytes()));
    drop(pins);
    let stats = world.pool.stats();
    assert_eq!((stats.pinned, stats.pinned_bytes), (0, ByteSize::bytes(0)));
}

#[test]
fn a_hit_counts_as_a_hit_and_nothing_else() {
    let world = World::new();
    let handle = world.pool.insert(bytes(1, 1000)).wait().unwrap();
    let unhit = |mut stats: Stats| {
        stats.hits = 0;
        format!("{stats:?}")
    };
    let before = unhit(world.pool.stats());
    (0..5).for_each(|_| drop(handle.get().wait().unwrap()));
    assert_eq!(world.pool.stats().hits, 5);
    assert_eq!(unhit(world.pool.stats()), before);
}
