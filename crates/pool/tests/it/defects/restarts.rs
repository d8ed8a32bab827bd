//! A process begins where another one has ended.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_pool::{Archive, ArchiveSettings, ByteSize, DirMedium, Handle, Pool, Quota};
use forebay_store::seam::manual::ManualClock;

use crate::rig::bytes;

const LENGTHS: [usize; 4] = [0, 100, 20_000, 400_000];

/// A process with a spill and an archive.
fn begin(disk: &SimulatedDisk, process: u64) -> (Pool, Archive) {
    let seams = || ManualClock::new().seams(process);
    let spill = DirMedium::builder().directory(disk.directory("spill"), Quota::unbounded());
    let spill = spill.seams(seams()).open().unwrap();
    let pool = Pool::builder().memory(ByteSize::mib(2)).spill(spill).seams(seams());
    let pool = pool.build().unwrap();
    let settings = ArchiveSettings::default();
    let archive = pool.archive_in(disk.directory("archive"), settings).wait().unwrap();
    (pool, archive)
}

#[test]
fn f04_what_a_dead_process_has_kept_is_opened_spilled_changed_and_kept_again() {
    for is_cut in [false, true] {
        let disk = SimulatedDisk::new(1);
        let (pool, archive) = begin(&disk, 1);
        let mut keys = Vec::new();
        for length in LENGTHS {
            let object = pool.insert(bytes(3, length)).wait().unwrap();
            object.evict().wait().unwrap();
            keys.push(archive.keep(&object).wait().unwrap());
        }
        if is_cut {
            disk.power_cut();
        } else {
            disk.kill();
        }
        drop((archive, pool));
        let (pool, archive) = begin(&disk, 2);
        for (key, length) in keys.into_iter().zip(LENGTHS) {
            for _ in 0..2 {
                let mut object: Handle<Vec<u8>> = archive.open(key).wait().unwrap();
                assert_eq!(*object.get().wait().unwrap(), bytes(3, length));
                object.get_mut().wait().unwrap().push(9);
                assert!(object.evict().wait().unwrap());
                assert_eq!(object.get().wait().unwrap()[length], 9);
                let changed = archive.keep(&object).wait().unwrap();
                assert_ne!(changed, key);
                assert!(archive.delete(changed).wait().unwrap());
            }
        }
        drop((archive, pool));
    }
}
