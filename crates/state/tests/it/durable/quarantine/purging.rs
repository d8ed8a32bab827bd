//! Values in quarantine are given up.

use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_state::{Cause, Home, Mode, TableId, copy};
use forebay_store::{Durability, Error, ErrorKind};

use super::shapes::{builder, first, held, mended, open, recovered, second};

#[test]
fn what_is_purged_is_gone_for_good_and_nothing_else_is() {
    let (disk, state) = recovered(&["Ada Lovelace", "Plato", "panic", "Socrates"]);
    let is_panic = |cause: &Cause| matches!(cause, Cause::HopPanicked { .. });
    assert_eq!(state.purge_quarantine(|value| is_panic(value.cause())).wait().unwrap(), 1);
    assert_eq!(state.purge_quarantine(|value| is_panic(value.cause())).wait().unwrap(), 0);
    // One of no table of today's goes as well.
    assert_eq!(state.purge_quarantine(|value| value.table() == TableId(3)).wait().unwrap(), 1);
    assert_eq!((held(&state), state.read().quarantine().len()), (vec![2, 4], 2));
    state.sync().wait().unwrap();
    drop(state);
    for _ in 0..2 {
        disk.power_cut();
        let state = open::<second::Shop>(&disk, Mode::Strict).unwrap();
        assert_eq!((held(&state), state.read().quarantine().len()), (vec![2, 4], 2));
        assert_eq!(state.read().users.len(), 1);
        state.snapshot().wait().unwrap();
    }
    disk.kill();
    let state = open::<mended::Shop>(&disk, Mode::Strict).unwrap();
    assert_eq!(state.retry_quarantine(|_| true).wait().unwrap().back, 2);
    assert_eq!((state.read().users.len(), state.read().visits.len()), (3, 0));
}

#[test]
fn a_purge_spares_what_was_written_before_it() {
    let (_disk, state) = recovered(&["Plato", "Socrates"]);
    let user = second::User { first: "Plato".into(), last: String::new(), mail: String::new() };
    let put = state.submit(Durability::Synced, |tx| tx.users.put(1, user)).unwrap();
    assert_eq!(state.purge_quarantine(|value| value.table() == TableId(1)).wait().unwrap(), 1);
    put.receipt.shown().wait().unwrap();
    assert_eq!((held(&state).len(), state.read().users.len()), (0, 1));
}

#[test]
fn a_tool_without_the_types_gives_up_what_it_chooses_and_nothing_else() {
    let (disk, state) = recovered(&["Ada Lovelace", "Plato", "panic", "Socrates"]);
    let home = || Home::simulated(disk.clone(), "s");
    let purge = |name: &str| {
        copy::purge_quarantine(home(), |value| value.cause().name() == name, |_| Ok(()))
    };
    assert_eq!(purge("hop panicked").unwrap_err().kind(), ErrorKind::Unavailable, "it is open");
    state.close().wait().unwrap();
    drop(state);
    let before = disk.changes();
    assert_eq!(purge("no such cause").unwrap(), 0);
    let told = copy::purge_quarantine(home(), |_| true, |_| Err(Error::refused("enough")));
    assert_eq!(told.unwrap_err().kind(), ErrorKind::Refused);
    assert!(disk.changes() - before <= 2, "but for the locks, nothing is changed for nothing");
    assert_eq!(purge("hop panicked").unwrap(), 1);
    // It is durable when it has come back.
    disk.power_cut();
    assert_eq!(purge("hop panicked").unwrap(), 0);
    let state = open::<second::Shop>(&disk, Mode::Strict).unwrap();
    assert_eq!((held(&state), state.read().quarantine().len()), (vec![2, 4], 3));
    assert_eq!(state.read().users.len(), 1);
    // Its owner goes on, and so does a tool after him.
    state.write(|tx| tx.notes.put(1, "note".into())).unwrap();
    state.close().wait().unwrap();
    drop(state);
    assert_eq!(copy::purge_quarantine(home(), |_| true, |_| Ok(())).unwrap(), 3);
    let state = open::<second::Shop>(&disk, Mode::Strict).unwrap();
    assert!(state.read().quarantine().is_empty());
    assert_eq!((state.read().users.len(), state.read().notes.len()), (1, 1));
    state.snapshot().wait().unwrap();
}

