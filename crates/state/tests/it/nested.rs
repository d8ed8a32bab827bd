//! Writes within writes.

use forebay_state::State;
use forebay_store::ErrorKind;

use crate::shop::Shop;

#[test]
fn a_write_within_a_write_of_the_same_state_is_an_error_and_no_deadlock() {
    let state = State::<Shop>::memory();
    let inner = state
        .write(|tx| {
            tx.users.put("ada".into(), 1)?;
            Ok(state.write(|tx| tx.users.put("bob".into(), 2)).map_err(|error| error.kind()))
        })
        .unwrap();
    assert_eq!(inner, Err(ErrorKind::Invalid));
    let view = state.read();
    assert_eq!((view.users.get("ada"), view.users.get("bob")), (Some(&1), None));
    state.write(|tx| tx.users.put("bob".into(), 2)).unwrap();
}

#[test]
fn a_write_within_a_write_of_another_state_is_a_write() {
    let (one, other) = (State::<Shop>::memory(), State::<Shop>::memory());
    one.write(|tx| {
        other.write(|tx| tx.users.put("bob".into(), 2))?;
        tx.users.put("ada".into(), 1)
    })
    .unwrap();
    assert_eq!(one.read().users.get("ada"), Some(&1));
    assert_eq!(other.read().users.get("bob"), Some(&2));
}

#[test]
fn a_view_within_a_write_shows_what_was_before_it() {
    let state = State::<Shop>::memory();
    state
        .write(|tx| {
            tx.users.put("ada".into(), 1)?;
            assert!(state.read().users.is_empty());
            assert_eq!(tx.users.get("ada"), Some(&1));
            Ok(())
        })
        .unwrap();
    assert_eq!(state.read().users.len(), 1);
}
