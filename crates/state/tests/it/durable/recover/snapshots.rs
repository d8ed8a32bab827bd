//! A snapshot is damaged.

use std::collections::BTreeSet;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{Lost, Mode, TableId};
use forebay_store::ErrorKind;

use super::scene::{
    day, days, files, in_the_journal, is_well, leave, open, prefix, put, refused, snapshot, told,
    write,
};

const LENGTH: usize = 20_000;

/// A disk with 60 long days that are in a snapshot only.
fn in_a_snapshot() -> SimulatedDisk {
    let disk = SimulatedDisk::new(1);
    let state = open(&disk, Mode::Strict).unwrap();
    write(&state, 0..60, LENGTH);
    state.snapshot().wait().unwrap();
    leave(&disk, state);
    disk
}

/// Whether somebody was told that this day may be lost.
fn is_told(lost: &[Lost], number: u32) -> bool {
    let place = (TableId(1), number.to_be_bytes().to_vec());
    lost.iter().any(|lost| match lost {
        Lost::Entries { after, before, .. } => {
            after.as_ref().is_none_or(|after| *after < place)
                && before.as_ref().is_none_or(|before| place < *before)
        }
        // Not even its head is good, and the journal begins behind it.
        Lost::Gap { .. } => true,
        _ => false,
    })
}

#[test]
fn good_blocks_are_kept_and_what_is_lost_is_named() {
    let whole = in_a_snapshot();
    let (name, bytes) = snapshot(&whole);
    let (mut kept, mut partial) = (BTreeSet::new(), 0);
    for at in (200..bytes.len() as u64 - 4200).step_by(40_009).chain((150..290).step_by(9)) {
        let disk = whole.copy();
        disk.kill();
        assert!(disk.flip_bit("s", &name, 8 * at + 3));
        assert_eq!(refused(&disk).kind(), ErrorKind::Corrupt, "byte {at}");
        let damaged = disk.read_live("s", &name).unwrap();
        let state = open(&disk, Mode::Recover).unwrap();
        let found = days(&state);
        let losses = &state.report().losses;
        for number in 0..60 {
            match found.get(&number) {
                Some(text) => assert!(*text == day(number, LENGTH)),
                None => assert!(is_told(losses.told(), number), "byte {at}: day {number}"),
            }
        }
        assert_eq!(state.report().has_loss(), losses.count() > 0);
        assert!(found.len() == 60 || state.report().has_loss(), "byte {at}");
        // A block has twelve of them at most, and one whose length nobody knows hides no other.
        let is_headless = losses.told().iter().any(|lost| matches!(lost, Lost::Gap { .. }));
        assert!(is_headless || found.len() >= 60 - 13, "byte {at}: {}", found.len());
        let (aside, why) = &losses.damaged_snapshots()[0];
        assert_eq!((aside, why.kind()), (&name, ErrorKind::Corrupt));
        partial += u32::from(!found.is_empty() && found.len() < 60);
        kept.insert(found.len());
        leave(&disk, state);
        is_well(&disk, &found);
        let evidence = format!("s/damaged-00000001-{name}");
        assert!(files(&disk).get(&evidence) == Some(&damaged), "byte {at}");
    }
    assert!(partial > 10 && kept.len() > 1, "{partial} {kept:?}");
}

#[test]
fn a_snapshot_whose_end_is_missing_may_have_had_more() {
    let disk = in_a_snapshot();
    let (name, bytes) = snapshot(&disk);
    assert!(disk.truncate("s", &name, bytes.len() as u64 / 2));
    refused(&disk);
    let state = open(&disk, Mode::Recover).unwrap();
    let found = days(&state);
    assert!(found.len() > 10 && found.len() < 50, "{}", found.len());
    let last = state.report().losses.told().last().unwrap().clone();
    assert!(matches!(last, Lost::Entries { before: None, entries: None, .. }), "{last}");
    leave(&disk, state);
    is_well(&disk, &found);
}

#[test]
fn what_the_journal_has_as_well_is_not_lost() {
    // Its head is damaged, but the journal has everything.
    let disk = SimulatedDisk::new(1);
    let state = open(&disk, Mode::Strict).unwrap();
    write(&state, 0..6, 10);
    state.snapshot().wait().unwrap();
    write(&state, 6..10, 10);
    leave(&disk, state);
    let (name, _) = snapshot(&disk);
    assert!(disk.flip_bit("s", &name, 8 * 60));
    refused(&disk);
    let state = open(&disk, Mode::Recover).unwrap();
    assert_eq!((told(&state).len(), prefix(&state)), (0, 10));
    assert!(!state.report().has_loss());
    assert_eq!(state.report().losses.damaged_snapshots().len(), 1);
    let found = days(&state);
    leave(&disk, state);
    is_well(&disk, &found);
}

#[test]
fn an_older_snapshot_that_the_journal_reaches_has_everything() {
    for is_head in [true, false] {
        let disk = in_the_journal(6);
        let state = open(&disk, Mode::Strict).unwrap();
        state.snapshot().wait().unwrap();
        let (older, bytes) = snapshot(&disk);
        write(&state, 6..10, 10);
        state.snapshot().wait().unwrap();
        write(&state, 10..12, 10);
        leave(&disk, state);
        put(&disk, "s", &older, &bytes);
        let (newest, bytes) = snapshot(&disk);
        let mut blocks = (0_u64..).zip(bytes.windows(4)).filter(|(_, magic)| *magic == b"FBSB");
        let (entries, _) = blocks.nth(1).unwrap();
        let damage = if is_head { 60 } else { entries + 40 };
        assert!(older < newest && disk.flip_bit("s", &newest, 8 * damage));
        refused(&disk);
        let state = open(&disk, Mode::Recover).unwrap();
        assert_eq!((told(&state).len(), prefix(&state)), (0, 12));
        let found = days(&state);
        leave(&disk, state);
        is_well(&disk, &found);
    }
}

#[test]
fn an_older_snapshot_that_the_journal_does_not_reach_is_no_match_for_the_newest() {
    let disk = in_the_journal(6);
    let state = open(&disk, Mode::Strict).unwrap();
    state.snapshot().wait().unwrap();
    let (older, bytes) = snapshot(&disk);
    write(&state, 100..140, LENGTH);
    state.snapshot().wait().unwrap();
    leave(&disk, state);
    put(&disk, "s", &older, &bytes);
    let (newest, length) = snapshot(&disk);
    assert!(disk.flip_bit("s", &newest, 8 * (length.len() as u64 / 2)));
    refused(&disk);
    let state = open(&disk, Mode::Recover).unwrap();
    let found = days(&state);
    assert!(found.len() > 26 && found.len() < 46, "{}", found.len());
    assert_eq!(told(&state), ["entries"]);
    leave(&disk, state);
    is_well(&disk, &found);
}
