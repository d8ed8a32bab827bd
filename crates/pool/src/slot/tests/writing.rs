//! Writes that the pool begins by itself.

use std::sync::Arc;

use forebay_store::sync::Mutex;
use forebay_store::{Error, Moment};

use super::{object, pool, stored};
use crate::fault::{Call, Fault};
use crate::slot::{Eviction, Standing};

#[test]
fn an_object_that_nobody_touches_leaves_memory_after_its_write() {
    let (pool, _) = pool();
    let handle = object(&pool, 1);
    drop(handle.try_get());
    stored(&handle).begin_write(true).unwrap().work.run();
    assert_eq!(stored(&handle).look().standing, Standing::Spilled);
}

#[test]
fn an_object_touched_while_it_is_written_stays() {
    let (pool, medium) = pool();
    let handle = object(&pool, 1);
    // The hit before is of the same epoch.
    drop(handle.try_get());
    let looker = handle.clone();
    medium.during(move |call| {
        if call == Call::Put {
            drop(looker.try_get());
        }
    });
    stored(&handle).begin_write(true).unwrap().work.run();
    medium.undisturbed();
    assert_eq!(stored(&handle).look().standing, Standing::Saved);
}

#[test]
fn a_write_ahead_evicts_nothing() {
    let (pool, _) = pool();
    let handle = object(&pool, 1);
    stored(&handle).begin_write(false).unwrap().work.run();
    assert_eq!(stored(&handle).look().standing, Standing::Saved);
    assert!(stored(&handle).begin_write(false).is_none());
}

#[test]
fn an_object_has_one_write_at_a_time() {
    let (pool, _) = pool();
    let handle = object(&pool, 1);
    let first = stored(&handle).begin_write(false).unwrap();
    assert!(stored(&handle).begin_write(true).is_none());
    first.work.run();
}

#[test]
fn a_write_that_is_dropped_unrun_has_failed() {
    let (pool, _) = pool();
    let handle = object(&pool, 1);
    drop(stored(&handle).begin_write(true));
    assert_eq!(stored(&handle).look().standing, Standing::Troubled);
    assert_eq!(stored(&handle).look().not_before, None, "it is worth another attempt");
    assert!(stored(&handle).begin_write(true).is_some());
}

#[test]
fn what_is_refused_is_not_written_again_before_it_changes() {
    let (pool, medium) = pool();
    let mut handle = object(&pool, 1);
    medium.fail(Call::Begin, 1, &Fault::Error(Error::refused("not this one")));
    stored(&handle).begin_write(true).unwrap().work.run();
    assert_eq!(stored(&handle).look().not_before, Some(Moment(u64::MAX)));
    assert!(stored(&handle).begin_write(true).is_none());
    handle.get_mut().wait().unwrap().push(1);
    assert_eq!(stored(&handle).look().not_before, None);
    assert!(stored(&handle).begin_write(true).is_some());
}

#[test]
fn what_is_in_the_way_says_so() {
    let (pool, _) = pool();
    let handle = object(&pool, 1);
    assert_eq!(stored(&handle).try_evict(), Eviction::Unsaved);
    handle.write_now().wait().unwrap();
    let guard = handle.try_get().unwrap();
    assert_eq!(stored(&handle).try_evict(), Eviction::LookedAt);
    drop(guard);
    let pin = handle.pin().wait().unwrap();
    assert_eq!(stored(&handle).try_evict(), Eviction::Pinned);
    handle.label("mesh of the hall");
    let holder = stored(&handle).holder().unwrap();
    assert_eq!((holder.label.as_deref(), holder.pins), (Some("mesh of the hall"), 1));
    drop(pin);
    assert!(stored(&handle).holder().is_none());
    assert!(matches!(stored(&handle).try_evict(), Eviction::Freed(bytes) if bytes >= 1000));
    assert_eq!(stored(&handle).try_evict(), Eviction::Away);
}

#[test]
fn a_write_that_was_overtaken_hides_no_guard() {
    let (pool, medium) = pool();
    let handle = object(&pool, 1);
    let stored = stored(&handle);
    let (seen, looked) = (Arc::new(Mutex::new(None)), Arc::clone(&stored));
    let (handle, saw) = (Mutex::new(handle), Arc::clone(&seen));
    medium.during(move |call| {
        if call == Call::Put {
            let mut handle = handle.lock();
            handle.replace(vec![2; 1000]).wait().unwrap();
            let guard = handle.try_get();
            *saw.lock() = Some((guard.is_some(), looked.look().guards));
        }
    });
    stored.begin_write(true).unwrap().work.run();
    medium.undisturbed();
    assert_eq!(*seen.lock(), Some((true, 1)));
}
