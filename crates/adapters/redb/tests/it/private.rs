//! Who may read the file.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;

use forebay_redb::RedbStore;

#[test]
fn only_its_owner_can_read_a_new_file_and_its_lock() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.redb");
    let store = RedbStore::<String, u64>::open(&path).unwrap();
    for name in ["data.redb", "data.redb.lock"] {
        let mode = folder.path().join(name).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    drop(store);
}
