//! Panics of a key's own code while changes are applied.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use forebay_state::{Revision, State};

use crate::tokens::{Fragile, Tokens, let_comparisons_panic};

fn opened() -> State<Tokens> {
    let state = State::<Tokens>::memory();
    for number in 0..200 {
        state.write(|tx| tx.tokens.put(Fragile(number), Arc::default())).unwrap();
    }
    state
}

/// Overwrites a key, with so many panics when that is applied.
fn overwrite(state: &State<Tokens>, token: Arc<()>, panics: u32) -> std::thread::Result<()> {
    catch_unwind(AssertUnwindSafe(|| {
        let written = state.write(|tx| {
            tx.tokens.put(Fragile(7), token)?;
            let_comparisons_panic(panics);
            Ok(())
        });
        let_comparisons_panic(0);
        written.unwrap();
    }))
}

#[test]
fn changes_whose_application_panics_once_are_shown_all_the_same() {
    let state = opened();
    let token = Arc::new(());
    overwrite(&state, Arc::clone(&token), 1).unwrap();
    let view = state.read();
    assert!(Arc::ptr_eq(view.tokens.get(&Fragile(7)).unwrap(), &token));
    assert_eq!((view.revision(), view.tokens.len()), (Revision(201), 200));
}

#[test]
fn changes_whose_application_panics_again_are_taken_back_and_others_write_on() {
    let state = opened();
    let before = Arc::clone(state.read().tokens.get(&Fragile(7)).unwrap());
    overwrite(&state, Arc::default(), 2).unwrap_err();
    assert!(Arc::ptr_eq(state.read().tokens.get(&Fragile(7)).unwrap(), &before));
    assert_eq!(state.revision(), Revision(200));
    for number in 200..400 {
        state.write(|tx| tx.tokens.put(Fragile(number), Arc::default())).unwrap();
    }
    let view = state.read();
    assert!(view.tokens.iter().map(|(key, _)| key.0).eq(0..400));
}
