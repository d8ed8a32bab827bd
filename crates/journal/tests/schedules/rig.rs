//! A journal whose jobs are threads of the explorer, and those who write to it.

use std::sync::Arc;

use forebay_journal::disk::simulated::{Call, Fault, Remains, SimulatedDisk};
use forebay_journal::{Frame, Journal, Settings};
use forebay_store::seam::manual::{ManualClock, SeededRandom};
use forebay_store::seam::{Job, Spawn};
use forebay_store::{Durability, ErrorKind, Seams};
use shuttle::thread;

pub(crate) const SCHEDULES: usize = 2000;

/// Every job on a thread of the explorer.
pub(crate) struct Threads;

impl Spawn for Threads {
    fn run(&self, job: Job) {
        thread::spawn(job);
    }
}

/// Loses every job that it is given.
pub(crate) struct Losing;

impl Spawn for Losing {
    fn run(&self, job: Job) {
        drop(job);
    }
}

pub(crate) fn settings(spawn: impl Spawn) -> Settings {
    let seams = Seams {
        clock: ManualClock::new(),
        spawn: Arc::new(spawn),
        random: Arc::new(SeededRandom::new(7)),
    };
    Settings { segment_bytes: 64 << 10, bytes_max: 1 << 20, seams, ..Settings::default() }
}

pub(crate) fn open(disk: &SimulatedDisk, spawn: impl Spawn) -> Journal {
    Journal::open(disk.directory("a"), settings(spawn), |_, _| Ok(())).unwrap().0
}

pub(crate) fn records_after(disk: &SimulatedDisk) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let opened = Journal::open(disk.directory("a"), settings(Threads), |_, record| {
        found.push(record.to_vec());
        Ok(())
    });
    opened.unwrap();
    found
}

/// Looks whether what is acknowledged to be synced would be there after a power cut this instant.
pub(crate) fn is_on_the_device(disk: &SimulatedDisk, record: &[u8]) {
    let cut = disk.copy();
    cut.heal();
    cut.power_cut_leaving(Remains::Nothing);
    let found = records_after(&cut);
    assert!(found.iter().any(|other| other == record), "G1: it was acknowledged, and is gone");
}

pub(crate) fn append(journal: &Journal, record: &[u8]) -> u64 {
    journal.append(&Frame::of(record).unwrap()).unwrap()
}

/// Appends a record as soon as there is room for it; `None` once the journal has failed.
pub(crate) fn append_with_room(journal: &Journal, record: &[u8]) -> Option<u64> {
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

/// Three threads that append and wait twice each; whatever is acknowledged is on the device.
pub(crate) fn three_write_and_wait(disk: &SimulatedDisk, failing_sync: Option<u64>) -> usize {
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

/// Three threads wait for syncs and one for a write; says how many were told that all is well. What
/// is acknowledged as synced is on the device.
pub(crate) fn four_wait(disk: &SimulatedDisk, journal: &Journal, length: usize) -> usize {
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
