//! What an index keeps alive: what it has, and nothing else.

use std::sync::{Arc, Weak};

use forebay_state::{State, Table};

use crate::tokens::Token;

#[derive(State, Clone)]
struct Tokens {
    #[table(id = 1)]
    #[index(by_end: u32 with end)]
    tokens: Table<u32, Token>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "it is given the key")]
#[expect(clippy::unnecessary_wraps, reason = "an index may leave out entries")]
fn end(key: &u32, _: &Token) -> Option<u32> {
    Some(key.reverse_bits())
}

#[test]
fn a_value_that_is_gone_is_not_kept_by_an_index() {
    let state = State::<Tokens>::memory();
    let mut lives: Vec<Weak<()>> = Vec::new();
    // So many that the index has nodes above its leaves.
    for key in 0..300 {
        let token = Token::default();
        lives.push(Arc::downgrade(&token.life));
        state.write(|tx| tx.tokens.put(key, token)).unwrap();
    }
    for key in 0..300 {
        state.write(|tx| tx.tokens.put(key, Token::default())).unwrap();
    }
    state.write(|tx| tx.tokens.put(300, Token::default())).unwrap();
    assert!(lives.iter().all(|life| life.upgrade().is_none()));
    assert_eq!(state.read().indexes().by_end.len(), 301);
}
