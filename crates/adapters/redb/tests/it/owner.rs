//! One owner for one file (G14).

use forebay_redb::RedbStore;
use forebay_store::{ErrorKind, Raw};

type Store = RedbStore<Vec<u8>, Vec<u8>, Raw>;

#[test]
fn a_second_opener_is_told_the_owners_process_id() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.redb");
    let store = Store::open_with(&path, Raw).unwrap();
    let error = Store::open_with(&path, Raw).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains(&std::process::id().to_string()), "{error}");
    drop(store);
    assert!(Store::open_with(&path, Raw).is_ok());
}

#[test]
fn a_file_that_another_program_has_open_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.redb");
    let _other = redb::Database::create(&path).unwrap();
    let error = Store::open_with(&path, Raw).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("another program"), "{error}");
}
