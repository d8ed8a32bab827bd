//! Objects as an archive sees them.

use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Error, Result};

use super::{object, pool, stored};
use crate::fault::{Call, Fault, Scripted};
use crate::handle::{Content, Keepable};
use crate::key::Key;
use crate::lanes::Scratch;
use crate::pool::Pool;
use crate::slot::{Blob, Standing};

/// Writes what there is of it to another medium, as an archive does.
fn taken(pool: &Pool, content: Result<Content>, archive: &Scripted) -> Arc<Blob> {
    match content.unwrap() {
        Content::Spilled(blob) => blob,
        Content::Value { write, .. } => {
            let scratch = &mut Scratch { bytes: Vec::with_capacity(4096) };
            let written = write(archive, scratch).unwrap();
            let lanes = &pool.inner().lanes;
            Blob::new(Arc::new(archive.clone()), written.place, written.head, lanes)
        }
    }
}

#[test]
fn a_blob_that_an_archive_has_made_is_the_objects() {
    let ((pool, medium), archive) = (pool(), Scripted::default());
    let handle = object(&pool, 1);
    let blob = taken(&pool, handle.kept().wait(), &archive);
    assert_eq!(blob.head.id, handle.key());
    handle.adopt(handle.key(), blob);
    assert_eq!(stored(&handle).look().standing, Standing::Saved);
    assert!(handle.evict().wait().unwrap());
    assert_eq!(*handle.get().wait().unwrap(), vec![1; 1000]);
    assert_eq!((medium.count(Call::Begin), archive.count(Call::Reading)), (0, 1));
}

#[test]
fn a_blob_of_another_version_is_not_adopted() {
    let ((pool, _), archive) = (pool(), Scripted::default());
    let mut handle = object(&pool, 1);
    let (key, blob) = (handle.key(), taken(&pool, handle.kept().wait(), &archive));
    handle.replace(vec![2; 1000]).wait().unwrap();
    handle.adopt(key, blob);
    assert!(!handle.is_saved());
    assert_eq!(archive.count(Call::Free), 1);
}

#[test]
fn what_is_spilled_is_taken_as_it_is() {
    let ((pool, medium), archive) = (pool(), Scripted::default());
    let mut handle = object(&pool, 1);
    assert!(handle.evict().wait().unwrap());
    let blob = taken(&pool, handle.kept().wait(), &archive);
    assert_eq!(blob.head.id, handle.key());
    assert_eq!((medium.count(Call::Reading), archive.count(Call::Begin)), (0, 0));
    drop(handle.get().wait().unwrap());
    assert!(handle.try_get_mut().is_some(), "a blob holds no value");
}

#[test]
fn a_value_that_an_archive_has_is_neither_changed_nor_evicted_until_it_lets_go() {
    let ((pool, _), archive) = (pool(), Scripted::default());
    let mut handle = object(&pool, 1);
    let kept = handle.kept().wait();
    assert!(!handle.evict().wait().unwrap());
    assert!(handle.try_get_mut().is_none());
    let mut lending = handle.get_mut();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(std::pin::Pin::new(&mut lending).poll(&mut context).is_pending());
    let blob = taken(&pool, kept, &archive);
    assert!(lending.wait().unwrap().iter().all(|byte| *byte == 1));
    drop(blob);
    assert!(handle.evict().wait().unwrap());
}

#[test]
fn what_is_lent_is_waited_for() {
    let ((pool, _), archive) = (pool(), Scripted::default());
    let mut handle = object(&pool, 1);
    let slot = Arc::clone(handle.slot());
    let mut guard = handle.get_mut().wait().unwrap();
    guard.fill(3);
    let content = slot.content();
    assert!(!content.is_ready());
    drop(guard);
    let content = content.wait();
    assert_eq!(content.as_ref().ok().map(Content::key), Some(handle.key()));
    let blob = taken(&pool, content, &archive);
    assert_eq!(blob.head.id, handle.key());
    handle.adopt(handle.key(), blob);
    assert!(handle.evict().wait().unwrap());
    assert_eq!(*handle.get().wait().unwrap(), vec![3; 1000]);
}

#[test]
fn a_blob_that_is_not_trusted_any_more_is_let_go_of_if_the_value_is_here() {
    let (pool, medium) = pool();
    let handle = object(&pool, 1);
    handle.write_now().wait().unwrap();
    handle.distrust(Key::from_bytes([0; 16]), None);
    assert!(handle.is_saved());
    handle.distrust(handle.key(), None);
    assert!(!handle.is_saved());
    assert_eq!(medium.count(Call::Free), 1);
    assert!(handle.evict().wait().unwrap());
    handle.distrust(handle.key(), None);
    assert!(handle.is_saved(), "better than nothing");
}

#[test]
fn a_write_that_fails_when_an_archive_has_saved_the_object_is_no_trouble() {
    let ((pool, medium), archive) = (pool(), Scripted::default());
    let handle = object(&pool, 1);
    let blob = Mutex::new(Some(taken(&pool, handle.kept().wait(), &archive)));
    let adopting = handle.clone();
    medium.during(move |call| {
        let blob = if call == Call::Put { blob.lock().take() } else { None };
        if let Some(blob) = blob {
            adopting.adopt(adopting.key(), blob);
        }
    });
    medium.fail(Call::Seal, 1, &Fault::Error(Error::unavailable("the disk is gone")));
    stored(&handle).begin_write(true).unwrap().work.run();
    medium.undisturbed();
    assert_eq!(stored(&handle).look().standing, Standing::Spilled);
    assert_eq!(*handle.get().wait().unwrap(), vec![1; 1000]);
}
