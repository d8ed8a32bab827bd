//! One segment after the other while others write.

use forebay_journal::Frame;
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::Durability;
use shuttle::thread;

use crate::rig::{SCHEDULES, Threads, four_wait, is_on_the_device, open};

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
            for writer in writers {
                writer.join().unwrap();
            }
        },
        SCHEDULES / 4,
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
