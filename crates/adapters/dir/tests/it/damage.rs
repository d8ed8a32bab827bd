//! Damaged files are noticed, never served, and stand in nobody's way (G13).

use std::path::PathBuf;

use forebay_store::{BlockingStore, ErrorKind, Outcome, WriteOp};

use crate::stored::{apply, delete, entry, files, get, open, put, read, write};

#[test]
fn a_damaged_file_is_corrupt_for_its_key_alone_and_says_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert!(put(&store, b"good", b"1").is_stored() && put(&store, b"bad", b"2").is_stored());
    let path = entry(folder.path(), "k-bad");
    let mut bytes = read(&path);
    let last = bytes.len() - 5;
    bytes[last] ^= 1;
    write(&path, &bytes);

    let error = get(&store, b"bad").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("k-bad"), "{error}");
    assert_eq!(get(&store, b"good").unwrap().as_deref(), Some(&b"1"[..]));
    assert_eq!(store.scan(None, 10).unwrap_err().kind(), ErrorKind::Corrupt);
}

#[test]
fn a_cut_or_empty_file_is_corrupt_not_absent() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert!(put(&store, b"a", b"value").is_stored());
    let path = entry(folder.path(), "k-a");
    let bytes = read(&path);
    for end in [0, 10, bytes.len() - 1] {
        write(&path, &bytes[..end]);
        assert_eq!(get(&store, b"a").unwrap_err().kind(), ErrorKind::Corrupt, "cut at {end}");
    }
}

#[test]
fn a_file_under_another_keys_name_is_corrupt() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert!(put(&store, b"a", b"1").is_stored() && put(&store, b"b", b"2").is_stored());
    write(&entry(folder.path(), "k-b"), &read(&entry(folder.path(), "k-a")));
    assert_eq!(get(&store, b"b").unwrap_err().kind(), ErrorKind::Corrupt);
    assert_eq!(store.scan(None, 10).unwrap_err().kind(), ErrorKind::Corrupt);
}

#[test]
fn writing_or_deleting_a_damaged_key_mends_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    for key in [b"short".to_vec(), vec![b'k'; 1000]] {
        assert!(put(&store, &key, b"1").is_stored());
        let path = entry(folder.path(), if key.len() > 100 { "h-" } else { "k-" });
        write(&path, b"damaged");
        assert!(put(&store, &key, b"2").is_stored());
        assert_eq!(get(&store, &key).unwrap().as_deref(), Some(&b"2"[..]));
        write(&path, b"damaged");
        assert!(delete(&store, &key).is_stored());
        assert_eq!(get(&store, &key).unwrap(), None);
    }
}

#[test]
fn a_long_key_never_takes_the_file_of_another_with_its_hash() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let (mine, other) = (vec![b'm'; 1000], vec![b'o'; 1000]);
    assert!(put(&store, &mine, b"1").is_stored());
    let path = entry(folder.path(), "h-");
    assert!(put(&store, &other, b"2").is_stored());
    // As if the two keys had one hash: the other's file under the name of mine.
    let others = files(folder.path());
    let is_other = |it: &&PathBuf| **it != path && it.to_string_lossy().contains("h-");
    write(&path, &read(others.iter().find(is_other).expect("the other's file is there")));

    assert_eq!(get(&store, &mine).unwrap(), None);
    assert!(matches!(put(&store, &mine, b"3"), Outcome::Refused(_)));
    assert!(delete(&store, &mine).is_stored());
    assert!(path.exists(), "a delete of mine leaves the other's file alone");
}

#[test]
fn a_place_that_is_taken_is_to_be_tried_again_and_the_others_are_stored() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert!(put(&store, b"a", b"1").is_stored());
    let path = entry(folder.path(), "k-a");
    assert!(delete(&store, b"a").is_stored());
    std::fs::create_dir_all(path.join("in the way")).unwrap();

    let ops = vec![
        WriteOp::put(b"a".to_vec(), b"2".to_vec(), 2),
        WriteOp::put(b"b".to_vec(), b"2".to_vec(), 2),
    ];
    let outcomes = apply(&store, ops);
    assert!(matches!(&outcomes[..], [Outcome::Retry(_), Outcome::Stored]), "{outcomes:?}");
    let left = std::fs::read_dir(folder.path().join("tmp")).unwrap().count();
    assert_eq!(left, 0, "a write that fails leaves nothing behind");
}
