//! Large transactions, whose changes are applied to both trees of a large table.

use std::collections::BTreeMap;

use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_state::{Home, State, Table, View};
use forebay_store::{Durability, ErrorKind, Result};

use crate::tokens::{Fragile, let_keys_panic};

#[derive(State, Clone)]
struct Numbers {
    #[table(id = 1)]
    numbers: Table<Fragile, u64>,
}

/// So many entries that 300 changes are applied to both trees.
const ENTRIES: u64 = 5000;

fn open(disk: &SimulatedDisk) -> State<Numbers> {
    State::open(Home::simulated(disk.clone(), "s")).unwrap()
}

fn content(view: &View<Numbers>) -> BTreeMap<u64, u64> {
    view.numbers.iter().map(|(key, value)| (key.0, *value)).collect()
}

/// A state with even keys, and what is in it.
fn filled(disk: &SimulatedDisk) -> (State<Numbers>, BTreeMap<u64, u64>) {
    let state = open(disk);
    let all: Vec<u64> = (0..ENTRIES).map(|key| key * 2).collect();
    for some in all.chunks(100) {
        put(&state, some, 0, (Durability::Memory, 0)).unwrap();
    }
    (state, all.into_iter().map(|key| (key, 0)).collect())
}

/// Puts `value` at these keys; the keys panic so often after the closure.
fn put(
    state: &State<Numbers>,
    keys: &[u64],
    value: u64,
    (rung, panics): (Durability, u32),
) -> Result<()> {
    let written = state.write_at(rung, |tx| {
        for key in keys {
            tx.numbers.put(Fragile(*key), value)?;
        }
        let_keys_panic(panics);
        Ok(())
    });
    let_keys_panic(0);
    written
}

/// Keys of a large transaction.
fn many(first: u64) -> Vec<u64> {
    (0..300).map(|at| first + at * 7).collect()
}

#[test]
fn large_transactions_among_small_ones_are_all_shown_in_their_order() {
    let disk = SimulatedDisk::new(1);
    let (state, mut model) = filled(&disk);
    let mut views = Vec::new();
    for round in 1..40_u64 {
        let keys = if round % 3 == 0 { vec![round, round + 1] } else { many(round * 5 % 900) };
        if round % 5 == 0 {
            // One that is accepted and not shown is before the large one.
            let before = state.submit(Durability::Synced, |tx| tx.numbers.put(Fragile(3), round));
            drop(before.unwrap());
            model.insert(3, round);
        }
        put(&state, &keys, round, (Durability::Synced, 0)).unwrap();
        model.extend(keys.into_iter().map(|key| (key, round)));
        assert_eq!(content(&state.read()), model, "after round {round}");
        if round % 7 == 0 {
            views.push((state.read(), model.clone()));
        }
    }
    for (view, model) in views {
        assert_eq!(content(&view), model, "a view stays as it is");
    }
    state.close().wait().unwrap();
    assert_eq!(content(&open(&disk).read()), model);
}

#[test]
fn a_large_transaction_whose_application_panics_once_is_shown_and_kept() {
    let disk = SimulatedDisk::new(1);
    let (state, mut model) = filled(&disk);
    put(&state, &many(1), 1, (Durability::Synced, 0)).unwrap();
    put(&state, &many(2), 2, (Durability::Synced, 1)).unwrap();
    put(&state, &[4], 3, (Durability::Synced, 0)).unwrap();
    model.extend(many(1).into_iter().map(|key| (key, 1)));
    model.extend(many(2).into_iter().map(|key| (key, 2)));
    model.insert(4, 3);
    assert_eq!(content(&state.read()), model);
    state.close().wait().unwrap();
    assert_eq!(content(&open(&disk).read()), model);
}

#[test]
fn a_large_transaction_whose_application_goes_on_panicking_fails_the_state() {
    let disk = SimulatedDisk::new(1);
    let (state, mut model) = filled(&disk);
    // Once while the device takes it, and twice when it has it.
    let error = put(&state, &many(1), 1, (Durability::Synced, 3)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unknown, "{error}");
    assert_eq!(content(&state.read()), model, "reads go on");
    let _ = state.close().wait();
    drop(state);
    model.extend(many(1).into_iter().map(|key| (key, 1)));
    assert_eq!(content(&open(&disk).read()), model, "the journal had it");
}

#[test]
fn a_large_transaction_whose_sync_fails_is_not_there() {
    let disk = SimulatedDisk::new(1);
    let (state, model) = filled(&disk);
    put(&state, &[0], 0, (Durability::Synced, 0)).unwrap();
    disk.fail_from(Call::Sync, 1, Fault::Error);
    let error = put(&state, &many(1), 1, (Durability::Synced, 0)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unknown, "{error}");
    assert_eq!(content(&state.read()), model);
    assert_eq!(
        put(&state, &[4], 3, (Durability::Memory, 0)).unwrap_err().kind(),
        ErrorKind::Unavailable
    );
    assert_eq!(content(&state.read()), model);
}
