//! What those who wait for a sync are owed.

use std::panic::resume_unwind;
use std::time::Duration;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::Durability;
use shuttle::thread;

use crate::rig::{
    Losing, SCHEDULES, Threads, append, is_on_the_device, open, three_write_and_wait,
};

#[test]
fn all_who_wait_for_a_sync_are_answered_and_kept() {
    shuttle::check_random(
        || assert_eq!(three_write_and_wait(&SimulatedDisk::new(1), None), 6),
        SCHEDULES,
    );
}

#[test]
fn a_write_during_a_sync_is_not_taken_for_synced() {
    shuttle::check_random(
        || {
            let disk = SimulatedDisk::new(2);
            let journal = open(&disk, Threads);
            let first = append(&journal, b"first");
            let syncing = {
                let journal = journal.clone();
                thread::spawn(move || journal.wait(first, Durability::Synced).unwrap())
            };
            let second = append(&journal, b"second");
            journal.wait(second, Durability::Journaled).unwrap();
            journal.when(second, Durability::Synced).wait().unwrap();
            is_on_the_device(&disk, b"second");
            syncing.join().unwrap();
        },
        SCHEDULES,
    );
}

#[test]
fn threads_and_operations_share_syncs_and_none_is_forgotten() {
    shuttle::check_random(
        || {
            let disk = SimulatedDisk::new(2);
            let journal = open(&disk, Threads);
            let blocking = {
                let (journal, disk) = (journal.clone(), disk.clone());
                thread::spawn(move || {
                    let number = append(&journal, b"blocking");
                    journal.wait(number, Durability::Synced).unwrap();
                    is_on_the_device(&disk, b"blocking");
                })
            };
            let written = {
                let (journal, disk) = (journal.clone(), disk.clone());
                thread::spawn(move || {
                    let number = append(&journal, b"written");
                    journal.wait(number, Durability::Journaled).unwrap();
                    let op = journal.when(number, Durability::Synced);
                    op.wait().unwrap();
                    is_on_the_device(&disk, b"written");
                })
            };
            let number = append(&journal, b"operation");
            drop(journal.when(number, Durability::Synced));
            let op = journal.when(number, Durability::Synced);
            let dropped = journal.when(number, Durability::Synced);
            // A wait that has a limit has a job do it, and here the limit never comes.
            let limited = {
                let journal = journal.clone();
                thread::spawn(move || {
                    let number = append(&journal, b"limited");
                    let op = journal.when(number, Durability::Synced);
                    op.wait_timeout(Duration::MAX).unwrap().unwrap();
                })
            };
            drop(dropped);
            op.wait().unwrap();
            is_on_the_device(&disk, b"operation");
            limited.join().unwrap();
            blocking.join().unwrap();
            written.join().unwrap();
        },
        SCHEDULES,
    );
}

#[test]
fn a_lost_job_keeps_nobody_waiting_who_waits_himself() {
    shuttle::check_random(
        || {
            let disk = SimulatedDisk::new(3);
            let journal = open(&disk, Losing);
            let writers = [0_u8, 1].map(|name| {
                let journal = journal.clone();
                thread::spawn(move || {
                    let number = append(&journal, &[name]);
                    drop(journal.when(number, Durability::Synced));
                    journal.wait(number, Durability::Synced).unwrap();
                })
            });
            for writer in writers {
                writer.join().unwrap();
            }
            assert_eq!(journal.position().synced, 2);
        },
        SCHEDULES,
    );
}

#[test]
fn a_panic_when_a_sync_is_done_leaves_nobody_asleep() {
    shuttle::check_random(
        || {
            let disk = SimulatedDisk::new(4);
            let journal = open(&disk, Threads);
            let writers = [0_u8, 1, 2].map(|name| {
                let journal = journal.clone();
                thread::spawn(move || {
                    let number = append(&journal, &[name]);
                    let mut first = || {
                        if name == 0 {
                            resume_unwind(Box::new("on purpose"));
                        }
                    };
                    journal.wait_synced_with(number, &mut first).unwrap();
                    assert!(journal.position().synced >= number);
                })
            });
            for writer in writers {
                writer.join().unwrap();
            }
        },
        SCHEDULES,
    );
}
