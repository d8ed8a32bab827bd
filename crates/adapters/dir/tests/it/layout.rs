//! What lies in the directory, as `docs/format/dir.md` has it, and whose it is.

use forebay_dir::DirStore;
use forebay_store::{BlockingStore, ErrorKind, Raw};

use crate::stored::{Store, delete, files, get, open, put, read, write};

#[test]
fn a_directory_holds_what_its_format_says() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert!(put(&store, b"Ab", b"value").is_stored());
    let names: Vec<_> = files(folder.path())
        .iter()
        .map(|path| path.strip_prefix(folder.path()).unwrap().display().to_string())
        .collect();
    // CRC-32 of "Ab" is 0x0b07_6ccf, so its shard is "cf".
    assert_eq!(names, ["FORMAT", "LOCK", "cf/k-%41b"]);
    assert_eq!(
        read(&folder.path().join("FORMAT")),
        b"forebay directory store\nversion 1\nkey codec raw\nvalue codec raw\n"
    );
    let entry = read(&folder.path().join("cf/k-%41b"));
    assert!(entry.starts_with(b"FBYENTRY\x01\0\0\0\x02\0\0\0\x05\0\0\0\0\0\0\0Abvalue"));
    assert_eq!(entry.len(), 24 + 2 + 5 + 4);
}

#[test]
fn foreign_files_are_neither_read_nor_touched() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    assert!(put(&store, b"Ab", b"value").is_stored());
    let foreign = ["notes.txt", "cf/README", "cf/k-Upper", "tmp/keep.me", "tmp/t-short"]
        .map(|name| folder.path().join(name));
    for path in &foreign {
        write(path, b"not of the store");
    }
    drop(store);

    let store = open(folder.path());
    assert_eq!(store.count().unwrap(), 1);
    assert_eq!(store.scan(None, 10).unwrap().entries.len(), 1);
    assert!(delete(&store, b"Ab").is_stored());
    for path in &foreign {
        assert_eq!(read(path), b"not of the store");
    }
}

#[test]
fn a_directory_of_another_codec_is_invalid() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    let error = DirStore::<Vec<u8>, Vec<u8>>::open(folder.path()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.to_string().contains("key codec raw"), "{error}");
}

#[test]
fn a_directory_of_a_later_version_or_of_something_else_is_invalid() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()));
    for format in ["forebay directory store\nversion 2\n", "something else\n", ""] {
        write(&folder.path().join("FORMAT"), format.as_bytes());
        let error = Store::open_with(folder.path(), Raw).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{format}");
    }
}

#[test]
fn keys_that_would_leave_the_directory_stay_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    let store = open(&inside);
    for key in ["../escaped", "/etc/escaped", "..", "a/../../escaped"] {
        assert!(put(&store, key.as_bytes(), b"1").is_stored());
        assert_eq!(get(&store, key.as_bytes()).unwrap().as_deref(), Some(&b"1"[..]));
    }
    let outside = files(folder.path()).into_iter().filter(|path| !path.starts_with(&inside));
    assert_eq!(outside.count(), 0);
}
