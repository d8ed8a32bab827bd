//! Values in quarantine are given up.

use forebay_state::{Cause, Mode, TableId};
use forebay_store::Durability;

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
