//! Copies of a disk, for trying many ends of one beginning.

use std::collections::BTreeSet;

use forebay_journal::disk::simulated::{Remains, SimulatedDisk};

use super::rig::{durable_file, write};

#[test]
fn a_copy_is_independent_and_many_cuts_can_be_tried_from_one_state() {
    let disk = SimulatedDisk::new(1);
    write(&*durable_file(&disk, "one", &[1; 4096]), &[2; 4096], 0);
    let mut seen = BTreeSet::new();
    for seed in 0..50 {
        let copy = disk.copy();
        copy.reseed(seed);
        copy.power_cut();
        seen.insert(copy.read_live("a", "one").unwrap());
        assert_eq!(disk.read_live("a", "one").unwrap(), [2; 4096]);
    }
    assert!(seen.len() > 10, "only {} ends", seen.len());
    disk.power_cut_leaving(Remains::Nothing);
    assert_eq!(disk.read_live("a", "one").unwrap(), [1; 4096]);
}

#[test]
fn the_handles_of_a_disk_do_not_reach_its_copy() {
    let disk = SimulatedDisk::new(1);
    let file = durable_file(&disk, "one", &[1; 4096]);
    let copy = disk.copy();
    write(&*file, &[2; 4096], 0);
    assert_eq!(copy.read_live("a", "one").unwrap(), [1; 4096]);
    assert_eq!(disk.read_live("a", "one").unwrap(), [2; 4096]);
}

#[test]
fn a_clone_is_the_same_disk() {
    let disk = SimulatedDisk::new(1);
    let clone = disk.clone();
    durable_file(&disk, "one", b"old");
    assert_eq!(clone.files("a"), ["one"]);
}
