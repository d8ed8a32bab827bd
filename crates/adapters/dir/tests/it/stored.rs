//! Writes and files, written short.
#![expect(clippy::disallowed_methods, reason = "the tests look at files behind the store's back")]

use std::path::{Path, PathBuf};

use forebay_dir::DirStore;
use forebay_store::{Batch, BatchId, BlockingStore, Outcome, Raw, WriteOp};

pub(crate) type Store = DirStore<Vec<u8>, Vec<u8>, Raw>;

pub(crate) fn open(path: &Path) -> Store {
    Store::open_with(path, Raw).expect("the directory opens")
}

pub(crate) fn apply(store: &Store, ops: Vec<WriteOp<Vec<u8>, Vec<u8>>>) -> Vec<Outcome> {
    let id = BatchId { origin: 1, number: 1 };
    store.apply(&Batch { id, ops }).expect("a directory answers by the write")
}

pub(crate) fn put(store: &Store, key: &[u8], value: &[u8]) -> Outcome {
    apply(store, vec![WriteOp::put(key.to_vec(), value.to_vec(), 1)]).remove(0)
}

pub(crate) fn delete(store: &Store, key: &[u8]) -> Outcome {
    apply(store, vec![WriteOp::delete(key.to_vec(), 1)]).remove(0)
}

pub(crate) fn get(store: &Store, key: &[u8]) -> forebay_store::Result<Option<Vec<u8>>> {
    store.load(&[key.to_vec()]).map(|mut values| values.remove(0))
}

/// All files under `path`, in order.
pub(crate) fn files(path: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("it is listed").path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// The one file whose name begins with `prefix`.
pub(crate) fn entry(path: &Path, prefix: &str) -> PathBuf {
    let begins = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(prefix))
    };
    let found: Vec<_> = files(path).into_iter().filter(begins).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().expect("there is one")
}

pub(crate) fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("the file is there")
}

pub(crate) fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).expect("the file can be written");
}
