//! Readers and writers at the same time.

use std::sync::atomic::{AtomicBool, Ordering};

use forebay_state::State;

use crate::shop::Shop;

const ACCOUNTS: u64 = 50;
const TRANSFERS: u64 = 2000;

/// Moves money between two accounts and writes an order about it.
fn transfer(state: &State<Shop>, number: u64) {
    let (from, to) = (number % ACCOUNTS, (number * 7 + 1) % ACCOUNTS);
    state
        .write(|tx| {
            tx.users.update(from.to_string().as_str(), |money| *money -= 1)?;
            tx.users.update(to.to_string().as_str(), |money| *money += 1)?;
            tx.orders.put(number, format!("{from} to {to}"))
        })
        .unwrap();
}

#[test]
fn readers_see_whole_transactions_only_and_never_go_back() {
    let state = State::<Shop>::memory();
    let rich = 1_000_000;
    state
        .write(|tx| (0..ACCOUNTS).try_for_each(|user| tx.users.put(user.to_string(), rich)))
        .unwrap();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut last = state.read();
                    while !is_over.load(Ordering::Relaxed) {
                        let view = state.read();
                        assert!(view.revision() >= last.revision());
                        let money: u64 = view.users.iter().map(|(_, money)| money).sum();
                        assert_eq!(money, ACCOUNTS * rich);
                        assert_eq!(view.orders.len() as u64, view.revision().0 - 1);
                        last = view;
                    }
                })
            })
            .collect();
        let writers: Vec<_> = (0..2)
            .map(|writer| {
                let state = state.clone();
                scope.spawn(move || {
                    (0..TRANSFERS).for_each(|at| transfer(&state, writer * TRANSFERS + at));
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        is_over.store(true, Ordering::Relaxed);
        for reader in readers {
            reader.join().unwrap();
        }
    });
    assert_eq!(state.read().orders.len() as u64, 2 * TRANSFERS);
}
