//! What a sync covers, and what one that fails or lies does.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use forebay_journal::disk::DiskFile;
use forebay_journal::disk::simulated::{Call, Fault, Habits, Remains, SimulatedDisk};

use super::rig::{durable_file, sectors, write};

fn failed_sync(seed: u64, habits: Habits) -> (SimulatedDisk, Arc<dyn DiskFile>) {
    let disk = SimulatedDisk::new(seed);
    disk.set_habits(habits);
    let file = durable_file(&disk, "one", &[1; 8192]);
    write(&*file, &[2; 8192], 0);
    disk.fail(Call::Sync, 1, Fault::Error);
    assert!(file.sync().is_err());
    (disk, file)
}

#[test]
fn after_a_failed_sync_a_later_sync_proves_nothing() {
    let mut lost = 0;
    for seed in 0..100 {
        let (disk, file) = failed_sync(seed, Habits::default());
        file.sync().unwrap();
        assert_eq!(disk.read_live("a", "one").unwrap(), [2; 8192], "reads still show it");
        disk.power_cut_leaving(Remains::Everything);
        lost += usize::from(disk.read_live("a", "one").unwrap().contains(&1));
    }
    assert!((20..95).contains(&lost), "{lost} of 100 lost something");
}

#[test]
fn after_a_failed_sync_each_sector_may_have_reached_the_device() {
    let states: BTreeSet<Vec<u8>> = (0..300)
        .map(|seed| {
            let (disk, _file) = failed_sync(seed, Habits::default());
            sectors(&disk.read_durable("a", "one").unwrap())
        })
        .collect();
    assert!(states.contains(&vec![1; 16]) && states.contains(&vec![2; 16]));
    assert!(states.len() > 20, "only {} states", states.len());
}

#[test]
fn what_is_written_after_a_failed_sync_is_covered_by_the_next() {
    for seed in 0..100 {
        let (disk, file) = failed_sync(seed, Habits::default());
        write(&*file, &[3; 512], 512);
        file.sync().unwrap();
        disk.power_cut();
        assert_eq!(sectors(&disk.read_live("a", "one").unwrap())[1], 3, "seed {seed}");
    }
}

#[test]
fn a_disk_that_forgets_shows_the_old_bytes_after_a_failed_sync() {
    let habits = Habits { failed_sync_forgets: true, ..Habits::default() };
    for seed in 0..50 {
        let (disk, _file) = failed_sync(seed, habits);
        assert_eq!(disk.read_live("a", "one"), disk.read_durable("a", "one"), "seed {seed}");
    }
}

#[test]
fn short_memory_forgets_what_a_failed_sync_lost_and_keeps_what_is_unsynced() {
    for seed in 0..50 {
        let (disk, file) = failed_sync(seed, Habits::default());
        let lost = disk.read_durable("a", "one").unwrap();
        write(&*file, &[3; 512], 4096);
        disk.forget_clean();
        let bytes = disk.read_live("a", "one").unwrap();
        assert_eq!(bytes[..4096], lost[..4096], "seed {seed}");
        assert!(bytes[4096..4608].iter().all(|byte| *byte == 3), "seed {seed}");
        assert!(bytes[4608..].iter().all(|byte| *byte == 2), "its page is in memory still");
    }
}

#[test]
fn a_lying_sync_does_nothing_and_the_next_honest_one_does_it() {
    let disk = SimulatedDisk::new(1);
    let file = durable_file(&disk, "one", b"old");
    write(&*file, b"new", 0);
    disk.fail(Call::Sync, 1, Fault::Lie);
    file.sync().unwrap();
    assert_eq!(disk.read_durable("a", "one").unwrap(), b"old");
    file.sync().unwrap();
    assert_eq!(disk.read_durable("a", "one").unwrap(), b"new");
}

#[test]
fn a_sync_that_fails_after_its_work_has_done_it() {
    let disk = SimulatedDisk::new(1);
    let file = durable_file(&disk, "one", b"old");
    write(&*file, b"new", 0);
    disk.fail(Call::Sync, 1, Fault::ErrorAfter);
    assert!(file.sync().is_err());
    assert_eq!(disk.read_durable("a", "one").unwrap(), b"new");
}

#[test]
fn a_sync_covers_what_was_there_when_it_began() {
    let disk = SimulatedDisk::new(1);
    let file = durable_file(&disk, "one", b"old old");
    let directory = disk.directory("a");
    write(&*file, b"new", 0);
    let during = Mutex::new(Some((Arc::clone(&file), Arc::clone(&directory))));
    disk.on_call(Box::new(move |call| {
        let is_sync = matches!(call, Call::Sync);
        let taken = if is_sync { during.lock().unwrap().take() } else { None };
        if let Some((file, directory)) = taken {
            write(&*file, b"new", 4);
            directory.create("two").unwrap();
        }
    }));
    file.sync().unwrap();
    assert_eq!(disk.read_durable("a", "one").unwrap(), b"new old");
    assert_eq!(disk.read_live("a", "one").unwrap(), b"new new");
    disk.off_call();
    file.sync().unwrap();
    assert_eq!(disk.read_durable("a", "one").unwrap(), b"new new");
}

#[test]
fn a_sync_of_one_file_says_nothing_about_another() {
    let disk = SimulatedDisk::new(1);
    let one = durable_file(&disk, "one", b"old");
    let two = durable_file(&disk, "two", b"old");
    write(&*one, b"new", 0);
    write(&*two, b"new", 0);
    two.sync().unwrap();
    disk.power_cut_leaving(Remains::Nothing);
    assert_eq!(disk.read_live("a", "one").unwrap(), b"old");
    assert_eq!(disk.read_live("a", "two").unwrap(), b"new");
}
