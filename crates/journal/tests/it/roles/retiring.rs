//! What cannot be put away when it is retired.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_journal::{Frame, Journal, Settings};
use forebay_store::Durability;
use forebay_store::seam::manual::ManualClock;

const SEGMENT: u64 = 64 << 10;

fn open(disk: &SimulatedDisk) -> Journal {
    let settings = Settings {
        segment_bytes: SEGMENT,
        bytes_max: 64 * SEGMENT,
        seams: ManualClock::new().seams(1),
        ..Settings::default()
    };
    Journal::open(disk.directory("a"), settings, |_, _| Ok(())).unwrap().0
}

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
            let journal = open(&disk);
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

/// How many names the third retirement takes away or changes, if a call of the first one fails.
fn names_changed_later(fault: Option<(Call, u64)>) -> usize {
    let disk = SimulatedDisk::new(1);
    let journal = open(&disk);
    let last = fill(&journal);
    if let Some((call, nth)) = fault {
        disk.fail(call, nth, Fault::Error);
    }
    assert_eq!(journal.retire(last).is_err(), fault.is_some());
    disk.heal();
    journal.retire(fill(&journal)).unwrap();
    let last = fill(&journal);
    let changed = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&changed);
    disk.on_call(Box::new(move |call| {
        count.fetch_add(usize::from(matches!(call, Call::Rename | Call::Remove)), Ordering::SeqCst);
    }));
    journal.retire(last).unwrap();
    disk.off_call();
    changed.load(Ordering::SeqCst)
}

#[test]
fn a_segment_that_went_although_its_retirement_failed_is_not_tried_for_ever() {
    let expected = names_changed_later(None);
    for nth in 1..4 {
        assert_eq!(names_changed_later(Some((Call::SyncDirectory, nth))), expected, "sync {nth}");
    }
}
