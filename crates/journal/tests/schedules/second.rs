//! A call fails, and the journal goes on in its second directory while others write.

use forebay_journal::Journal;
use forebay_journal::disk::Directories;
use forebay_journal::disk::simulated::{Call, Fault, Remains, SimulatedDisk};
use forebay_store::Durability;
use shuttle::rand::{Rng, RngCore};
use shuttle::thread;

use crate::rig::{SCHEDULES, Threads, append_with_room, settings};

/// Both directories, here on one disk, so that a copy is one of a single moment.
fn both(disk: &SimulatedDisk) -> Directories {
    Directories::from(disk.directory("a")).with_second(disk.directory("b"))
}

/// Looks whether what is acknowledged to be synced would be there after a power cut this instant.
fn is_on_the_device(disk: &SimulatedDisk, record: &[u8]) {
    let cut = disk.copy();
    cut.heal();
    cut.power_cut_leaving(Remains::Nothing);
    let mut is_found = false;
    let opened = Journal::open(both(&cut), settings(Threads), |_, found| {
        is_found |= found == record;
        Ok(())
    });
    opened.unwrap();
    assert!(is_found, "G1: it was acknowledged, and is gone");
}

/// Three threads write two records each, of which two fill a segment, and one waits for less.
fn three_write(call: Call, nth: u64) {
    let disk = SimulatedDisk::new(shuttle::rand::thread_rng().next_u64());
    let (journal, _) = Journal::open(both(&disk), settings(Threads), |_, _| Ok(())).unwrap();
    disk.fail(call, nth, Fault::Error);
    let writers = [0_u8, 1, 2].map(|name| {
        let (journal, disk) = (journal.clone(), disk.clone());
        thread::spawn(move || {
            for round in 0..2_u8 {
                let mut record = vec![name; 25 << 10];
                record[0] = round;
                let number = append_with_room(&journal, &record).expect("it goes on");
                if name == 2 {
                    journal.wait(number, Durability::Journaled).unwrap();
                } else {
                    journal.wait(number, Durability::Synced).unwrap();
                    is_on_the_device(&disk, &record);
                }
            }
        })
    });
    for writer in writers {
        writer.join().unwrap();
    }
    assert!(journal.failure().is_none(), "it is sticky only when both have failed");
}

#[test]
fn one_failed_sync_hinders_nobody_and_loses_nothing_acknowledged() {
    shuttle::check_random(
        || three_write(Call::Sync, shuttle::rand::thread_rng().gen_range(1..8)),
        SCHEDULES / 4,
    );
}

#[test]
fn one_failed_write_hinders_nobody_and_loses_nothing_acknowledged() {
    shuttle::check_random(
        || three_write(Call::Write, shuttle::rand::thread_rng().gen_range(1..60)),
        SCHEDULES / 4,
    );
}
