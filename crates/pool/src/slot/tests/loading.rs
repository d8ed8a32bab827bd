//! Loads, room and those who wait, in the orders that are rare.

use std::sync::Arc;

use forebay_store::{Error, ErrorKind, Op};

use super::{object, pool};
use crate::budget::Purpose;
use crate::fault::Call;
use crate::slot::load_work::LoadWork;

#[test]
fn room_that_comes_when_it_is_read_already_begins_no_second_read() {
    let (pool, _) = pool();
    let handle = object(&pool, 1);
    assert!(handle.evict().wait().unwrap());
    let slot = handle.slot();
    let (done, op) = Op::pending();
    let begun = slot.step(|desk, effects| desk.read(done, effects)).unwrap();
    assert!(slot.step(|desk, effects| desk.start_load(begun.number, effects)).is_some());
    let room = pool.inner().ledger.take_now(begun.bytes, Purpose::Loading).unwrap();
    LoadWork::new(slot, begun.number, room).go(false);
    assert!(!op.is_ready(), "who reads it answers");
    assert_eq!(pool.stats().loading.as_bytes(), 0);
    slot.step(|desk, effects| desk.load_failed(begun.number, &Error::corrupt("so"), effects));
    assert_eq!(op.wait().unwrap_err().kind(), ErrorKind::Corrupt);
}

#[test]
fn who_comes_when_a_load_is_dismissed_is_not_dismissed_with_it() {
    let (pool, _) = pool();
    let handle = object(&pool, 1);
    assert!(handle.evict().wait().unwrap());
    let slot = handle.slot();
    let (done, first) = Op::pending();
    let begun = slot.step(|desk, effects| desk.read(done, effects)).unwrap();
    drop(first);
    let (done, second) = Op::pending();
    assert!(slot.step(|desk, effects| desk.read(done, effects)).is_none());
    let dismissed = Error::new(ErrorKind::Aborted, "nobody waits for this room");
    slot.answered(begun, Err(dismissed), false);
    assert_eq!(*second.wait().unwrap(), vec![1; 1000]);
}

#[test]
fn a_blob_that_only_a_load_has_left_is_freed_under_no_lock() {
    let (pool, medium) = pool();
    let handle = object(&pool, 1);
    assert!(handle.evict().wait().unwrap());
    let slot = Arc::clone(handle.slot());
    let (done, _op) = Op::pending();
    let begun = slot.step(|desk, effects| desk.read(done, effects)).unwrap();
    drop(handle);
    assert_eq!(medium.count(Call::Free), 0, "it may be read still");
    slot.step(|desk, effects| desk.load_failed(begun.number, &Error::corrupt("so"), effects));
    assert_eq!(medium.count(Call::Free), 1);
}
