//! Directories of etchdb 0.3.3: values without versions, the snapshot as one struct.

use std::collections::BTreeMap;

use forebay_state::etchdb::{Cause, Collection, Import};
use forebay_state::{State, Table};
use forebay_store::ErrorKind;
use serde::Deserialize;

use super::fixture::{expected, folder, numbered, path};
use super::types::Person;

/// The struct as it was, down to a field that was no collection.
#[derive(Deserialize)]
struct Shop {
    people: BTreeMap<String, Person>,
    note: String,
    orders: BTreeMap<u64, String>,
}

#[derive(State, Clone)]
struct People {
    #[table(id = 1)]
    people: Table<String, Person>,
}

fn people(directory: &str) -> Import<People> {
    let import = Import::<People>::open(path(directory)).unwrap();
    import.table(Collection::new(0).version(0), |tx| &mut tx.people).leave(1)
}

#[test]
fn bare_values_of_a_log_come_over_when_they_are_said_to_be_of_the_type() {
    let state = State::memory();
    let report = people("etchdb-0.3.3/log").run(&state).unwrap();
    assert_eq!(numbered(0, &state.read().people), expected("etchdb-0.3.3/log", 0));
    assert_eq!(report.logs[0].format, 3);
    assert_eq!(report.collections[&0].versions, [(0, 2)].into());
}

#[test]
fn bare_values_are_not_guessed_to_be_of_version_one() {
    let import = Import::<People>::open(path("etchdb-0.3.3/log")).unwrap();
    let import = import.table(0, |tx| &mut tx.people).leave(1);
    let error = import.run(&State::memory()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("`Collection::version`"), "{error}");
}

#[test]
fn a_snapshot_of_one_struct_comes_over_through_that_struct() {
    let state = State::memory();
    let import = people("etchdb-0.3.3/compacted").old_snapshot(|tx, old: Shop| {
        assert!(old.note.is_empty() && !old.orders.is_empty());
        old.people.into_iter().try_for_each(|(key, value)| tx.people.put(key, value))
    });
    let report = import.run(&state).unwrap();
    assert_eq!(numbered(0, &state.read().people), expected("etchdb-0.3.3/compacted", 0));
    assert_eq!(report.snapshot.unwrap().format, 1);
}

#[test]
fn a_snapshot_of_one_struct_is_not_read_without_it_and_the_error_says_so() {
    let error = people("etchdb-0.3.3/compacted").run(&State::memory()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("`old_snapshot`"), "{error}");
}

#[test]
fn a_snapshot_of_one_struct_that_is_cut_is_damage() {
    let mut folder = folder("etchdb-0.3.3/compacted");
    folder.bytes("snapshot.postcard").pop();
    let import = Import::<People>::of(std::sync::Arc::new(folder)).unwrap();
    let mut import = import.leave(0).leave(1).old_snapshot(|_, _: Shop| Ok(()));
    assert_eq!(import.check().unwrap().causes, [(Cause::Snapshot, 1)].into());
}
