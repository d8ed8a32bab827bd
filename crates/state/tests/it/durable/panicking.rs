//! Panics of a key's own code when the changes are in the journal already.

use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{Home, State, Table};
use forebay_store::{Durability, ErrorKind, Result};

use crate::tokens::{Fragile, let_a_drop_panic, let_keys_panic};

#[derive(State, Clone)]
struct Numbers {
    #[table(id = 1)]
    numbers: Table<Fragile, u64>,
}

fn open(disk: &SimulatedDisk) -> State<Numbers> {
    State::open(Home::simulated(disk.clone(), "s")).unwrap()
}

fn keys(state: &State<Numbers>) -> Vec<u64> {
    state.read().numbers.iter().map(|(key, _)| key.0).collect()
}

/// Writes these keys, with so many panics after the closure.
fn put(state: &State<Numbers>, keys: &[u64], rung: Durability, panics: u32) -> Result<()> {
    let written = state.write_at(rung, |tx| {
        for key in keys {
            tx.numbers.put(Fragile(*key), *key)?;
        }
        let_keys_panic(panics);
        Ok(())
    });
    let_keys_panic(0);
    written
}

#[test]
fn a_transaction_whose_application_panics_once_is_shown_and_kept() {
    for rung in [Durability::Memory, Durability::Journaled, Durability::Synced] {
        let disk = SimulatedDisk::new(1);
        let state = open(&disk);
        put(&state, &[1, 2, 3], rung, 0).unwrap();
        put(&state, &[2, 7], rung, 1).unwrap();
        assert_eq!(keys(&state), [1, 2, 3, 7]);
        put(&state, &[0], rung, 0).unwrap();
        assert_eq!(keys(&state), [0, 1, 2, 3, 7]);
        state.close().wait().unwrap();
        assert_eq!(keys(&open(&disk)), [0, 1, 2, 3, 7]);
    }
}

#[test]
fn a_transaction_whose_application_panics_again_fails_the_state_and_is_there_after_a_restart() {
    for rung in [Durability::Memory, Durability::Journaled, Durability::Synced] {
        let disk = SimulatedDisk::new(1);
        let state = open(&disk);
        put(&state, &[1, 2, 3], rung, 0).unwrap();
        let error = put(&state, &[2, 7], rung, 2).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unknown, "{error}");
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.contains("code of a key panics"), "{cause}");
        assert_eq!(keys(&state), [1, 2, 3], "reads go on");
        assert_eq!(put(&state, &[9], rung, 0).unwrap_err().kind(), ErrorKind::Unavailable);
        let _ = state.close().wait();
        drop(state);
        assert_eq!(keys(&open(&disk)), [1, 2, 3, 7], "the journal had it");
    }
}

#[test]
fn a_panic_where_a_transaction_meets_an_unshown_one_loses_neither() {
    let disk = SimulatedDisk::new(1);
    let state = open(&disk);
    put(&state, &[1, 2], Durability::Synced, 0).unwrap();
    let submit = |key: u64| {
        let ticket = state.submit(Durability::Synced, |tx| tx.numbers.put(Fragile(key), key));
        ticket.unwrap().receipt.shown()
    };
    let unshown = [submit(5), submit(3)];
    // The third begins by laying the overlay; comparing the second with the first panics, once.
    let_keys_panic(1);
    let third = submit(4);
    let_keys_panic(0);
    for shown in unshown.into_iter().chain([third]) {
        shown.wait().unwrap();
    }
    assert_eq!(keys(&state), [1, 2, 3, 4, 5]);
}

#[test]
fn a_key_that_panics_when_it_leaves_the_overlay_loses_nobodys_changes() {
    let disk = SimulatedDisk::new(1);
    let state = open(&disk);
    put(&state, &[1, 5], Durability::Synced, 0).unwrap();
    let gone = state.submit(Durability::Synced, |tx| Ok(tx.numbers.delete(&Fragile(5)))).unwrap();
    // It begins by laying the overlay, which gets a key of its own for what is deleted.
    let put = state.submit(Durability::Synced, |tx| tx.numbers.put(Fragile(3), 3)).unwrap();
    let_a_drop_panic(true);
    let shown = put.receipt.shown().wait();
    assert!(!let_a_drop_panic(false), "none was dropped here");
    shown.unwrap();
    gone.receipt.shown().wait().unwrap();
    assert_eq!(keys(&state), [1, 3]);
    state.close().wait().unwrap();
    assert_eq!(keys(&open(&disk)), [1, 3]);
}

#[test]
fn a_closure_that_panics_leaves_nothing_in_the_journal() {
    let disk = SimulatedDisk::new(1);
    let state = open(&disk);
    put(&state, &[1], Durability::Journaled, 0).unwrap();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        state.write(|tx| -> Result<()> {
            tx.numbers.put(Fragile(2), 2)?;
            panic!("a closure panics")
        })
    }));
    assert!(panicked.is_err());
    put(&state, &[3], Durability::Journaled, 0).unwrap();
    state.close().wait().unwrap();
    assert_eq!(keys(&open(&disk)), [1, 3]);
}
