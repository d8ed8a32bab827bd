//! A value leaves the quarantine when its key is written.

use forebay_state::{Mode, TableId};
use forebay_store::{Durability, Error, Result};

use super::shapes::{held, open, recovered, second};

type Tx<'t> = second::ShopTx<'t>;
type Write = fn(&mut Tx<'_>) -> Result<()>;

fn plato() -> second::User {
    let [first, last, mail] = ["Plato", "of Athens", "plato@example.org"].map(str::to_owned);
    second::User { first, last, mail }
}

#[test]
fn a_value_leaves_when_its_key_is_written() {
    let writes: [(Write, &[u32]); 4] = [
        (|tx| tx.users.put(2, plato()), &[3]),
        (
            |tx| {
                tx.users.delete(&2);
                Ok(())
            },
            &[3],
        ),
        (
            |tx| {
                tx.users.clear();
                Ok(())
            },
            &[],
        ),
        (|tx| tx.users.put(4, plato()), &[2, 3]),
    ];
    for rung in [Durability::Memory, Durability::Journaled, Durability::Synced] {
        for (write, left) in writes {
            let (disk, state) = recovered(&["Ada Lovelace", "Plato", "Socrates"]);
            let before = state.read();
            state.write_at(rung, write).unwrap();
            assert_eq!(held(&state), left);
            // The visit is in a table of its own, and a view stays as it is.
            assert_eq!(state.read().quarantine().of_table(TableId(3)).len(), 1);
            assert_eq!(before.quarantine().len(), 3);
            // The twin, too.
            state.write_at(rung, |tx| tx.notes.put(1, "note".into())).unwrap();
            assert_eq!(held(&state), left);
            state.sync().wait().unwrap();
            let bytes = state.read().quarantine().bytes();
            drop((before, state));
            disk.power_cut();
            let state = open::<second::Shop>(&disk, Mode::Strict).unwrap();
            assert_eq!(held(&state), left);
            assert_eq!(state.read().quarantine().bytes(), bytes);
        }
    }
}

#[test]
fn a_delete_of_a_key_that_is_only_in_quarantine_is_a_change() {
    let (disk, state) = recovered(&["Plato"]);
    // It is in no table, so a transaction that only looks does not find it.
    assert!(!state.read().users.contains(&1));
    state.write_at(Durability::Synced, |tx| Ok(tx.users.delete(&1))).unwrap();
    assert!(held(&state).is_empty());
    drop(state);
    disk.power_cut();
    assert!(held(&open::<second::Shop>(&disk, Mode::Strict).unwrap()).is_empty());
}

#[test]
fn what_is_put_and_deleted_in_one_transaction_is_deleted() {
    let (disk, state) = recovered(&["Plato"]);
    let write = |tx: &mut Tx<'_>| {
        tx.users.put(1, plato())?;
        assert!(tx.users.delete(&1));
        Ok(())
    };
    state.write_at(Durability::Synced, write).unwrap();
    assert!(held(&state).is_empty());
    drop(state);
    disk.power_cut();
    assert!(held(&open::<second::Shop>(&disk, Mode::Strict).unwrap()).is_empty());
}

#[test]
fn a_table_that_is_empty_but_for_its_quarantine_can_be_cleared() {
    let (disk, state) = recovered(&["Plato"]);
    state
        .write_at(Durability::Synced, |tx| {
            tx.users.clear();
            Ok(())
        })
        .unwrap();
    assert!(held(&state).is_empty());
    drop(state);
    disk.power_cut();
    assert!(held(&open::<second::Shop>(&disk, Mode::Strict).unwrap()).is_empty());
}

#[test]
fn nothing_leaves_with_a_transaction_that_is_given_up() {
    let (_disk, state) = recovered(&["Plato"]);
    let refused = state.write(|tx| {
        tx.users.put(1, plato())?;
        Err::<(), _>(Error::refused("not now"))
    });
    assert!(refused.is_err());
    assert_eq!(held(&state), [1]);
}

#[test]
fn nothing_leaves_before_its_transaction_is_shown() {
    let (_disk, state) = recovered(&["Plato"]);
    let ticket = state.submit(Durability::Synced, |tx| tx.users.put(1, plato())).unwrap();
    assert_eq!((held(&state).len(), state.read().users.len()), (1, 0));
    ticket.receipt.shown().wait().unwrap();
    assert_eq!((held(&state).len(), state.read().users.len()), (0, 1));
}
