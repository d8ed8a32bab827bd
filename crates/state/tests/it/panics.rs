//! Panics of a key's own code while changes are made and applied.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_state::{Revision, State};
use forebay_store::ErrorKind;

use crate::tokens::{Fragile, Token, Tokens, let_keys_panic};

fn opened() -> State<Tokens> {
    let state = State::<Tokens>::memory();
    for number in 1..=200 {
        state.write(|tx| tx.tokens.put(Fragile(number), Token::default())).unwrap();
    }
    state
}

/// Puts `token` at all these keys, with so many panics when that is applied.
fn put(
    state: &State<Tokens>,
    keys: impl Iterator<Item = u64>,
    token: &Arc<()>,
    panics: u32,
) -> std::thread::Result<()> {
    catch_unwind(AssertUnwindSafe(|| {
        let written = state.write(|tx| {
            for key in keys {
                tx.tokens.put(Fragile(key), Token { life: Arc::clone(token) })?;
            }
            let_keys_panic(panics);
            Ok(())
        });
        let_keys_panic(0);
        written.unwrap();
    }))
}

#[test]
fn changes_whose_application_panics_once_are_shown_all_the_same() {
    let state = opened();
    let token = Arc::new(());
    // So many new keys split a leaf, and the key between the halves is cloned: there it panics.
    put(&state, 1000..1040, &token, 1).unwrap();
    let view = state.read();
    assert!(view.tokens.iter().map(|(key, _)| key.0).eq((1..=200).chain(1000..1040)));
    assert!(view.tokens.range(Fragile(1000)..).all(|(_, value)| Arc::ptr_eq(&value.life, &token)));
    assert_eq!(view.revision(), Revision(201));
}

#[test]
fn changes_whose_application_panics_again_are_taken_back_and_others_write_on() {
    let state = opened();
    // The first key is new, and nothing is compared for it; the second is there: there it panics.
    put(&state, [0, 7].into_iter(), &Arc::default(), 2).unwrap_err();
    assert!(!state.read().tokens.contains(&Fragile(0)));
    assert_eq!(state.revision(), Revision(200));
    for number in 201..400 {
        state.write(|tx| tx.tokens.put(Fragile(number), Token::default())).unwrap();
    }
    assert!(state.read().tokens.iter().map(|(key, _)| key.0).eq(1..400));
}

#[test]
fn a_panic_of_a_key_that_the_closure_catches_fails_the_transaction() {
    let state = State::<Tokens>::memory();
    let error = state
        .write(|tx| {
            // Falling keys, and so many that they fill a leaf. One more splits it: there it panics.
            for number in (101..=164).rev() {
                tx.tokens.put(Fragile(number), Token::default())?;
            }
            let_keys_panic(1);
            let put = || tx.tokens.put(Fragile(100), Token::default());
            let panic = catch_unwind(AssertUnwindSafe(put));
            let_keys_panic(0);
            assert!(panic.is_err());
            tx.tokens.put(Fragile(99), Token::default())
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.to_string(), "a panic has left the transaction half changed");
    assert!(state.read().tokens.is_empty());
}
