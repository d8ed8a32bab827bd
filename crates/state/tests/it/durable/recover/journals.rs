//! The journal is damaged, shorter than its snapshot, later than it, gone, or another one.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{Lost, Mode};
use forebay_store::ErrorKind;

use super::scene::{
    JOURNAL, days, files, has_kept_the_journal, in_the_journal, is_well, leave, open, prefix, put,
    refused, snapshot, snapshots, told, write,
};

/// The segments of the journal, and how many of their bits mean something.
fn segments(disk: &SimulatedDisk) -> Vec<(String, u64)> {
    let names = disk.files(JOURNAL).into_iter().filter(|name| name != "LOCK");
    names
        .map(|name| {
            let bytes = disk.read_live(JOURNAL, &name).unwrap();
            let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |at| at as u64 + 1);
            (name, 8 * used)
        })
        .collect()
}

#[test]
fn what_is_before_the_damage_is_kept_and_so_is_the_damaged_journal() {
    let whole = in_the_journal(24);
    let last = {
        let disk = whole.copy();
        disk.kill();
        open(&disk, Mode::Strict).unwrap().revision()
    };
    let (mut damaged, mut lengths) = (0, std::collections::BTreeSet::new());
    for (name, bits) in segments(&whole) {
        for bit in (3..bits).step_by(2311) {
            let disk = whole.copy();
            disk.kill();
            assert!(disk.flip_bit(JOURNAL, &name, bit));
            if open(&disk, Mode::Strict).is_ok() {
                continue;
            }
            disk.kill();
            assert_eq!(refused(&disk).kind(), ErrorKind::Corrupt);
            let before = files(&disk);
            let state = open(&disk, Mode::Recover).unwrap();
            let found = prefix(&state);
            assert!(state.report().has_loss() && !told(&state).is_empty(), "{name}, bit {bit}");
            // Whatever revisions were lost, none is given again.
            assert!(state.revision() > last, "{name}, bit {bit}: {} {last}", state.revision());
            has_kept_the_journal(&disk, &before);
            let found_days = days(&state);
            leave(&disk, state);
            is_well(&disk, &found_days);
            has_kept_the_journal(&disk, &before);
            lengths.insert(found);
            damaged += 1;
        }
    }
    assert!(damaged > 10 && lengths.len() > 5, "{damaged} {lengths:?}");
}

#[test]
fn a_journal_that_is_gone_leaves_the_snapshot() {
    for has_snapshot in [false, true] {
        let disk = in_the_journal(10);
        if has_snapshot {
            let state = open(&disk, Mode::Strict).unwrap();
            state.snapshot().wait().unwrap();
            write(&state, 10..12, 10);
            leave(&disk, state);
        }
        let journal = disk.directory(JOURNAL);
        for name in disk.files(JOURNAL) {
            journal.remove(&name).unwrap();
        }
        assert_eq!(refused(&disk).kind(), ErrorKind::Invalid);
        let state = open(&disk, Mode::Recover).unwrap();
        assert_eq!(told(&state), ["journal"]);
        assert_eq!(prefix(&state), if has_snapshot { 10 } else { 0 });
        let found = days(&state);
        leave(&disk, state);
        is_well(&disk, &found);
    }
}

#[test]
fn the_journal_of_another_state_is_left_alone() {
    let disk = in_the_journal(10);
    let state = open(&disk, Mode::Strict).unwrap();
    state.snapshot().wait().unwrap();
    leave(&disk, state);
    let other = SimulatedDisk::new(7);
    // Chance is another one there.
    put(&other, "x", "y", b"z");
    let state = open(&other, Mode::Strict).unwrap();
    write(&state, 0..3, 10);
    leave(&other, state);
    let journal = disk.directory(JOURNAL);
    disk.files(JOURNAL).iter().for_each(|name| journal.remove(name).unwrap());
    for name in other.files(JOURNAL).iter().filter(|name| *name != "LOCK") {
        put(&disk, JOURNAL, name, &other.read_live(JOURNAL, name).unwrap());
    }
    assert_eq!(refused(&disk).kind(), ErrorKind::Invalid);
    let before = files(&disk);
    let state = open(&disk, Mode::Recover).unwrap();
    assert_eq!((told(&state), prefix(&state)), (vec!["journal"], 10));
    has_kept_the_journal(&disk, &before);
    let found = days(&state);
    leave(&disk, state);
    is_well(&disk, &found);
}

#[test]
fn a_journal_that_is_shorter_than_its_snapshot_does_not_count() {
    let disk = in_the_journal(6);
    let early = files(&disk);
    let state = open(&disk, Mode::Strict).unwrap();
    write(&state, 6..10, 10);
    state.snapshot().wait().unwrap();
    leave(&disk, state);
    for (path, bytes) in &early {
        if let Some(name) = path.strip_prefix(&format!("{JOURNAL}/")) {
            put(&disk, JOURNAL, name, bytes);
        }
    }
    let error = refused(&disk);
    assert!(error.to_string().contains("it has lost what was durable"), "{error}");
    let state = open(&disk, Mode::Recover).unwrap();
    assert_eq!((told(&state), prefix(&state)), (vec!["short"], 10));
    let found = days(&state);
    leave(&disk, state);
    is_well(&disk, &found);
}

#[test]
fn what_is_missing_between_snapshot_and_journal_is_told() {
    let disk = in_the_journal(6);
    let state = open(&disk, Mode::Strict).unwrap();
    state.snapshot().wait().unwrap();
    let (name, bytes) = snapshot(&disk);
    // Enough for the first segments to go.
    write(&state, 100..120, 20_000);
    // These stay, and what they rest on goes.
    write(&state, 150..156, 10);
    state.snapshot().wait().unwrap();
    write(&state, 200..202, 10);
    leave(&disk, state);
    let newest = snapshots(&disk).pop().unwrap();
    disk.directory("s").remove(&newest).unwrap();
    put(&disk, "s", &name, &bytes);
    assert!(refused(&disk).to_string().contains("are missing"));
    let state = open(&disk, Mode::Recover).unwrap();
    let told = told(&state);
    assert_eq!(told, ["gap", "unread"]);
    // Records whose layouts are in the gap are not guessed at.
    assert!(state.read().quarantine().is_empty());
    let losses = &state.report().losses;
    let Lost::Gap { from, to } = &losses.told()[0] else { panic!("not the gap") };
    assert!(from < to);
    let found = days(&state);
    // What is before, and what is behind and can be read.
    assert!((0..6).chain([200, 201]).all(|day| found.contains_key(&day)), "{:?}", found.keys());
    leave(&disk, state);
    is_well(&disk, &found);
}
