//! What cannot be put away when it is retired.

use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_journal::{Frame, Journal, Settings};
use forebay_store::Durability;
use forebay_store::seam::manual::ManualClock;

const SEGMENT: u64 = 64 << 10;

/// Fills some segments and says the last record.
fn fill(journal: &Journal) -> u64 {
    let frame = Frame::of(&[1; 6000]).unwrap();
    let mut last = 0;
    for _ in 0..40 {
        journal.make_room(frame.length()).unwrap();
        last = journal.append(&frame).unwrap();
        journal.wait(last, Durability::Synced).unwrap();
    }
    last
}

fn segments(disk: &SimulatedDisk) -> usize {
    disk.files("a").iter().filter(|name| name.contains(".seg")).count()
}

#[test]
fn a_segment_that_could_not_be_put_away_goes_with_the_next_that_are_retired() {
    for call in [Call::Rename, Call::Remove, Call::SyncDirectory] {
        for nth in 1..6 {
            let disk = SimulatedDisk::new(1);
            let seams = ManualClock::new().seams(1);
            let settings = Settings {
                segment_bytes: SEGMENT,
                bytes_max: 64 * SEGMENT,
                seams,
                ..Settings::default()
            };
            let (journal, _) = Journal::open(disk.directory("a"), settings, |_, _| Ok(())).unwrap();
            let last = fill(&journal);
            assert!(segments(&disk) > 4);
            disk.fail(call, nth, Fault::Error);
            let retired = journal.retire(last);
            disk.heal();
            let files = disk.files("a");
            journal.retire(fill(&journal)).unwrap();
            assert!(segments(&disk) <= 3, "{call:?} {nth}: {retired:?} left {files:?}");
        }
    }
}
