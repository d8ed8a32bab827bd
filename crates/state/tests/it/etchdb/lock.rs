//! A directory that a running etchdb has open.
#![expect(clippy::disallowed_methods, reason = "etchdb's lock is a file")]

use std::fs::{self, File};

use forebay_state::State;
use forebay_state::etchdb::Import;
use forebay_store::ErrorKind;
use tempfile::TempDir;

use super::fixture::{all_expected, path, shop_lines};
use crate::shop::Shop;

const DIRECTORY: &str = "etchdb-0.6.1/shop-compacted";

fn copy() -> TempDir {
    let copy = TempDir::new().unwrap();
    for entry in fs::read_dir(path(DIRECTORY)).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
    }
    copy
}

#[test]
fn a_directory_that_etchdb_has_open_is_unavailable() {
    let copy = copy();
    let lock = File::create(copy.path().join(".lock")).unwrap();
    lock.try_lock().unwrap();
    let error = Import::<Shop>::open(copy.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("`checkpoint_to`"), "{error}");
    lock.unlock().unwrap();
    Import::<Shop>::open(copy.path()).unwrap();
}

#[test]
fn etchdb_cannot_open_the_directory_while_it_is_imported() {
    let copy = copy();
    let lock = File::create(copy.path().join(".lock")).unwrap();
    let import = Import::<Shop>::open(copy.path()).unwrap();
    assert!(lock.try_lock().is_err());
    drop(import);
    lock.try_lock().unwrap();
}

#[test]
fn nothing_in_the_directory_is_changed() {
    let copy = copy();
    let state = State::memory();
    let import = Import::<Shop>::open(copy.path()).unwrap();
    import.table(0, |tx| &mut tx.users).table(1, |tx| &mut tx.orders).run(&state).unwrap();
    assert_eq!(shop_lines(&state), all_expected(DIRECTORY));
    let original = fs::read_dir(path(DIRECTORY)).unwrap().count();
    assert_eq!(fs::read_dir(copy.path()).unwrap().count(), original);
    for entry in fs::read_dir(copy.path()).unwrap() {
        let entry = entry.unwrap();
        let before = fs::read(path(DIRECTORY).join(entry.file_name())).unwrap();
        assert_eq!(fs::read(entry.path()).unwrap(), before);
    }
}

#[test]
fn what_is_no_directory_of_an_etchdb_is_invalid() {
    let empty = TempDir::new().unwrap();
    for path in [empty.path().to_owned(), empty.path().join("missing")] {
        let error = Import::<Shop>::open(path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
    }
}
