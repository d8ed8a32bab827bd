//! What is told when the disk fails, and to whom.

use forebay_journal::Frame;
use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_store::Durability;
use shuttle::rand::{Rng, RngCore};
use shuttle::thread;

use crate::rig::{
    SCHEDULES, Threads, append, append_with_room, four_wait, is_on_the_device, open,
    three_write_and_wait,
};

#[test]
fn a_sync_that_fails_loses_nothing_that_is_acknowledged_by_anybody() {
    shuttle::check_random(
        || {
            let disk = SimulatedDisk::new(shuttle::rand::thread_rng().next_u64());
            // Some of the syncs are those of whoever prepares the next segment.
            let nth = shuttle::rand::thread_rng().gen_range(1..8);
            three_write_and_wait(&disk, Some(nth));
        },
        SCHEDULES,
    );
}

#[test]
fn a_disk_that_fails_for_good_is_told_to_everybody() {
    shuttle::check_random(
        || {
            let disk = SimulatedDisk::new(5);
            let journal = open(&disk, Threads);
            disk.fail_from(Call::Sync, 1, Fault::Error);
            let writers = [0_u8, 1].map(|name| {
                let journal = journal.clone();
                thread::spawn(move || {
                    let number = append(&journal, &[name]);
                    let op = journal.when(number, Durability::Synced);
                    let waited = journal.wait(number, Durability::Synced);
                    assert!(waited.is_err() && op.wait().is_err(), "it is not on the device");
                })
            });
            let mut told = 0;
            for writer in writers {
                // Whoever came after the failure could not append at all.
                told += usize::from(writer.join().is_ok());
            }
            assert!(told > 0);
            assert!(journal.append(&Frame::of(b"later").unwrap()).is_err(), "the error is sticky");
        },
        SCHEDULES,
    );
}

#[test]
fn a_full_segment_does_not_sync_again_what_a_sync_has_failed_for() {
    shuttle::check_random(
        || {
            let disk = SimulatedDisk::new(shuttle::rand::thread_rng().next_u64());
            let journal = open(&disk, Threads);
            disk.fail(Call::Sync, shuttle::rand::thread_rng().gen_range(1..6), Fault::Error);
            let syncing = {
                let (journal, disk) = (journal.clone(), disk.clone());
                thread::spawn(move || {
                    let record = vec![1; 25 << 10];
                    let Some(number) = append_with_room(&journal, &record) else { return };
                    if journal.wait(number, Durability::Synced).is_ok() {
                        is_on_the_device(&disk, &record);
                    }
                })
            };
            for round in 2..5_u8 {
                let record = vec![round; 25 << 10];
                let Some(number) = append_with_room(&journal, &record) else { break };
                if journal.wait(number, Durability::Journaled).is_err() {
                    break;
                }
            }
            syncing.join().unwrap();
        },
        SCHEDULES,
    );
}

#[test]
fn all_who_wait_are_woken_after_a_failed_write() {
    shuttle::check_random(
        || {
            let disk = SimulatedDisk::new(shuttle::rand::thread_rng().next_u64());
            let journal = open(&disk, Threads);
            disk.fail(Call::Write, shuttle::rand::thread_rng().gen_range(1..4), Fault::Error);
            four_wait(&disk, &journal, 1);
        },
        SCHEDULES,
    );
}

/// What is written again may be more than the sync should have covered: enough for some of those who
/// wait for the next one, and not for all.
#[test]
fn all_who_wait_are_woken_after_a_failed_sync() {
    let run = || {
        let disk = SimulatedDisk::new(shuttle::rand::thread_rng().next_u64());
        let journal = open(&disk, Threads);
        disk.fail(Call::Sync, shuttle::rand::thread_rng().gen_range(1..4), Fault::Error);
        assert_eq!(four_wait(&disk, &journal, 1), 4);
    };
    shuttle::check_random(run, SCHEDULES);
    shuttle::check_pct(run, SCHEDULES, 4);
}

#[test]
fn all_who_wait_are_woken_after_a_write_has_failed_for_good() {
    shuttle::check_random(
        || {
            let disk = SimulatedDisk::new(shuttle::rand::thread_rng().next_u64());
            let journal = open(&disk, Threads);
            disk.fail_from(Call::Write, shuttle::rand::thread_rng().gen_range(1..4), Fault::Error);
            four_wait(&disk, &journal, 1);
        },
        SCHEDULES,
    );
}
