//! What a power cut leaves of a file.

use std::collections::BTreeSet;

use forebay_journal::disk::simulated::{Remains, SimulatedDisk};

use super::rig::{durable_file, sectors, write};

#[test]
fn unsynced_bytes_may_be_lost_and_synced_bytes_never_are() {
    let mut seen = BTreeSet::new();
    for seed in 0..300 {
        let disk = SimulatedDisk::new(seed);
        let file = durable_file(&disk, "one", &[1; 4096]);
        write(&*file, &[2; 512], 1024);
        disk.power_cut();
        let bytes = disk.read_live("a", "one").unwrap();
        assert_eq!(bytes.len(), 4096, "seed {seed}");
        let (before, rest) = bytes.split_at(1024);
        let (written, after) = rest.split_at(512);
        assert!(before.iter().chain(after).all(|byte| *byte == 1), "seed {seed}");
        seen.insert((written.contains(&1), written.contains(&2)));
    }
    assert_eq!(seen, BTreeSet::from([(true, false), (false, true), (true, true)]));
}

#[test]
fn every_subset_of_sectors_comes_up_over_many_seeds() {
    let mut seen = BTreeSet::new();
    for seed in 0..2000 {
        let disk = SimulatedDisk::new(seed);
        let file = durable_file(&disk, "one", &[0; 2048]);
        write(&*file, &[1; 2048], 0);
        write(&*file, &[2; 1024], 1024);
        disk.power_cut();
        let bytes = disk.read_live("a", "one").unwrap();
        let is_whole = |sector: &[u8]| sector.iter().all(|byte| *byte == sector[0]);
        if bytes.chunks(512).all(is_whole) {
            seen.insert(sectors(&bytes));
        }
    }
    // Two sectors with two states and two with three.
    assert_eq!(seen.len(), 2 * 2 * 3 * 3);
}

#[test]
fn each_kind_of_remains_is_what_it_says() {
    let left = |remains, seed| {
        let disk = SimulatedDisk::new(seed);
        let file = durable_file(&disk, "one", &[0; 1536]);
        write(&*file, &[1; 1024], 0);
        write(&*file, &[2; 512], 1024);
        write(&*file, &[3; 512], 512);
        disk.power_cut_leaving(remains);
        disk.read_live("a", "one").unwrap()
    };
    let whole = |remains| -> BTreeSet<Vec<u8>> {
        let bytes = (0..200).map(|seed| left(remains, seed));
        let is_whole = |sector: &[u8]| sector.iter().all(|byte| *byte == sector[0]);
        bytes.filter(|bytes| bytes.chunks(512).all(is_whole)).map(|all| sectors(&all)).collect()
    };
    assert_eq!(whole(Remains::Nothing), BTreeSet::from([vec![0, 0, 0]]));
    assert_eq!(whole(Remains::Everything), BTreeSet::from([vec![1, 3, 2]]));
    assert!(whole(Remains::Last).contains(&vec![0, 3, 0]));
    let prefixes = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 2], [1, 3, 2]].map(Vec::from);
    assert!(prefixes.iter().all(|prefix| whole(Remains::Prefix).contains(prefix)));
    let subsets = [[0, 0, 2], [0, 3, 2], [1, 3, 0]].map(Vec::from);
    assert!(subsets.iter().all(|subset| whole(Remains::Writes).contains(subset)));
    assert!(whole(Remains::Sectors).contains(&vec![0, 1, 0]));
}

#[test]
fn a_length_is_durable_only_after_a_sync() {
    let mut seen = BTreeSet::new();
    for seed in 0..300 {
        let disk = SimulatedDisk::new(seed);
        let file = durable_file(&disk, "one", &[1; 100]);
        write(&*file, &[2; 50], 100);
        write(&*file, &[3; 1000], 150);
        disk.power_cut();
        let bytes = disk.read_live("a", "one").unwrap();
        assert!(bytes[..100].iter().all(|byte| *byte == 1), "seed {seed}");
        seen.insert((bytes.len(), bytes.get(149).copied()));
    }
    // The length may have come without the bytes, which are zero then.
    let lengths = BTreeSet::from([
        (100, None),
        (150, Some(0)),
        (150, Some(2)),
        (1150, Some(0)),
        (1150, Some(2)),
    ]);
    assert_eq!(seen, lengths);
}

#[test]
fn bytes_that_outlived_their_length_do_not_come_back_when_the_file_grows() {
    for seed in 0..300 {
        let disk = SimulatedDisk::new(seed);
        write(&*durable_file(&disk, "one", &[1; 100]), &[2; 5000], 100);
        disk.power_cut();
        let length = disk.read_live("a", "one").unwrap().len();
        let file = disk.directory("a").open("one", true).unwrap();
        write(&*file, &[3], 9000);
        let bytes = disk.read_live("a", "one").unwrap();
        assert!(bytes[length.max(100)..9000].iter().all(|byte| *byte == 0), "seed {seed}");
    }
}

#[test]
fn one_seed_is_one_disk() {
    let run = |seed| {
        let disk = SimulatedDisk::new(seed);
        let file = durable_file(&disk, "one", &[0; 8192]);
        for at in 0..16u8 {
            write(&*file, &[at; 700], u64::from(at) * 500);
        }
        disk.power_cut();
        disk.read_live("a", "one")
    };
    for seed in 0..50 {
        assert_eq!(run(seed), run(seed));
    }
    assert_ne!((0..50).map(run).collect::<BTreeSet<_>>().len(), 1);
}

#[test]
fn what_a_power_cut_left_is_durable() {
    for seed in 0..50 {
        let disk = SimulatedDisk::new(seed);
        write(&*durable_file(&disk, "one", &[1; 4096]), &[2; 2048], 0);
        disk.power_cut();
        let left = disk.read_live("a", "one");
        disk.power_cut();
        assert_eq!(disk.read_live("a", "one"), left, "seed {seed}");
        assert_eq!(disk.read_durable("a", "one"), left, "seed {seed}");
    }
}
