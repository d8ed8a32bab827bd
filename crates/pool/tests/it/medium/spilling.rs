//! A pool that spills to directories.

use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_pool::{ByteSize, DirMedium, Pool};
use forebay_store::seam::manual::ManualClock;

use super::rig::{SPILL, builder};
use crate::rig::bytes;

/// Each four times as long as what the pool keeps in memory, on a real directory.
#[test]
fn forty_eight_objects_go_through_a_pool_of_a_quarter() {
    let directory = tempfile::tempdir().unwrap();
    for length in [300_000, 20_000] {
        let spill = DirMedium::open(directory.path()).unwrap();
        let memory = ByteSize::bytes(length as u64 * 12 + (1 << 20));
        // Jobs run at once, so that nothing is under way when all is dropped.
        let seams = ManualClock::new().seams(1);
        let pool = Pool::builder().memory(memory).spill(spill).seams(seams).build().unwrap();
        let mut handles = Vec::new();
        for name in 0..48 {
            let handle = pool.insert(bytes(name, length)).wait().unwrap();
            assert!(handle.evict().wait().unwrap());
            handles.push(handle);
        }
        for _ in 0..2 {
            for (name, handle) in (0..).zip(&handles) {
                assert_eq!(*handle.get().wait().unwrap(), bytes(name, length));
                handle.evict().wait().unwrap();
            }
        }
        assert!(pool.stats().medium.unwrap().blobs >= 36);
        drop((handles, pool));
        let mut left: Vec<_> = std::fs::read_dir(directory.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort_unstable();
        assert_eq!(left, ["DOOR", "FOREBAY-SPILL"], "with objects of {length} bytes");
    }
}

#[test]
fn f18_a_handle_dropped_after_everything_leaves_nothing() {
    let disk = SimulatedDisk::new(1);
    let seams = ManualClock::new().seams(1);
    let spill = builder(&disk, 1).open().unwrap();
    let pool = Pool::builder().memory(ByteSize::mib(1)).spill(spill).seams(seams).build().unwrap();
    let handle = pool.insert(bytes(3, 300_000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    drop(pool);
    assert_eq!(disk.directory(SPILL).folders().unwrap().len(), 1, "the handle has its blob");
    assert_eq!(*handle.get().wait().unwrap(), bytes(3, 300_000));
    drop(handle);
    assert_eq!(disk.files(SPILL), ["DOOR", "FOREBAY-SPILL"]);
}

#[test]
fn f02_an_object_whose_write_failed_is_written_when_the_disk_is_well_again() {
    for fault in [Fault::Error, Fault::Full] {
        for call in [Call::Write, Call::CreateUnnamed] {
            let disk = SimulatedDisk::new(1);
            let seams = ManualClock::new().seams(1);
            let spill = builder(&disk, 1).open().unwrap();
            let pool = Pool::builder().memory(ByteSize::mib(1)).spill(spill).seams(seams);
            let pool = pool.build().unwrap();
            let handle = pool.insert(bytes(3, 300_000)).wait().unwrap();
            disk.fail(call, 1, fault);
            handle.write_now().wait().unwrap_err();
            assert_eq!(*handle.get().wait().unwrap(), bytes(3, 300_000));
            handle.write_now().wait().unwrap();
            assert!(handle.evict().wait().unwrap());
            assert_eq!(*handle.get().wait().unwrap(), bytes(3, 300_000));
        }
    }
}

#[test]
fn f07_a_flipped_bit_is_noticed_and_a_read_error_costs_nothing() {
    let disk = SimulatedDisk::new(1);
    let seams = ManualClock::new().seams(1);
    let spill = builder(&disk, 1).open().unwrap();
    let pool = Pool::builder().memory(ByteSize::mib(1)).spill(spill).seams(seams).build().unwrap();
    let handle = pool.insert(bytes(3, 300_000)).wait().unwrap();
    assert!(handle.evict().wait().unwrap());
    disk.fail(Call::Read, 2, Fault::Flip);
    let corrupt = handle.get().wait().unwrap_err();
    assert_eq!(corrupt.kind(), forebay_pool::ErrorKind::Corrupt);
    disk.fail(Call::Read, 1, Fault::Error);
    let unavailable = handle.get().wait().unwrap_err();
    assert_eq!(unavailable.kind(), forebay_pool::ErrorKind::Unavailable);
    assert_eq!(*handle.get().wait().unwrap(), bytes(3, 300_000));
}

/// Nobody evicts by hand: the pool has room for a quarter of them.
#[test]
fn inserts_and_loads_push_others_out_to_the_disk() {
    let disk = SimulatedDisk::new(1);
    let seams = ManualClock::new().seams(1);
    let spill = builder(&disk, 1).open().unwrap();
    let memory = ByteSize::bytes(12 * 100_000 + (1 << 20));
    let pool = Pool::builder().memory(memory).spill(spill).seams(seams).build().unwrap();
    let handles: Vec<_> = (0..48)
        .map(|name| {
            let length = if name % 2 == 0 { 100_000 } else { 300_000 };
            pool.try_insert(bytes(name, length)).unwrap()
        })
        .collect();
    for (name, handle) in (0..).zip(&handles) {
        let length = if name % 2 == 0 { 100_000 } else { 300_000 };
        assert_eq!(*handle.get().wait().unwrap(), bytes(name, length));
    }
    assert!(pool.stats().medium.unwrap().blobs > 24);
    drop((handles, pool));
    assert_eq!(disk.files(SPILL), ["DOOR", "FOREBAY-SPILL"]);
}