#[test]
fn a_copy_that_was_never_opened_is_left_as_it_is() {
    let (disk, state) = recovered(&["Plato"]);
    let copy = || Home::simulated(disk.clone(), "copy");
    state.checkpoint(copy()).wait().unwrap();
    let told = copy::purge_quarantine(copy(), |_| true, |_| Ok(()));
    assert_eq!(told.unwrap_err().kind(), ErrorKind::Unsupported);
    // It can be restored still, so it has no journal.
    copy::restore(copy(), Home::simulated(disk.clone(), "again"), |_| Ok(())).unwrap();
    state.close().wait().unwrap();
    drop(state);
    disk.kill();
}

/// A state with so many values in quarantine, and keys so long, that one transaction does not give up all.
fn many() -> SimulatedDisk {
    let disk = SimulatedDisk::new(1);
    let state = open::<first::Shop>(&disk, Mode::Strict).unwrap();
    for number in 0..12 {
        let key = format!("{number:08000}");
        state.write_at(Durability::Synced, |tx| tx.visits.put(key, 1)).unwrap();
    }
    drop(state);
    disk.kill();
    let state = open::<second::Shop>(&disk, Mode::Recover).unwrap();
    state.close().wait().unwrap();
    drop(state);
    disk.kill();
    disk
}

#[test]
fn a_tool_that_fails_says_how_many_are_gone_for_certain() {
    let begin = many();
    let purge = |disk: &SimulatedDisk| {
        copy::purge_quarantine(Home::simulated(disk.clone(), "s"), |_| true, |_| Ok(()))
    };
    let whole = begin.copy();
    whole.kill();
    assert_eq!(purge(&whole).unwrap(), 12);
    let (mut before, mut between, mut after) = (0, 0, 0);
    for nth in 1..24 {
        let disk = begin.copy();
        disk.kill();
        disk.fail_from(Call::Sync, nth, Fault::Error);
        let told = purge(&disk);
        disk.heal();
        disk.power_cut();
        let state = open::<second::Shop>(&disk, Mode::Strict).unwrap();
        let left = state.read().quarantine().len();
        match told {
            Ok(gone) => {
                assert_eq!((gone, left), (12, 0));
                after += 1;
            }
            Err(error) if error.to_string().contains("for certain") => {
                assert_eq!(error.kind(), ErrorKind::Unknown);
                let gone: usize = error.to_string().split(' ').next().unwrap().parse().unwrap();
                assert!(left <= 12 - gone, "{left} are left: {error}");
                between += u32::from(gone > 0);
            }
            Err(error) => {
                assert_ne!(error.kind(), ErrorKind::Unknown, "it says how many are gone: {error}");
                assert_eq!(left, 12, "{error}");
                before += 1;
            }
        }
    }
    assert!(before > 0 && between > 0 && after > 0, "{before} {between} {after}");
}

#[test]
fn what_the_last_owner_had_not_synced_is_kept_however_long_it_is() {
    let (disk, state) = recovered(&["Plato"]);
    state.close().wait().unwrap();
    drop(state);
    let state = builder::<second::Shop>(&disk).journal(journal_of(8 << 20)).open().unwrap();
    let long = "note".repeat(1 << 19);
    state.write_at(Durability::Journaled, |tx| tx.notes.put(1, long.clone())).unwrap();
    drop(state);
    disk.kill();
    let home = Home::simulated(disk.clone(), "s");
    assert_eq!(copy::purge_quarantine(home, |_| true, |_| Ok(())).unwrap(), 2);
    disk.power_cut();
    let state = builder::<second::Shop>(&disk).journal(journal_of(8 << 20)).open().unwrap();
    assert_eq!(state.read().notes.get(&1), Some(&long));
    assert!(state.read().quarantine().is_empty());
}

fn journal_of(segment_bytes: u64) -> JournalSettings {
    JournalSettings { segment_bytes, ..JournalSettings::default() }
}
