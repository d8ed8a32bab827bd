//! Values of several versions, and those that etchdb had put aside.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use forebay_state::etchdb::{Cause, Collection, Import, Quarantined, Reason};
use forebay_state::{State, Table, Tables};
use forebay_store::ErrorKind;
use serde::{Deserialize, Serialize};

use super::fixture::{expected, folder, numbered, path};
use super::written::transaction;

const DIRECTORY: &str = "etchdb-0.6.1/versions";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Price {
    cents: u64,
    currency: String,
}

/// The same without a field.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Cents {
    cents: u64,
}

#[derive(State, Clone)]
struct Prices {
    #[table(id = 1)]
    table: Table<String, Price>,
}

#[derive(State, Clone)]
struct AllCents {
    #[table(id = 1)]
    table: Table<String, Cents>,
}

#[derive(State, Clone)]
struct Numbers {
    #[table(id = 1)]
    table: Table<String, u64>,
}

fn open<T: Tables>() -> Import<T> {
    Import::open(path(DIRECTORY)).unwrap().leave(9)
}

#[test]
fn values_that_etchdb_put_aside_are_handed_over_as_they_are() {
    let taken = Rc::new(RefCell::new(Vec::new()));
    let into = Rc::clone(&taken);
    let state = State::memory();
    let import = open::<Prices>().table(Collection::new(3).version(2), |tx| &mut tx.table);
    let import = import.quarantined(move |value: Quarantined| {
        into.borrow_mut().push(value);
        Ok(())
    });
    let report = import.run(&state).unwrap();
    assert_eq!(numbered(3, &state.read().table), expected(DIRECTORY, 3));
    assert_eq!((report.quarantined, report.handed_over), (1, 1));
    let taken = taken.borrow();
    assert_eq!((taken[0].collection, taken[0].key.as_slice()), (3, b"old".as_slice()));
    assert_eq!(taken[0].reason, Reason::Missing(1, 2));
    assert_eq!(taken[0].stored().version(), 1);
    assert_eq!(taken[0].stored().read::<u64>().unwrap(), 100);
}

#[test]
fn a_value_that_was_put_aside_and_whose_key_is_there_again_is_not_handed_over() {
    let mut folder = folder(DIRECTORY);
    let price = b"\x82\xA5cents\x05\xA8currency\xA3EUR";
    folder.bytes("wal.bin").extend(transaction(&[(3, b"old", Some(price))]));
    let prices = Collection::new(3).version(2).other_versions(|stored| stored.read());
    let import = Import::<Prices>::of(Arc::new(folder)).unwrap().leave(9);
    let import = import.table(prices, |tx| &mut tx.table).quarantined(|value| {
        panic!("{value:?} is in the table");
    });
    let state = State::memory();
    let report = import.run(&state).unwrap();
    assert_eq!(state.read().table.get("old").map(|price| price.cents), Some(5));
    assert_eq!((report.quarantined, report.handed_over), (1, 0));
}

#[test]
fn values_that_nobody_takes_are_an_error() {
    let import = open::<Prices>().table(Collection::new(3).version(2), |tx| &mut tx.table);
    let error = import.run(&State::memory()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("`quarantined`"), "{error}");
}

#[test]
fn a_value_of_a_version_that_nobody_reads_is_counted_and_not_guessed() {
    let import = open::<Prices>().table(3, |tx| &mut tx.table).quarantined(|_| Ok(()));
    let state = State::memory();
    let report = import.keep_what_is_good().run(&state).unwrap();
    assert!(state.read().table.is_empty());
    assert_eq!(report.causes.keys().collect::<Vec<_>>(), [&Cause::Version]);
    assert_eq!(report.collections[&3].versions.keys().collect::<Vec<_>>(), [&2]);
}

#[test]
fn other_versions_come_over_through_the_function_that_reads_them() {
    let prices = Collection::new(3).version(3).other_versions(|stored| {
        assert_eq!(stored.version(), 2);
        stored.read::<Price>().map(|price| price.cents)
    });
    let import = open::<Numbers>().table(prices, |tx| &mut tx.table).quarantined(|_| Ok(()));
    let state = State::memory();
    import.run(&state).unwrap();
    assert_eq!(state.read().table.get("later"), Some(&301));
}

#[test]
fn a_stored_field_that_the_type_lacks_is_told_unless_it_is_dropped() {
    let import = open::<AllCents>().quarantined(|_| Ok(()));
    let import = import.table(Collection::new(3).version(2), |tx| &mut tx.table);
    let error = import.run(&State::memory()).unwrap_err();
    assert!(error.to_string().contains("`currency`"), "{error}");

    let cents = Collection::new(3).version(2).dropped("currency");
    let import = open::<AllCents>().quarantined(|_| Ok(())).table(cents, |tx| &mut tx.table);
    let state = State::memory();
    import.run(&state).unwrap();
    assert_eq!(state.read().table.get("later").map(|price| price.cents), Some(301));
}
