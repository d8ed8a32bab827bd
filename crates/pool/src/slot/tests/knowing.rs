//! Objects by key.

use forebay_store::{Error, ErrorKind, Result};

use super::{object, pool};
use crate::handle::{Handle, Keepable};
use crate::key::Key;
use crate::object::Object;
use crate::pool::Pool;
use crate::slot::Slot;

fn known<T: Object>(pool: &Pool, key: Key) -> Result<Handle<T>> {
    pool.inner().known.get_or::<T>(key, || Err(Error::unavailable("it would be made")))
}

#[test]
fn a_key_that_is_open_is_the_same_object() {
    let (pool, _) = pool();
    let handle = object(&pool, 1);
    let key = handle.key();
    assert_eq!(known::<Vec<u8>>(&pool, key).unwrap_err().kind(), ErrorKind::Unavailable);
    handle.remember(handle.key());
    assert!(known::<Vec<u8>>(&pool, key).unwrap().ptr_eq(&handle));
    let other = known::<String>(&pool, key).unwrap_err();
    assert_eq!(other.kind(), ErrorKind::Invalid);
    drop(handle);
    assert_eq!(known::<Vec<u8>>(&pool, key).unwrap_err().kind(), ErrorKind::Unavailable);
}

#[test]
fn an_object_that_has_changed_never_answers_for_its_old_key() {
    let (pool, _) = pool();
    let mut handle = object(&pool, 1);
    let key = handle.key();
    handle.remember(handle.key());
    let guard = handle.get_mut().wait().unwrap();
    assert_eq!(known::<Vec<u8>>(&pool, key).unwrap_err().kind(), ErrorKind::Unavailable);
    drop(guard);
    assert!(known::<Vec<u8>>(&pool, key).unwrap().ptr_eq(&handle));
    handle.get_mut().wait().unwrap().push(1);
    assert_eq!(known::<Vec<u8>>(&pool, key).unwrap_err().kind(), ErrorKind::Unavailable);
}

#[test]
fn what_is_made_for_a_key_loads_nothing_until_it_is_read() {
    let (pool, medium) = pool();
    let handle = object(&pool, 1);
    assert!(handle.evict().wait().unwrap());
    let blob = match handle.kept().wait().unwrap() {
        crate::handle::Content::Spilled(blob) => blob,
        crate::handle::Content::Value { .. } => panic!("it is spilled"),
    };
    let inner = pool.inner();
    let opened = inner.known.get_or::<Vec<u8>>(handle.key(), || {
        inner.admit()?;
        Ok(Slot::spilled(inner, blob))
    });
    let opened = opened.unwrap();
    assert!(!opened.is_resident());
    assert_eq!(opened.key(), handle.key());
    assert_eq!(medium.count(crate::fault::Call::Reading), 0);
    drop(handle);
    assert_eq!(*opened.get().wait().unwrap(), vec![1; 1000]);
}
