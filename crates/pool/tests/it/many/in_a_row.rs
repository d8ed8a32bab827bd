//! Objects are read one after the other.

use forebay_pool::fault::{Call, Fault};
use forebay_pool::{ByteSize, Error, Handle};

use crate::rig::{World, bytes};
use crate::slot::poll;

fn spilled(world: &World, count: u8, length: usize) -> Vec<Handle<Vec<u8>>> {
    let insert = |name| {
        let handle = world.pool.insert(bytes(name, length)).wait().unwrap();
        assert!(handle.evict().wait().unwrap());
        handle
    };
    (0..count).map(insert).collect()
}

#[test]
fn a_scan_shows_each_once_in_their_order() {
    let world = World::new();
    let mut scan = world.pool.scan(spilled(&world, 30, 1000)).ahead(ByteSize::kib(4));
    for name in 0..30 {
        assert_eq!(*scan.next().wait().unwrap().unwrap(), bytes(name, 1000));
    }
    assert!(scan.next().wait().unwrap().is_none());
    assert_eq!(world.medium.count(Call::Reading), 30);
}

#[test]
fn a_scan_reads_ahead_as_many_bytes_as_it_may() {
    let world = World::stepped();
    let handles = spilled(&world, 10, 1000);
    let mut scan = world.pool.scan(handles.clone()).ahead(ByteSize::bytes(3500));
    drop(scan.next().wait().unwrap());
    world.jobs.run();
    let resident: Vec<_> = handles.iter().map(Handle::is_resident).collect();
    assert_eq!(resident.iter().filter(|is| **is).count(), 4, "{resident:?}");
    drop(scan);
    for handle in &handles {
        assert!(handle.evict().wait().unwrap(), "nothing is held after a scan");
    }
}

#[test]
fn a_scan_goes_on_behind_an_error() {
    let world = World::new();
    let mut scan = world.pool.scan(spilled(&world, 3, 1000)).ahead(ByteSize::bytes(0));
    world.medium.fail(Call::Reading, 1, &Fault::Error(Error::unavailable("the disk is gone")));
    scan.next().wait().unwrap_err();
    assert_eq!(*scan.next().wait().unwrap().unwrap(), bytes(1, 1000));
}

#[test]
fn a_scan_of_more_than_the_memory_ends() {
    let world = World::with(ByteSize::kib(256), |builder| builder);
    let mut handles = Vec::new();
    for name in 0..20 {
        let handle = world.pool.insert(bytes(name, 40 << 10)).wait().unwrap();
        assert!(handle.evict().wait().unwrap());
        handles.push(handle);
    }
    let mut scan = world.pool.scan(handles.clone()).ahead(ByteSize::kib(100));
    let mut seen = 0;
    while let Some(value) = scan.next().wait().unwrap() {
        assert_eq!(*value, bytes(seen, 40 << 10));
        drop(value);
        // Nobody presses here but this test.
        assert!(handles[usize::from(seen)].evict().wait().unwrap());
        seen += 1;
    }
    assert_eq!(seen, 20);
}

#[test]
fn a_scan_holds_nothing_ahead_while_it_waits_for_room() {
    let world = World::new();
    let insert = |name, length| world.pool.insert(bytes(name, length)).wait().unwrap();
    let (large, small) = (insert(1, 380 << 10), insert(2, 50 << 10));
    assert!(large.evict().wait().unwrap() && small.evict().wait().unwrap());
    let handles: Vec<_> = (3..6).map(|name| insert(name, 300 << 10)).collect();
    let mut guards: Vec<_> = handles.iter().map(|handle| handle.get().wait().unwrap()).collect();
    let mut scan = world.pool.scan(vec![large, small]);
    let mut next = scan.next();
    assert!(poll(&mut next).is_none());
    drop(guards.pop());
    world.clock.advance(std::time::Duration::from_millis(100));
    assert_eq!(poll(&mut next).unwrap().unwrap().unwrap().len(), 380 << 10);
    assert_eq!(scan.next().wait().unwrap().unwrap().len(), 50 << 10);
}
