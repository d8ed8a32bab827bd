//! What is asked of the system, counted.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_pool::{
    BlobCodec, ByteSize, DirMedium, Handle, HeapBytes, Object, Pool, Postcard, Quota,
};
use forebay_store::seam::manual::ManualClock;
use serde::{Deserialize, Serialize};

use crate::rig::bytes;

/// For serde a row of bytes is a value a byte.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Bytes(Vec<u8>);

impl Object for Bytes {
    const NAME: &'static str = "bytes";
    const CODEC: &'static dyn BlobCodec<Self> = &Postcard;

    fn heap_bytes(&self) -> usize {
        self.0.on_heap()
    }
}

fn pool(disk: &SimulatedDisk, quota: Quota) -> Pool {
    let seams = || ManualClock::new().seams(1);
    let spill = DirMedium::builder().directory(disk.directory("spill"), quota).seams(seams());
    let pool = Pool::builder().memory(ByteSize::mib(16)).spill(spill.open().unwrap());
    pool.seams(seams()).build().unwrap()
}

#[test]
fn f08_a_mebibyte_of_single_values_is_written_and_read_in_a_few_calls() {
    let disk = SimulatedDisk::new(1);
    let pool = pool(&disk, Quota::unbounded());
    let handle = pool.insert(Bytes(bytes(3, 1 << 20))).wait().unwrap();
    let before = disk.counts();
    assert!(handle.evict().wait().unwrap());
    let written = disk.counts();
    assert_eq!(handle.get().wait().unwrap().0, bytes(3, 1 << 20));
    let read = disk.counts();
    let (writes, reads) = (written.writes - before.writes, read.reads - written.reads);
    assert!(writes <= 12 && reads <= 12, "{writes} writes and {reads} reads");
}

fn spilled(pool: &Pool, count: u8, length: usize) -> Vec<Handle<Vec<u8>>> {
    let insert = |name| {
        let handle = pool.insert(bytes(name, length)).wait().unwrap();
        assert!(handle.evict().wait().unwrap());
        handle
    };
    (0..count).map(insert).collect()
}

#[test]
fn f21_what_objects_took_on_the_disk_is_used_again_and_given_back() {
    let disk = SimulatedDisk::new(1);
    let free = || disk.directory("spill").free_bytes().unwrap().unwrap();
    disk.set_room(64 << 20);
    drop(pool(&disk, Quota::unbounded()));
    let before = free();
    let pool = pool(&disk, Quota::bytes(ByteSize::mib(3)));
    let taken = || pool.stats().medium.unwrap().bytes;
    drop(spilled(&pool, 25, 100_000));
    let first = taken();
    for _ in 0..3 {
        drop(spilled(&pool, 25, 100_000));
        assert_eq!(taken(), first, "the same room, again and again");
    }
    // There is no room beside it, so it goes for others.
    drop(spilled(&pool, 9, 300_000));
    drop(spilled(&pool, 25, 100_000));
    assert!(taken() <= 3 << 20);
    drop(pool);
    assert_eq!(free(), before);
}
