//! Readers: they show the newest state whenever they read, and stop nobody in between.

use std::sync::Arc;

use forebay_state::State;

use crate::shop::Shop;
use crate::tokens::{Fragile, Token, Tokens};

#[test]
fn a_reader_shows_whatever_was_written_before_it_reads() {
    let state = State::<Shop>::memory();
    let mut reader = state.reader();
    assert!(reader.read().orders.is_empty());
    for number in 0..100 {
        state.write(|tx| tx.orders.put(number, number.to_string())).unwrap();
        let glance = reader.read();
        assert_eq!(glance.orders.get(&number), Some(&number.to_string()));
        assert_eq!(glance.revision(), state.revision());
    }
}

#[test]
fn what_a_reader_saw_stays_as_it_was_until_it_reads_again() {
    let state = State::<Shop>::memory();
    state.write(|tx| tx.users.put("ada".into(), 1)).unwrap();
    let mut reader = state.reader();
    let glance = reader.read();
    for money in 2..50 {
        state.write(|tx| tx.users.put("ada".into(), money)).unwrap();
        assert_eq!(glance.users.get("ada"), Some(&1));
    }
    assert_eq!(reader.read().users.get("ada"), Some(&49));
}

#[test]
fn what_a_reader_kept_is_freed_by_later_writes_once_it_has_read_again() {
    let state = State::<Tokens>::memory();
    let token = Arc::new(());
    let old = Arc::downgrade(&token);
    state.write(|tx| tx.tokens.put(Fragile(1), Token { life: token })).unwrap();
    let mut reader = state.reader();
    let write =
        |number| state.write(|tx| tx.tokens.put(Fragile(number), Token::default())).unwrap();
    (0..10).for_each(|_| write(1));
    assert!(old.upgrade().is_some(), "the reader may look at it still");
    reader.read();
    (0..3).for_each(|_| write(2));
    assert!(old.upgrade().is_none(), "nobody can see it");
}

#[test]
fn a_reader_may_outlive_all_handles_of_its_state() {
    let state = State::<Shop>::memory();
    state.write(|tx| tx.users.put("ada".into(), 1)).unwrap();
    let mut reader = state.reader();
    drop(state);
    assert_eq!(reader.read().users.get("ada"), Some(&1));
}
