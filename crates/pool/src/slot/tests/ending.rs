//! How objects end, and what stays of them.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::seam::manual::ManualClock;
use forebay_store::{ByteSize, ErrorKind};

use super::{object, pool, stored};
use crate::fault::{Call, Scripted};
use crate::pool::Pool;
use crate::slot::{Eviction, Slot, Standing};

#[test]
fn hits_of_a_value_that_was_taken_out_are_counted_on() {
    let (pool, _) = pool();
    let handle = object(&pool, 1);
    for _ in 0..3 {
        drop(handle.get().wait().unwrap());
    }
    let hits = pool.stats().hits;
    assert!(hits >= 3);
    handle.into_inner().wait().unwrap();
    assert_eq!(pool.stats().hits, hits);
}

#[test]
fn residencies_come_round_and_the_order_hears_of_each() {
    let (pool, _) = pool();
    let handle = object(&pool, 1);
    let slot = handle.slot();
    // No two notes are further apart than the order takes for older ones.
    for residency in [0x7000_0000, 0xE000_0000, u32::MAX - 3] {
        slot.desk().residency = residency;
        assert!(handle.evict().wait().unwrap());
        assert_eq!(pool.inner().queue.len(), 0);
        drop(handle.get().wait().unwrap());
        assert_eq!(pool.inner().queue.len(), 1);
    }
    for _ in 0..3 {
        assert!(handle.evict().wait().unwrap());
        assert_eq!(pool.inner().queue.len(), 0);
        drop(handle.get().wait().unwrap());
        assert_eq!(pool.inner().queue.len(), 1);
    }
    assert!(slot.desk().residency < 10);
}

#[test]
fn what_is_opened_when_all_were_closed_is_closed_too() {
    let (pool, medium) = pool();
    let handle = object(&pool, 1);
    handle.write_now().wait().unwrap();
    let inner = pool.inner();
    // It was admitted before.
    inner.admit().unwrap();
    let blob = handle.slot().desk().blob.clone().unwrap();
    pool.close(Duration::ZERO).wait().unwrap();
    assert_eq!(medium.count(Call::Free), 0, "its blob is used here");
    let opened: Arc<Slot<Vec<u8>>> = Slot::spilled(inner, blob);
    assert_eq!(medium.count(Call::Free), 1);
    assert_eq!(opened.get().wait().unwrap_err().kind(), ErrorKind::Closed);
    opened.leave();
}

#[test]
fn a_value_that_grew_with_its_blob_keeps_all_of_its_room_when_it_is_replaced() {
    let builder = Pool::builder().memory(ByteSize::mib(1)).spill(Scripted::default());
    let pool = builder.seams(ManualClock::new().seams(1)).build().unwrap();
    let mut light = pool.try_insert(super::light::Light(vec![1; 100_000])).unwrap();
    light.write_now().wait().unwrap();
    let heavy = light.bytes();
    assert!(heavy >= ByteSize::bytes(100_000), "it weighs what its blob does");
    let pinned = light.pin().wait().unwrap();
    let free = pool.inner().ledger.standing();
    let rest = free.budget - free.used();
    let room = pool.reserve(ByteSize::bytes(rest)).wait().unwrap();
    let offer = pool.reserve(ByteSize::bytes(1_000));
    assert!(!offer.is_ready());
    let same = vec![2; usize::try_from(heavy.as_bytes()).unwrap()];
    light.replace(super::light::Light::heavy(same)).wait().unwrap();
    let books = pool.inner().ledger.standing();
    assert!(!offer.is_ready() && books.used() <= books.budget, "{books:?}");
    drop((pinned, offer, room));
}

#[test]
fn a_closed_slot_is_never_evicted() {
    let (pool, _) = pool();
    let handle = object(&pool, 1);
    handle.write_now().wait().unwrap();
    pool.close(Duration::ZERO).wait().unwrap();
    assert_eq!(stored(&handle).try_evict(), Eviction::Unsaved);
    assert_eq!(stored(&handle).look().standing, Standing::Unsaved);
}
