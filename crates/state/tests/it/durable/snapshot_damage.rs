//! Snapshots that are damaged, missing, or not of this state: an error, and never a shorter state.

use std::time::Duration;

use forebay_journal::disk::simulated::Ending;
use forebay_state::snapshot::file_name;
use forebay_store::{Durability, Error, ErrorKind};

use super::edits::Edit;
use super::rig::Rig;
use super::snapshots::{snapshots, write};
use super::strict::contents;

/// A state with a snapshot and something after it, whose owner is gone.
fn at_rest() -> (Rig, String) {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    (0..60).for_each(|id| write(&mut rig, id % 9));
    let covered = rig.snapshot().unwrap().covered;
    rig.write(Durability::Synced, &[Edit::Open(10, 1)]).unwrap();
    // The journal bears witness to what is synced once it is idle.
    rig.clock.advance(Duration::from_secs(1));
    rig.end(Ending::Kill);
    (rig, file_name(covered))
}

fn refused(rig: &Rig) -> Error {
    let open = || rig.builder().open().map(drop).unwrap_err();
    let before = contents(&rig.disk);
    let (first, second) = (open(), open());
    assert_eq!(first.to_string(), second.to_string());
    assert!(contents(&rig.disk) == before, "it was refused, and changed: {first}");
    first
}

#[test]
fn a_wrong_bit_in_a_snapshot_refuses_the_opening_and_changes_nothing() {
    let (rig, name) = at_rest();
    let length = rig.disk.read_live("s", &name).unwrap().len() as u64;
    for bit in (0..length * 8).step_by(1201) {
        rig.disk.flip_bit("s", &name, bit);
        let error = refused(&rig);
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error}");
        let told = error.to_string();
        assert!(told.contains(&name) && told.contains("block"), "{error}");
        rig.disk.flip_bit("s", &name, bit);
    }
    rig.builder().open().unwrap();
}

#[test]
fn a_snapshot_that_is_gone_is_an_error() {
    let (rig, name) = at_rest();
    rig.disk.directory("s").remove(&name).unwrap();
    let error = refused(&rig);
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("records from 1 on are missing"), "{error}");
}

#[test]
fn a_snapshot_with_another_name_is_an_error() {
    let (rig, name) = at_rest();
    rig.disk.directory("s").rename(&name, &file_name(7)).unwrap();
    let error = refused(&rig);
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("another one"), "{error}");
}

#[test]
fn a_snapshot_of_another_state_is_an_error() {
    let (rig, name) = at_rest();
    let mut other = Rig::new(1);
    other.open(false).unwrap();
    write(&mut other, 1);
    other.snapshot().unwrap();
    let bytes = other.disk.read_live("s", &file_name(snapshots(&other)[0])).unwrap();
    let files = rig.disk.directory("s");
    files.remove(&name).unwrap();
    let file = files.create(&file_name(snapshots(&other)[0])).unwrap();
    assert_eq!(file.write_at(&bytes, 0).unwrap(), bytes.len());
    assert_eq!(refused(&rig).kind(), ErrorKind::Corrupt);
}

/// As after the journal's directory was put back from an older copy.
#[test]
fn a_journal_older_than_its_snapshot_is_an_error() {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    write(&mut rig, 1);
    rig.end(Ending::Kill);
    let older = contents(&rig.disk);
    rig.open(false).unwrap();
    write(&mut rig, 2);
    rig.snapshot().unwrap();
    rig.end(Ending::Kill);
    let journal = rig.disk.directory("s/journal-00000001");
    for name in journal.list().unwrap() {
        journal.remove(&name).unwrap();
    }
    for (path, bytes) in older {
        if let Some(name) = path.strip_prefix("s/journal-00000001/") {
            journal.create(name).unwrap().write_at(&bytes, 0).unwrap();
        }
    }
    let error = refused(&rig);
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("has lost what was durable"), "{error}");
}

#[test]
fn a_file_half_written_is_nobodys_snapshot() {
    let (mut rig, _) = at_rest();
    rig.disk.directory("s").create("new-snap").unwrap().write_at(b"half", 0).unwrap();
    rig.open(false).unwrap();
    rig.snapshot().unwrap();
    assert!(!rig.disk.files("s").contains(&"new-snap".into()));
}
