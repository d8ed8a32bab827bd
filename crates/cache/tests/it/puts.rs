//! Puts over what is there: what they take the place of goes when they are accepted, and takes nothing along.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::Duration;

use forebay_cache::{Cache, Settings};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{ErrorKind, MemoryStore};

use crate::rig::{HOUR, Rig, answered};

thread_local! {
    /// The value that panics as it goes.
    static FRAIL: Cell<u64> = const { Cell::new(u64::MAX) };
    /// Who is asked by a value that goes, and how often that was.
    static ASKED: RefCell<Option<Cache<&'static str, Asking>>> = const { RefCell::new(None) };
    static ASKS: Cell<u64> = const { Cell::new(0) };
}

#[derive(Clone, Debug, PartialEq)]
struct Frail(u64);

impl Drop for Frail {
    fn drop(&mut self) {
        if FRAIL.get() == self.0 {
            FRAIL.set(u64::MAX);
            panic!("the value panics as it goes");
        }
    }
}

#[test]
fn a_value_that_panics_as_it_goes_takes_no_put_along() {
    let (clock, store) = (ManualClock::new(), Arc::new(MemoryStore::new()));
    let settings = Settings { flush_delay: HOUR, ..Settings::default() };
    let builder = Cache::builder(Arc::clone(&store)).seams(clock.seams(1)).shards(1);
    let cache = answered(builder.write_behind(settings).open()).unwrap();
    answered(cache.put("a", Frail(1))).unwrap();
    answered(cache.flush()).unwrap();
    // The first goes over a clean value, the second over a dirty one.
    for value in [2, 3] {
        FRAIL.set(value - 1);
        answered(cache.put("a", Frail(value))).unwrap();
        assert_eq!(FRAIL.get(), u64::MAX, "what was there before is gone");
    }
    assert_eq!(cache.peek(&"a"), Some(Frail(3)));
    clock.advance(HOUR);
    assert_eq!(store.get(&"a"), Some(Frail(3)), "its timer is set all the same");
    assert_eq!(cache.stats().dirty_bytes, 0);
}

#[derive(Clone, Debug)]
struct Asking;

impl Drop for Asking {
    fn drop(&mut self) {
        ASKED.with_borrow(|cache| {
            if let Some(cache) = cache {
                assert!(cache.is_dirty(&"a"));
                ASKS.set(ASKS.get() + 1);
            }
        });
    }
}

#[test]
fn a_value_that_asks_the_cache_as_it_goes_finds_no_lock_taken() {
    let clock = ManualClock::new();
    let builder = Cache::builder(MemoryStore::new()).seams(clock.seams(1)).shards(1);
    let cache = answered(builder.write_behind(Settings::default()).open()).unwrap();
    answered(cache.put("a", Asking)).unwrap();
    answered(cache.flush()).unwrap();
    ASKED.set(Some(cache.clone()));
    answered(cache.put("a", Asking)).unwrap();
    answered(cache.put("a", Asking)).unwrap();
    ASKED.take();
    assert_eq!(ASKS.get(), 2);
}

#[test]
fn a_receipt_finds_no_other_cache_than_its_own() {
    let first = Rig::behind();
    let receipt = answered(first.cache.put("a", 1)).unwrap();
    answered(first.cache.flush()).unwrap();
    drop(first);
    let second = Rig::behind();
    answered(second.cache.put("a", 1)).unwrap();
    let error = answered(receipt.stored()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
}

#[test]
fn a_put_counts_once_whether_or_not_it_waits_for_room() {
    let settings = Settings { dirty_entries_max: 1, flush_delay: HOUR, ..Settings::default() };
    let rig = Rig::open(|builder| builder.write_behind(settings));
    for key in ["a", "b", "c"] {
        answered(rig.cache.put(key, 1)).unwrap();
    }
    answered(rig.cache.put("c", 2)).unwrap();
    rig.clock.advance(Duration::from_secs(1));
    assert_eq!(rig.cache.stats().puts, 4);
    answered(rig.cache.flush()).unwrap();
    assert_eq!((rig.store.get(&"b"), rig.store.get(&"c")), (Some(1), Some(2)));
}

#[test]
fn what_one_put_pushes_out_of_a_full_memory_is_what_it_weighs() {
    let settings = Settings { flush_delay: HOUR, ..Settings::default() };
    let capacity = forebay_cache::ByteSize::kib(64);
    let rig = Rig::<u64>::open(|builder| builder.capacity(capacity).write_behind(settings));
    for key in 0..2000 {
        answered(rig.cache.put(key, key)).unwrap();
        if key % 100 == 99 {
            answered(rig.cache.flush()).unwrap();
        }
    }
    let before = rig.cache.stats();
    assert!(before.resident_bytes <= capacity.as_bytes() && before.evictions > 1000);
    answered(rig.cache.put(5000, 1)).unwrap();
    let after = rig.cache.stats();
    assert_eq!(after.evictions - before.evictions, 1);
    assert_eq!((after.entries, after.resident_bytes), (before.entries, before.resident_bytes));
}
