//! Panics in the function of an index.

use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_state::State;
use forebay_store::ErrorKind;

use super::library::{Book, Library, let_the_index_panic};

#[test]
fn a_panic_of_an_index_that_the_closure_catches_fails_the_transaction() {
    let state = State::<Library>::memory();
    state.write(|tx| tx.books.put(1, Book::new("novel", Some(1)))).unwrap();
    let error = state
        .write(|tx| {
            let_the_index_panic(1);
            let panic = catch_unwind(AssertUnwindSafe(|| tx.books.put(2, Book::new("b", None))));
            let_the_index_panic(0);
            assert!(panic.is_err());
            Ok(())
        })
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.to_string(), "a panic has left the transaction half changed");
    let view = state.read();
    assert_eq!((view.books.len(), view.indexes().by_genre.len()), (1, 1));
    state.write(|tx| tx.books.put(2, Book::new("b", None))).unwrap();
    assert_eq!(state.read().indexes().by_genre.len(), 2);
}
