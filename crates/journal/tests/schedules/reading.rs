//! A helper that reads ahead, and the thread that it reads for.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::{Verdict, copy};
use forebay_store::Durability;

use crate::rig::{SCHEDULES, Threads, append_with_room, open, settings};

#[test]
fn whoever_reads_ahead_no_record_is_lost_or_moved_and_nobody_waits_for_ever() {
    shuttle::check_random(
        || {
            let disk = SimulatedDisk::new(4);
            let journal = open(&disk, Threads);
            for round in 0..4_u8 {
                let number = append_with_room(&journal, &vec![round; 25 << 10]).unwrap();
                journal.wait(number, Durability::Synced).unwrap();
            }
            journal.close().unwrap();
            drop(journal);
            // It reads everything, with help, before it copies anything.
            let copied = copy(disk.directory("a"), disk.directory("b"), settings(Threads).seams);
            let copied = copied.unwrap();
            assert!(matches!(copied.verified.verdict, Verdict::Good(_)));
            assert_eq!((copied.verified.records, copied.frames), (4, 4));
        },
        SCHEDULES / 2,
    );
}
