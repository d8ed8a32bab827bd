//! What does not fit is refused, and nothing on disk is changed by that.

use std::time::Duration;

use forebay_journal::disk::simulated::{Ending, SimulatedDisk};
use forebay_store::{Durability, Error, ErrorKind};

use super::edits::Edit;
use super::rig::Rig;
use crate::shop::Shop;

/// A state with some transactions, whose owner is gone.
fn at_rest() -> Rig {
    let mut rig = Rig::new(0);
    for id in 0..3 {
        rig.open(false).unwrap();
        rig.write(Durability::Synced, &[Edit::Open(id, 1)]).unwrap();
        // The journal bears witness to what is synced once it is idle.
        rig.clock.advance(Duration::from_secs(1));
        rig.end(Ending::Kill);
    }
    rig
}

/// All files but the locks.
pub(super) fn contents(disk: &SimulatedDisk) -> Vec<(String, Vec<u8>)> {
    let all = ["s", "s/journal-00000001"].into_iter().flat_map(|directory| {
        let names = disk.files(directory).into_iter().filter(|name| name != "LOCK");
        names.map(move |name| (directory, name))
    });
    all.map(|(directory, name)| {
        (format!("{directory}/{name}"), disk.read_live(directory, &name).unwrap())
    })
    .collect()
}

fn refused_twice(disk: &SimulatedDisk, open: impl Fn() -> Error) -> Error {
    let before = contents(disk);
    let (first, second) = (open(), open());
    assert_eq!(first.to_string(), second.to_string());
    assert!(contents(disk) == before, "it was refused, and changed: {first}");
    first
}

#[test]
fn another_state_is_not_opened() {
    let rig = at_rest();
    let error = refused_twice(&rig.disk, || {
        let home = forebay_state::Home::simulated(rig.disk.clone(), "s");
        forebay_state::State::<Shop>::open(home).unwrap_err()
    });
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("is `ledger`, not `shop`"), "{error}");
}

#[test]
fn a_wrong_bit_anywhere_is_an_error_and_never_a_shorter_state() {
    let rig = at_rest();
    for directory in ["s", "s/journal-00000001"] {
        for name in rig.disk.files(directory).iter().filter(|name| *name != "LOCK") {
            let bytes = rig.disk.read_live(directory, name).unwrap();
            let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |at| at as u64 + 1);
            for bit in (0..8 * used).step_by(331) {
                let disk = rig.disk.copy();
                disk.kill();
                assert!(disk.flip_bit(directory, name, bit));
                match rig.builder_on(&disk).open() {
                    Ok(state) => assert_eq!(state.read().accounts.len(), 3, "{name}, bit {bit}"),
                    Err(error) => assert_eq!(error.kind(), ErrorKind::Corrupt, "{name}: {error}"),
                }
            }
        }
    }
}

#[test]
fn a_journal_that_is_gone_is_not_an_empty_one() {
    let rig = at_rest();
    let journal = rig.disk.directory("s/journal-00000001");
    for name in rig.disk.files("s/journal-00000001") {
        journal.remove(&name).unwrap();
    }
    let error = refused_twice(&rig.disk, || rig.builder().open().unwrap_err());
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("the journal of the state is not in"), "{error}");
}

#[test]
fn a_journal_without_an_identity_is_not_a_new_state() {
    let rig = at_rest();
    rig.disk.directory("s").remove("state").unwrap();
    let error = refused_twice(&rig.disk, || rig.builder().open().unwrap_err());
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("no identity"), "{error}");
}
