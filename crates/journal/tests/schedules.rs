//! The two roles of the writer under a schedule explorer: `cargo xtask schedules`, which sets
//! `--cfg shuttle`.
//!
//! A few threads append and wait on a simulated disk, under thousands of schedules. Nobody may wait
//! for ever (the explorer calls that a deadlock), and what was acknowledged must be there after
//! the fault of its rung.
#![cfg(shuttle)]
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

use std::sync::Arc;
use std::time::Duration;

use forebay_journal::disk::simulated::{Call, Fault, Remains, SimulatedDisk};
use forebay_journal::{Frame, Journal, Settings};
use forebay_store::seam::manual::{ManualClock, SeededRandom};
use forebay_store::seam::{Job, Spawn};
use forebay_store::{Durability, ErrorKind, Seams};
use shuttle::rand::{Rng, RngCore};
use shuttle::thread;

const SCHEDULES: usize = 2000;

/// Every job on a thread of the explorer.
struct Threads;

impl Spawn for Threads {
    fn run(&self, job: Job) {
        thread::spawn(job);
    }
}

/// Loses every job that it is given.
struct Losing;

impl Spawn for Losing {
    fn run(&self, job: Job) {
        drop(job);
    }
}

fn settings(spawn: impl Spawn) -> Settings {
    let seams = Seams {
        clock: ManualClock::new(),
        spawn: Arc::new(spawn),
        random: Arc::new(SeededRandom::new(7)),
    };
    Settings { segment_bytes: 64 << 10, bytes_max: 1 << 20, seams, ..Settings::default() }
}

fn open(disk: &SimulatedDisk, spawn: impl Spawn) -> Journal {
    Journal::open(disk.directory("a"), settings(spawn), |_, _| Ok(())).unwrap().0
}

fn records_after(disk: &SimulatedDisk) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let opened = Journal::open(disk.directory("a"), settings(Threads), |_, record| {
        found.push(record.to_vec());
        Ok(())
    });
    opened.unwrap();
    found
}

/// Looks whether what is acknowledged to be synced would be there after a power cut this instant.
fn is_on_the_device(disk: &SimulatedDisk, record: &[u8]) {
    let cut = disk.copy();
    cut.heal();
    cut.power_cut_leaving(Remains::Nothing);
    let found = records_after(&cut);
    assert!(found.iter().any(|other| other == record), "G1: it was acknowledged, and is gone");
}

fn append(journal: &Journal, record: &[u8]) -> u64 {
    journal.append(&Frame::of(record).unwrap()).unwrap()
}

/// Three threads that append and wait twice each; whatever is acknowledged is on the device.
fn three_write_and_wait(disk: &SimulatedDisk, failing_sync: Option<u64>) -> usize {
    let journal = open(disk, Threads);
    if let Some(nth) = failing_sync {
        disk.fail(Call::Sync, nth, Fault::Error);
    }
    let writers = [0_u8, 1, 2].map(|name| {
        let (journal, disk) = (journal.clone(), disk.clone());
        thread::spawn(move || {
            let mut acknowledged = 0;
            for round in 0..2_u8 {
                let record = [name, round];
                let Ok(number) = journal.append(&Frame::of(&record).unwrap()) else { break };
                if journal.wait(number, Durability::Synced).is_ok() {
                    is_on_the_device(&disk, &record);
                    acknowledged += 1;
                }
            }
            acknowledged
        })
    });
    writers.into_iter().map(|writer| writer.join().unwrap()).sum()
}

#[test]
fn all_who_wait_for_a_sync_are_answered_and_kept() {
    shuttle::check_random(
        || assert_eq!(three_write_and_wait(&SimulatedDisk::new(1), None), 6),
        SCHEDULES,
    );
}

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
            writers.into_iter().for_each(|writer| writer.join().unwrap());
            assert_eq!(journal.position().synced, 2);
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
fn segments_change_hands_while_others_write_and_sync() {
    shuttle::check_random(
        || {
            let disk = SimulatedDisk::new(6);
            let journal = open(&disk, Threads);
            let writers = [0_u8, 1].map(|name| {
                let (journal, disk) = (journal.clone(), disk.clone());
                thread::spawn(move || {
                    for round in 0..3_u8 {
                        let mut record = vec![name; 25 << 10];
                        record[0] = round;
                        let frame = Frame::of(&record).unwrap();
                        let number = loop {
                            match journal.append(&frame) {
                                Ok(number) => break number,
                                Err(_) => journal.make_room(frame.length()).unwrap(),
                            }
                        };
                        journal.wait(number, Durability::Synced).unwrap();
                        is_on_the_device(&disk, &record);
                    }
                })
            });
            writers.into_iter().for_each(|writer| writer.join().unwrap());
        },
        SCHEDULES / 4,
    );
}

/// Appends a record as soon as there is room for it; `None` once the journal has failed.
fn append_with_room(journal: &Journal, record: &[u8]) -> Option<u64> {
    let frame = Frame::of(record).unwrap();
    loop {
        match journal.append(&frame) {
            Ok(number) => return Some(number),
            Err(error) if error.kind() == ErrorKind::Busy => {
                journal.make_room(frame.length()).ok()?;
            }
            Err(_) => return None,
        }
    }
}

/// Three threads wait for syncs and one for a write; says how many were told that all is well. What
/// is acknowledged as synced is on the device.
fn four_wait(disk: &SimulatedDisk, journal: &Journal, length: usize) -> usize {
    let writers = [0_u8, 1, 2, 3].map(|name| {
        let (journal, disk) = (journal.clone(), disk.clone());
        thread::spawn(move || {
            let record = vec![name; length];
            let Some(number) = append_with_room(&journal, &record) else { return false };
            let rung = if name == 3 { Durability::Journaled } else { Durability::Synced };
            let is_told = journal.wait(number, rung).is_ok();
            if is_told && rung == Durability::Synced {
                is_on_the_device(&disk, &record);
            }
            is_told
        })
    });
    writers.into_iter().map(|writer| usize::from(writer.join().unwrap())).sum()
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

#[test]
fn all_who_wait_are_woken_when_a_segment_is_full() {
    shuttle::check_random(
        || {
            let disk = SimulatedDisk::new(1);
            let journal = open(&disk, Threads);
            assert_eq!(four_wait(&disk, &journal, 22 << 10), 4);
        },
        SCHEDULES,
    );
}
