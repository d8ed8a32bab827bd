//! Values in quarantine are given up.

use forebay_state::{Cause, Home, Mode, TableId, copy};
use forebay_store::{Durability, Error, ErrorKind};

use super::shapes::{held, mended, open, recovered, second};

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
