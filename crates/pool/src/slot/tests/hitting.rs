//! Hits find the value without the lock, and nobody notices.

use forebay_store::ErrorKind;

use super::{object, pool, stored};
use crate::hint::Hint;
use crate::order::Next;
use crate::slot::Eviction;

#[test]
fn hits_after_the_first_take_no_lock() {
    let (pool, _) = pool();
    let handle = object(&pool, 1);
    for _ in 0..3 {
        drop(handle.try_get().unwrap());
    }
    assert_eq!(handle.slot().showcase.cover(), 2);
}

#[test]
fn each_of_a_hundred_thousand_hits_finds_the_value_and_is_counted() {
    let (pool, _) = pool();
    let handle = object(&pool, 1);
    for _ in 0..100_000 {
        assert!(handle.try_get().is_some());
    }
    assert_eq!(pool.stats().hits, 100_000);
}

#[test]
fn no_hit_passes_by_whoever_has_the_desk() {
    let (pool, _) = pool();
    let handle = object(&pool, 1);
    let slot = handle.slot();
    drop(handle.try_get().unwrap());
    {
        let _desk = slot.desk();
        assert!(slot.showcase.look().is_none());
    }
    assert!(slot.showcase.look().is_some());
}

#[test]
fn who_has_hit_without_the_lock_keeps_it_in_memory_and_unchanged() {
    let (pool, _) = pool();
    let mut handle = object(&pool, 1);
    handle.write_now().wait().unwrap();
    let guard = handle.try_get().unwrap();
    let slot = stored(&handle);
    assert_eq!(slot.look().guards, 1);
    assert_eq!(slot.try_evict(), Eviction::LookedAt);
    assert_eq!(handle.get_mut().wait().unwrap_err().kind(), ErrorKind::Busy);
    drop(guard);
    assert!(matches!(slot.try_evict(), Eviction::Freed(_)));
    assert!(handle.try_get().is_none());
}

#[test]
fn a_value_that_is_lent_is_not_found() {
    let (pool, _) = pool();
    let mut handle = object(&pool, 1);
    drop(handle.try_get().unwrap());
    let slot = std::sync::Arc::clone(handle.slot());
    let lent = handle.get_mut().wait().unwrap();
    assert!(slot.hit().is_none());
    drop(lent);
    assert!(slot.hit().is_some());
}

#[test]
fn the_use_that_is_said_to_be_the_last_one_is_noticed() {
    let (pool, _) = pool();
    let handle = object(&pool, 1);
    drop(handle.try_get().unwrap());
    handle.hint(Hint::Once);
    drop(handle.try_get().unwrap());
    assert_eq!(handle.slot().desk().hint, Hint::Normal);
}

#[test]
fn after_the_use_that_is_said_to_be_the_last_one_it_is_the_first_to_leave() {
    let (pool, _) = pool();
    let (first, second) = (object(&pool, 1), object(&pool, 2));
    for handle in [&first, &second] {
        handle.write_now().wait().unwrap();
    }
    second.hint(Hint::Once);
    drop(second.try_get().unwrap());
    let Next::One(next) = first.slot().pool.queue.next() else { panic!("there are two") };
    assert!(matches!(next.try_evict(), Eviction::Freed(_)));
    assert!(second.try_get().is_none() && first.try_get().is_some());
}

#[test]
fn a_hit_that_had_to_wait_does_not_cover_what_was_shown_meanwhile() {
    let (pool, _) = pool();
    let handle = object(&pool, 1);
    drop(handle.try_get().unwrap());
    assert!(handle.slot().shown_or_desk().is_ok());
    assert_eq!(handle.slot().showcase.cover(), 1);
}
