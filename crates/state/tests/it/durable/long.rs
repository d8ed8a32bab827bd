//! Transactions that are longer than a frame, and a journal that is full.

use std::time::Duration;

use forebay_journal::disk::simulated::Ending;
use forebay_store::{Durability, ErrorKind};

use super::edits::Edit;
use super::rig::Rig;

/// Some 200 KiB, three segments full.
fn long() -> Vec<Edit> {
    (0..12)
        .flat_map(|id| {
            [
                Edit::Open(id, 1),
                Edit::Pay(id, 400),
                Edit::Pay(id, 402),
                Edit::Pay(id, 404),
                Edit::Pay(id, 406),
                Edit::Pay(id, 408),
                Edit::Pay(id, 410),
            ]
        })
        .collect()
}

#[test]
fn a_transaction_longer_than_a_frame_is_whole_or_not_there() {
    let steps = |end_at: Option<u64>| {
        let mut rig = Rig::new(3);
        rig.place = format!("ended at {end_at:?}");
        rig.open(false).unwrap();
        rig.write(Durability::Synced, &[Edit::Open(1, 1)]).unwrap();
        let before = rig.disk.steps();
        if let Some(step) = end_at {
            rig.disk.cut_after(step);
        }
        let is_cut = rig.write(Durability::Synced, &long()).is_err();
        let steps = rig.disk.steps() - before;
        assert!(end_at.is_some() || !is_cut);
        (rig, steps)
    };
    let (_, all) = steps(None);
    let mut unfinished = 0;
    for step in 0..=all {
        let (mut rig, _) = steps(Some(step));
        rig.disk.reseed(step);
        rig.end(Ending::PowerCut);
        rig.open(true).unwrap();
        unfinished += rig.state().report().unfinished;
        // What is left of it is in nobody's way.
        rig.write(Durability::Synced, &long()[5..]).unwrap();
        rig.end(Ending::PowerCut);
        rig.open(true).unwrap();
    }
    assert!(unfinished > 0, "it was never in the middle");
}

#[test]
fn a_full_journal_is_busy_and_nothing_has_happened() {
    let mut rig = Rig::new(0);
    rig.segments = 8;
    rig.room_wait = Duration::ZERO;
    rig.open(false).unwrap();
    rig.is_faulty = true;
    let mut taken = 0;
    let error = loop {
        match rig.write(Durability::Journaled, &long()[..14]) {
            Ok(()) => taken += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
    assert!(error.retry_after().is_some());
    assert!(taken > 4, "{taken}");
    assert!(rig.state().failure().is_none(), "a full journal has not failed");
    rig.look();
    rig.end(Ending::Kill);
    rig.open(false).unwrap();
}

#[test]
fn what_is_left_of_a_transaction_that_found_no_room_counts_for_nothing() {
    for segments in 18..24 {
        let mut rig = Rig::new(0);
        rig.segments = segments;
        rig.snapshots.bytes_min = u64::MAX;
        rig.open(false).unwrap();
        rig.is_faulty = true;
        let mut taken = 0;
        while rig.write(Durability::Journaled, &long()).is_ok() {
            taken += 1;
        }
        assert!(taken > 0);
        // A short one may have room all the same.
        let short = rig.write(Durability::Journaled, &[Edit::Close(3)]).is_ok();
        rig.end(Ending::Kill);
        rig.open(false).unwrap();
        assert_eq!(rig.model.last(), taken + usize::from(short));
    }
}

#[test]
fn a_transaction_longer_than_it_may_be_is_refused() {
    let mut rig = Rig::new(0);
    rig.segments = 4;
    rig.open(false).unwrap();
    rig.is_faulty = true;
    let error = rig.write(Durability::Journaled, &long()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused, "{error}");
    rig.look();
    rig.write(Durability::Journaled, &[Edit::Open(1, 1)]).unwrap();
}

#[test]
fn a_snapshot_that_makes_room_never_comes_between_the_parts_of_a_transaction() {
    let mut busy = 0;
    for segments in 18..22 {
        let mut rig = Rig::new(0);
        rig.segments = segments;
        rig.is_faulty = true;
        for _ in 0..12 {
            rig.open(false).unwrap();
            // Some of it may be in the journal when that is full.
            if let Err(error) = rig.write(Durability::Journaled, &long()) {
                assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
                busy += 1;
            }
            rig.end(Ending::Kill);
        }
        rig.open(false).unwrap();
    }
    assert!(busy > 0, "there was room for all parts of each");
}
