//! A journal that was closed in order, with some of its bits changed: a reader finds every record as it
//! was written, or says that the journal is damaged. Never a wrong value. One change is never a silent
//! loss either; several may have hit the records and all that bears witness to them.
#![no_main]

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_journal::format::{identity, segment};
use forebay_journal::{Frame, Journal, Settings};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, ErrorKind};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((shape, mutations)) = bytes.split_at_checked(8) else { return };
    let disk = SimulatedDisk::new(1);
    let written = write(&disk, shape);
    for mutation in mutations.chunks_exact(4).take(16) {
        mutate(&disk, mutation);
    }
    let mut found = Vec::new();
    let read = forebay_journal::read(disk.directory("a"), |_, record| {
        found.push(record.to_vec());
        Ok(())
    });
    assert!(written.starts_with(&found), "no record is wrong");
    match read {
        Ok(_) if mutations.len() >= 8 => {}
        Ok(_) => assert_eq!(found.len(), written.len(), "nothing is lost in silence"),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Corrupt),
    }
});

/// A few frames, synced or not as the shape says.
fn write(disk: &SimulatedDisk, shape: &[u8]) -> Vec<Vec<u8>> {
    let seams = ManualClock::new().seams(1);
    let settings =
        Settings { segment_bytes: 64 << 10, bytes_max: 1 << 20, seams, ..Settings::default() };
    let opened = Journal::open(disk.directory("a"), settings, |_, _| Ok(()));
    let (journal, _) = opened.expect("the disk is well");
    let mut written = Vec::new();
    for (at, byte) in (0_u8..).zip(shape) {
        let record = vec![at; usize::from(*byte >> 2) * usize::from(*byte % 4 + 1)];
        let frame = Frame::of(&record).expect("it is short");
        let number = journal.append(&frame).expect("there is room");
        if byte & 1 == 0 {
            journal.wait(number, Durability::Synced).expect("the disk is well");
        }
        written.push(record);
    }
    journal.close().expect("the disk is well");
    written
}

/// Changes one bit, mostly where there is something.
fn mutate(disk: &SimulatedDisk, mutation: &[u8]) {
    let bit = u64::from(mutation[1]) | u64::from(mutation[2]) << 8 | u64::from(mutation[3]) << 16;
    match mutation[0] % 8 {
        0 => disk.flip_bit("a", identity::NAME, bit % (3 * 4096 * 8)),
        1 => disk.flip_bit("a", &segment::name(1), bit % (4096 * 8)),
        2 => disk.truncate("a", &segment::name(1), bit % (64 << 10)),
        _ => disk.flip_bit("a", &segment::name(1), 4096 * 8 + bit % (9 * 4096 * 8)),
    };
}
