//! What is there after the store was closed, or died.

use forebay_store::BlockingStore;

use crate::stored::{delete, files, get, open, put, write};

#[test]
fn what_was_stored_and_deleted_is_so_after_a_reopen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made/with/those/above");
    let store = open(&path);
    let long = vec![b'k'; 1000];
    for key in [&b"a"[..], b"b", &long] {
        assert!(put(&store, key, key).is_stored());
    }
    assert!(delete(&store, b"b").is_stored());
    drop(store);

    let store = open(&path);
    assert_eq!(get(&store, b"a").unwrap().as_deref(), Some(&b"a"[..]));
    assert_eq!(get(&store, b"b").unwrap(), None);
    assert_eq!(get(&store, &long).unwrap(), Some(long));
    assert_eq!(store.count().unwrap(), 2);
}

#[test]
fn what_a_crash_left_half_written_is_swept_and_the_old_value_stays() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert!(put(&store, b"a", b"old").is_stored());
    drop(store);
    // As after a crash between the writing of the new file and its renaming.
    for number in [0, 1, 255] {
        write(&folder.path().join(format!("tmp/t-{number:016x}")), b"FBYENTRY half of an entry");
    }

    let store = open(folder.path());
    assert!(files(folder.path()).iter().all(|path| !path.to_string_lossy().contains("t-0")));
    assert_eq!(get(&store, b"a").unwrap().as_deref(), Some(&b"old"[..]));
    assert!(put(&store, b"a", b"new").is_stored());
    assert_eq!(get(&store, b"a").unwrap().as_deref(), Some(&b"new"[..]));
}
