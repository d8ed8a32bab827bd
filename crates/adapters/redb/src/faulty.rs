//! Tests of the store on a medium that fails when it is told to.

use std::io::{Error as IoError, ErrorKind as IoKind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use forebay_store::sync::Mutex;
use forebay_store::{
    Batch, BatchId, BlockingStore, Error, ErrorKind, Outcome, Raw, Result, WriteOp,
};
use redb::StorageBackend;

use crate::RedbStore;
use crate::scratch::Scratch;
use crate::scratch_file::ScratchFile;

type Store = RedbStore<Vec<u8>, Vec<u8>, Raw>;

/// Bytes that outlive the database on them, and switches.
#[derive(Debug, Default)]
struct Medium {
    bytes: Mutex<Vec<u8>>,
    reads_fail: AtomicBool,
    writes_fail: AtomicBool,
    syncs_fail: AtomicBool,
}

#[derive(Debug)]
struct Opened(Arc<Medium>);

fn fails(switch: &AtomicBool, kind: IoKind) -> std::result::Result<(), IoError> {
    if switch.load(Ordering::SeqCst) {
        Err(IoError::new(kind, "as the test wants"))
    } else {
        Ok(())
    }
}

fn range(offset: u64, length: usize, end: usize) -> std::io::Result<std::ops::Range<usize>> {
    let start = usize::try_from(offset).map_err(IoError::other)?;
    let range = start..start + length;
    if range.end > end { Err(IoKind::UnexpectedEof.into()) } else { Ok(range) }
}

impl StorageBackend for Opened {
    fn len(&self) -> std::io::Result<u64> {
        u64::try_from(self.0.bytes.lock().len()).map_err(IoError::other)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> std::io::Result<()> {
        fails(&self.0.reads_fail, IoKind::Other)?;
        let bytes = self.0.bytes.lock();
        out.copy_from_slice(&bytes[range(offset, out.len(), bytes.len())?]);
        Ok(())
    }

    fn set_len(&self, len: u64) -> std::io::Result<()> {
        fails(&self.0.writes_fail, IoKind::StorageFull)?;
        self.0.bytes.lock().resize(usize::try_from(len).map_err(IoError::other)?, 0);
        Ok(())
    }

    fn sync_data(&self) -> std::io::Result<()> {
        fails(&self.0.syncs_fail, IoKind::Other)
    }

    fn write(&self, offset: u64, data: &[u8]) -> std::io::Result<()> {
        fails(&self.0.writes_fail, IoKind::StorageFull)?;
        let mut bytes = self.0.bytes.lock();
        let range = range(offset, data.len(), bytes.len())?;
        bytes[range].copy_from_slice(data);
        Ok(())
    }
}

fn store_on(medium: &Arc<Medium>) -> Store {
    let medium = Arc::clone(medium);
    // Without a cache every read reaches the medium.
    let open = move || {
        let mut builder = redb::Builder::new();
        builder.set_cache_size(0).create_with_backend(Opened(Arc::clone(&medium)))
    };
    Store::over(Path::new("medium"), Box::new(open), None, Raw).expect("the medium works")
}

fn apply(store: &Store, key: &str, value: &[u8]) -> Result<Vec<Outcome>> {
    apply_one(store, WriteOp::put(key.into(), value.into(), 1))
}

fn delete(store: &Store, key: &str) -> Result<Vec<Outcome>> {
    apply_one(store, WriteOp::delete(key.into(), 2))
}

fn apply_one(store: &Store, op: WriteOp<Vec<u8>, Vec<u8>>) -> Result<Vec<Outcome>> {
    let ops = vec![op];
    store.apply(&Batch { id: BatchId { origin: 1, number: 1 }, ops })
}

fn get(store: &Store, key: &str) -> Result<Option<Vec<u8>>> {
    store.load(&[key.into()]).map(|mut values| values.remove(0))
}

fn kind<T>(answer: Result<T>) -> Option<ErrorKind> {
    answer.err().as_ref().map(Error::kind)
}

#[test]
fn a_commit_that_fails_is_unknown_and_the_store_goes_on_when_the_medium_does() {
    let medium = Arc::default();
    let store = store_on(&medium);
    assert!(apply(&store, "a", b"old").unwrap()[0].is_stored());
    medium.syncs_fail.store(true, Ordering::SeqCst);
    assert_eq!(kind(apply(&store, "a", b"new")), Some(ErrorKind::Unknown));

    medium.syncs_fail.store(false, Ordering::SeqCst);
    let value = get(&store, "a").unwrap().expect("the key is there");
    assert!(value == b"old" || value == b"new", "one or the other, whole");
    assert!(apply(&store, "a", b"newer").unwrap()[0].is_stored());
    assert_eq!(get(&store, "a").unwrap().as_deref(), Some(&b"newer"[..]));
}

#[test]
fn while_the_medium_fails_every_call_is_an_error_to_be_tried_again() {
    let medium = Arc::default();
    let store = store_on(&medium);
    assert!(apply(&store, "a", b"1").unwrap()[0].is_stored());
    medium.reads_fail.store(true, Ordering::SeqCst);
    for _ in 0..3 {
        assert_eq!(kind(get(&store, "a")), Some(ErrorKind::Unavailable));
        assert_eq!(kind(apply(&store, "b", b"2")), Some(ErrorKind::Unavailable));
        assert_eq!(kind(store.count()), Some(ErrorKind::Unavailable));
    }
    medium.reads_fail.store(false, Ordering::SeqCst);
    assert_eq!(get(&store, "a").unwrap().as_deref(), Some(&b"1"[..]));
    assert_eq!(get(&store, "b").unwrap(), None);
}

#[test]
fn a_full_disk_loses_nothing_and_ends_when_there_is_room() {
    let medium = Arc::default();
    let store = store_on(&medium);
    assert!(apply(&store, "a", b"1").unwrap()[0].is_stored());
    medium.writes_fail.store(true, Ordering::SeqCst);
    let large = vec![7; 4 << 20];
    let error = apply(&store, "b", &large).unwrap_err();
    assert!(error.is_retryable(), "{error:?}");

    medium.writes_fail.store(false, Ordering::SeqCst);
    assert!(apply(&store, "b", &large).unwrap()[0].is_stored());
    assert_eq!(get(&store, "a").unwrap().as_deref(), Some(&b"1"[..]));
    assert_eq!(get(&store, "b").unwrap(), Some(large));
}

#[test]
fn what_was_stored_is_there_when_the_medium_is_opened_again_without_a_close() {
    let medium: Arc<Medium> = Arc::default();
    let store = store_on(&medium);
    assert!(apply(&store, "a", b"1").unwrap()[0].is_stored());
    let image = medium.bytes.lock().clone();
    let copy = Arc::new(Medium { bytes: Mutex::new(image), ..Medium::default() });
    assert_eq!(get(&store_on(&copy), "a").unwrap().as_deref(), Some(&b"1"[..]));
}

#[test]
fn what_a_failed_commit_has_done_counts_in_the_quota_and_nothing_else_does() {
    let folder = tempfile::tempdir().unwrap();
    let switches: [fn(&Medium) -> &AtomicBool; 2] =
        [|medium| &medium.syncs_fail, |medium| &medium.writes_fail];
    for switch in switches {
        let medium: Arc<Medium> = Arc::default();
        let file = Arc::new(ScratchFile::make(folder.path()).unwrap());
        let store = store_on(&medium).with_scratch(Scratch::new(file, None));
        let fails = |fails| switch(&medium).store(fails, Ordering::SeqCst);
        let is_counted = || {
            apply(&store, "x", b"").unwrap();
            delete(&store, "x").unwrap();
            let there = get(&store, "a").unwrap().map_or(0, |_| 8192);
            assert_eq!(store.scratch_of().live(), there);
        };
        for _ in 0..3 {
            fails(true);
            let put = apply(&store, "a", &[1; 5_000]);
            fails(false);
            assert!(put.is_err());
            is_counted();
            apply(&store, "a", &[1; 5_000]).unwrap();
            fails(true);
            let deleted = delete(&store, "a");
            fails(false);
            assert!(deleted.is_err());
            is_counted();
            delete(&store, "a").unwrap();
            is_counted();
        }
    }
}
