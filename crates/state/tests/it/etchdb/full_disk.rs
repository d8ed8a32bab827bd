//! What etchdb acknowledged behind a torn transaction, and would throw away, comes over.

use std::error::Error as _;

use forebay_state::etchdb::{Cause, Import, Refusal};
use forebay_state::{State, Table};
use forebay_store::ErrorKind;

use super::fixture::{expected, numbered, path};

#[derive(State, Clone)]
struct Notes {
    #[table(id = 1)]
    notes: Table<String, String>,
}

const DIRECTORY: &str = "etchdb-0.6.1/full-disk";

#[test]
fn what_was_written_behind_a_torn_transaction_is_found() {
    let state = State::memory();
    let import = Import::<Notes>::open(path(DIRECTORY)).unwrap();
    let import = import.table(0, |tx| &mut tx.notes).keep_what_is_good();
    let report = import.run(&state).unwrap();
    assert_eq!(numbered(0, &state.read().notes), expected(DIRECTORY, 0));
    assert_eq!(report.causes, [(Cause::Transaction, 1)].into());
    assert_eq!(report.logs[0].transactions, 3);
    assert!(report.has_damage() && report.has_loss());
}

#[test]
fn damage_is_an_error_before_anything_is_written_and_says_where_it_is() {
    let state = State::memory();
    let import = Import::<Notes>::open(path(DIRECTORY)).unwrap();
    let error = import.table(0, |tx| &mut tx.notes).run(&state).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().starts_with("wal.bin at byte "), "{error}");
    assert!(error.to_string().contains("`keep_what_is_good`"), "{error}");
    let refusal = error.source().unwrap().downcast_ref::<Refusal>().unwrap();
    assert_eq!(refusal.0.notes.len(), 1);
    assert!(state.read().notes.is_empty());
}
