//! A disk that is full.

use std::collections::BTreeSet;
use std::io::ErrorKind;

use forebay_journal::disk::simulated::SimulatedDisk;

use super::rig::{durable_file, write};

#[test]
fn a_write_that_does_not_fit_applies_a_part_and_fails() {
    let mut lengths = BTreeSet::new();
    for seed in 0..100 {
        let disk = SimulatedDisk::new(seed);
        let file = durable_file(&disk, "one", &[1; 100]);
        disk.set_room(8192);
        let error = file.write_at(&[2; 9000], 100).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StorageFull);
        let bytes = disk.read_live("a", "one").unwrap();
        assert!(bytes.len() <= 8192 && bytes[..100] == [1; 100]);
        assert!(bytes[100..].iter().all(|byte| *byte == 2), "seed {seed}");
        lengths.insert(bytes.len());
    }
    assert!(lengths.len() > 50);
}

#[test]
fn what_a_file_has_it_can_always_overwrite() {
    let disk = SimulatedDisk::new(1);
    let file = durable_file(&disk, "one", &[1; 5000]);
    disk.set_room(0);
    write(&*file, &[2; 5000], 0);
    write(&*file, &[3; 3192], 5000);
    assert!(file.write_at(&[4], 8192).is_err());
}

#[test]
fn files_take_whole_blocks_and_removing_or_replacing_one_frees_them() {
    let disk = SimulatedDisk::new(1);
    let directory = disk.directory("a");
    durable_file(&disk, "one", &[1]);
    durable_file(&disk, "two", &[1; 4097]);
    disk.set_room(4 * 4096);
    let three = durable_file(&disk, "three", &[1; 4096]);
    assert!(three.write_at(&[1], 4096).is_err());
    directory.remove("one").unwrap();
    write(&*three, &[1], 4096);
    directory.rename("three", "two").unwrap();
    write(&*three, &[1; 8192], 8192);
    assert!(three.write_at(&[1], 4 * 4096).is_err());
}

#[test]
fn more_room_helps() {
    let disk = SimulatedDisk::new(1);
    let file = durable_file(&disk, "one", b"");
    disk.set_room(4096);
    assert!(file.write_at(&[1; 8192], 0).is_err());
    disk.set_room(8192);
    write(&*file, &[1; 8192], 0);
}
