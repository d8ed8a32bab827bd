//! Torn sectors and shorn blocks.

use std::collections::BTreeSet;

use forebay_journal::disk::simulated::{Habits, Remains, SimulatedDisk};

use super::rig::{durable_file, write};

#[test]
fn a_sector_may_be_torn_at_any_byte_between_two_of_its_states() {
    let mut tears = BTreeSet::new();
    for seed in 0..3000 {
        let disk = SimulatedDisk::new(seed);
        write(&*durable_file(&disk, "one", &[1; 512]), &[2; 512], 0);
        disk.power_cut_leaving(Remains::Sectors);
        let bytes = disk.read_live("a", "one").unwrap();
        let changes = bytes.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!(changes <= 1 && bytes.iter().all(|byte| matches!(byte, 1 | 2)), "seed {seed}");
        tears.extend(bytes.windows(2).position(|pair| pair[0] != pair[1]));
    }
    assert!(tears.len() > 300, "only {} places of tears", tears.len());
}

#[test]
fn tearing_never_harms_bytes_that_did_not_change() {
    for seed in 0..500 {
        let disk = SimulatedDisk::new(seed);
        let file = durable_file(&disk, "one", &[1; 512]);
        write(&*file, &[2; 100], 200);
        write(&*file, &[3; 100], 250);
        disk.power_cut_leaving(Remains::Sectors);
        let bytes = disk.read_live("a", "one").unwrap();
        let outside = bytes[..200].iter().chain(&bytes[350..]);
        assert!(outside.copied().all(|byte| byte == 1), "seed {seed}");
    }
}

/// Three durable blocks of which the second gets a small write, and what a power cut leaves.
fn cut_small_write(seed: u64, habits: Habits) -> Vec<u8> {
    let disk = SimulatedDisk::new(seed);
    disk.set_habits(habits);
    write(&*durable_file(&disk, "one", &[1; 3 * 4096]), &[2; 16], 4096 + 1000);
    disk.power_cut();
    disk.read_live("a", "one").unwrap()
}

#[test]
fn a_shorn_block_is_garbage_altogether_and_blocks_at_rest_are_never_touched() {
    let habits = Habits { shorn_blocks: true, ..Habits::default() };
    let mut shorn = 0;
    for seed in 0..300 {
        let bytes = cut_small_write(seed, habits);
        let at_rest = bytes[..4096].iter().chain(&bytes[2 * 4096..]);
        assert!(at_rest.copied().all(|byte| byte == 1), "seed {seed}");
        shorn += usize::from(bytes[4096..5000].iter().any(|byte| *byte != 1));
    }
    assert!((20..150).contains(&shorn), "{shorn} of 300");
}

#[test]
fn without_the_habit_no_block_is_shorn() {
    for seed in 0..300 {
        let bytes = cut_small_write(seed, Habits::default());
        assert!(bytes[4096..5000].iter().all(|byte| *byte == 1), "seed {seed}");
    }
}
