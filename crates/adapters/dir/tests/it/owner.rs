//! One owner for one directory (G14).

use forebay_store::{ErrorKind, Raw};

use crate::stored::{Store, open};

#[test]
fn a_second_opener_is_told_the_owners_process_id() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let error = Store::open_with(folder.path(), Raw).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains(&std::process::id().to_string()), "{error}");
    drop(store);
    open(folder.path());
}
