//! What a failed transaction leaves behind: nothing.

use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_state::{Revision, State};
use forebay_store::{Error, ErrorKind};

use crate::shop::Shop;

fn opened() -> State<Shop> {
    let state = State::<Shop>::memory();
    state.write(|tx| tx.users.put("ada".into(), 1)).unwrap();
    state
}

#[test]
fn an_error_takes_back_the_changes_of_all_tables() {
    let state = opened();
    let before = state.revision();
    let failed: Result<(), _> = state.write(|tx| {
        tx.users.put("ada".into(), 2)?;
        tx.users.put("bob".into(), 2)?;
        tx.orders.put(1, "tea".into())?;
        Err(Error::refused("sold out"))
    });
    let error = failed.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Refused, "sold out"));
    let view = state.read();
    assert_eq!(view.users.iter().collect::<Vec<_>>(), [(&"ada".to_owned(), &1)]);
    assert!(view.orders.is_empty());
    assert_eq!(view.revision(), before);
}

#[test]
fn a_panic_takes_back_the_changes_and_goes_through_the_caller_and_others_write_on() {
    let state = opened();
    let panic = catch_unwind(AssertUnwindSafe(|| {
        state.write(|tx| {
            tx.users.delete("ada");
            assert!(!tx.users.is_empty(), "a mistake of the user");
            Ok(())
        })
    }));
    let message = *panic.unwrap_err().downcast::<&str>().unwrap();
    assert_eq!(message, "a mistake of the user");
    assert_eq!(state.read().users.get("ada"), Some(&1));
    state.write(|tx| tx.users.put("bob".into(), 2)).unwrap();
    assert_eq!(state.read().users.len(), 2);
}

#[test]
fn a_transaction_without_changes_makes_no_revision() {
    let state = opened();
    let seen = state.write(|tx| Ok(tx.users.get("ada").copied())).unwrap();
    assert_eq!(seen, Some(1));
    state.write(|tx| Ok(tx.users.delete("nobody"))).unwrap();
    assert_eq!(state.revision(), Revision(1));
}
