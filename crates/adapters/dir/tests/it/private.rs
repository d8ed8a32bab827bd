//! Who may read the directory.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;

use forebay_dir::DirStore;

#[test]
fn only_its_owner_can_look_into_a_new_directory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data");
    let store = DirStore::<String, u64>::open(&path).unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    drop(store);
}
