//! Looking at a state without its types: nothing is changed, and nothing wrong is called good.

use std::time::Duration;

use forebay_journal::disk::simulated::Ending;
use forebay_state::{Home, Verdict, Verified, Verifying, inspect, verify};
use forebay_store::{Durability, Error, ErrorKind};

use super::edits::Edit;
use super::rig::Rig;
use super::snapshots::{snapshots, write};

/// A state with a snapshot and two transactions after it, whose owner is gone.
fn at_rest() -> (Rig, Home) {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    (0..60).for_each(|id| write(&mut rig, id % 9));
    rig.snapshot().unwrap();
    rig.write(Durability::Synced, &[Edit::Open(10, 1)]).unwrap();
    rig.write(Durability::Synced, &[Edit::Pay(10, 1)]).unwrap();
    // The journal bears witness to what is synced once it is idle.
    rig.clock.advance(Duration::from_secs(1));
    rig.end(Ending::Kill);
    let home = Home::simulated(rig.disk.clone(), "s");
    (rig, home)
}

fn verified(home: &Home) -> Verified {
    verify(home, |_| Ok(())).unwrap()
}

#[test]
fn a_good_state_is_called_good_and_counted() {
    let (mut rig, home) = at_rest();
    let changes = rig.disk.changes();
    let mut told = 0;
    let count = |step| {
        told += u32::from(matches!(step, Verifying::Snapshot(_)));
        Ok(())
    };
    let found = verify(&home, count).unwrap();
    assert!(matches!(found.verdict, Verdict::Good), "{found:?}");
    assert_eq!((found.transactions, found.changes), (2, 4));
    let entries = found.snapshot.unwrap().entries();
    assert_eq!((entries, told > 0), (27, true));
    assert_eq!(rig.disk.changes(), changes, "nothing is changed");
    rig.open(false).unwrap();
    assert_eq!(rig.state().report().last, found.last);
    // Its owner is no hindrance.
    assert!(matches!(verified(&home).verdict, Verdict::Good));
}

#[test]
fn a_state_says_what_it_is() {
    let (rig, home) = at_rest();
    let changes = rig.disk.changes();
    let found = inspect(&home).unwrap();
    assert_eq!((found.name.as_str(), found.generation), ("ledger", 1));
    let head = found.snapshots[0].head.as_ref().unwrap();
    assert_eq!((found.snapshots.len(), head.covered), (1, snapshots(&rig)[0]));
    assert_eq!(head.state, found.id);
    assert!(!found.journal.unwrap().unwrap().segments.is_empty());
    assert_eq!(rig.disk.changes(), changes, "nothing is changed");
}

fn damaged(home: &Home) -> Error {
    match verified(home).verdict {
        Verdict::Good => panic!("it is damaged"),
        Verdict::Damaged(error) => error,
    }
}

#[test]
fn damage_anywhere_is_the_verdict() {
    let (rig, home) = at_rest();
    let snapshot = inspect(&home).unwrap().snapshots.remove(0);
    for bit in (0..snapshot.length * 8).step_by(4001) {
        rig.disk.flip_bit("s", &snapshot.name, bit);
        assert!(damaged(&home).to_string().contains(&snapshot.name));
        rig.disk.flip_bit("s", &snapshot.name, bit);
    }
    for bit in (0..4096 * 8).step_by(2003) {
        rig.disk.flip_bit("s", "state", bit);
        damaged(&home);
        rig.disk.flip_bit("s", "state", bit);
    }
    assert!(matches!(verified(&home).verdict, Verdict::Good));
    rig.disk.directory("s").remove(&snapshot.name).unwrap();
    assert!(damaged(&home).to_string().contains("are missing"));
}

#[test]
fn progress_can_end_it() {
    let (_rig, home) = at_rest();
    let error = verify(&home, |_| Err(Error::refused("enough"))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
}

#[test]
fn where_nothing_is_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::from(folder.path().join("nobody"));
    assert_eq!(inspect(&home).unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(verify(&home, |_| Ok(())).unwrap_err().kind(), ErrorKind::Invalid);
    assert!(!folder.path().join("nobody").exists());
    let home = Home::from(folder.path());
    assert_eq!(verify(&home, |_| Ok(())).unwrap_err().kind(), ErrorKind::Invalid);
}
