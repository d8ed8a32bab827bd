//! Old values are freed by writers, once no view shows them.

use std::sync::Arc;

use forebay_state::State;

use crate::tokens::{Fragile, Token, Tokens};

#[test]
fn what_a_view_kept_is_freed_by_a_later_write_when_the_view_is_gone() {
    let state = State::<Tokens>::memory();
    let token = Arc::new(());
    let old = Arc::downgrade(&token);
    state.write(|tx| tx.tokens.put(Fragile(1), Token { life: token })).unwrap();
    let view = state.read();
    for _ in 0..10 {
        state.write(|tx| tx.tokens.put(Fragile(1), Token::default())).unwrap();
    }
    assert!(old.upgrade().is_some(), "the view shows it");
    drop(view);
    for _ in 0..2 {
        state.write(|tx| tx.tokens.put(Fragile(2), Token::default())).unwrap();
    }
    assert!(old.upgrade().is_none(), "nobody can see it");
}

#[test]
fn without_views_an_old_value_lives_until_the_next_write_only() {
    let state = State::<Tokens>::memory();
    let token = Arc::new(());
    let old = Arc::downgrade(&token);
    state.write(|tx| tx.tokens.put(Fragile(1), Token { life: token })).unwrap();
    state.write(|tx| tx.tokens.put(Fragile(1), Token::default())).unwrap();
    state.write(|tx| tx.tokens.put(Fragile(2), Token::default())).unwrap();
    assert!(old.upgrade().is_none());
}

#[test]
fn a_thread_that_has_read_and_is_idle_holds_nothing() {
    let state = State::<Tokens>::memory();
    let token = Arc::new(());
    let old = Arc::downgrade(&token);
    state.write(|tx| tx.tokens.put(Fragile(1), Token { life: token })).unwrap();
    let read = || assert_eq!(state.read().tokens.len(), 1);
    read();
    let (to_idle, idle) = std::sync::mpsc::channel::<()>();
    let (begun, has_begun) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            read();
            begun.send(()).unwrap();
            assert!(idle.recv().is_err(), "it is idle until it is let go");
        });
        has_begun.recv().unwrap();
        state.write(|tx| tx.tokens.put(Fragile(1), Token::default())).unwrap();
        state.write(|tx| tx.tokens.put(Fragile(2), Token::default())).unwrap();
        assert!(old.upgrade().is_none(), "nobody can see it");
        drop(to_idle);
    });
}
