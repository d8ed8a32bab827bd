//! Puts over what is there: what they take the place of goes when they are accepted, and takes nothing along.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::Duration;

use std::hash::Hash;
use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_cache::{ByteSize, Cache, Change, Settings, WhenFull, Write};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, Error, ErrorKind, MemoryStore, Outcome};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered};

thread_local! {
    /// The value that panics as it goes.
    static FRAIL: Cell<u64> = const { Cell::new(u64::MAX) };
    /// Who is asked by a value that goes, and what he says.
    static ASKED: RefCell<Option<Cache<&'static str, Asking>>> = const { RefCell::new(None) };
    static ANSWERS: RefCell<Vec<bool>> = const { RefCell::new(Vec::new()) };
    /// Who is asked by a key that goes, and how often that was.
    static KEY_ASKED: RefCell<Option<Cache<Odd, u64>>> = const { RefCell::new(None) };
    static KEY_ASKS: Cell<u64> = const { Cell::new(0) };
    /// How many more copies of a key go well.
    static COPIES: Cell<u64> = const { Cell::new(u64::MAX) };
    /// Whether every value panics as it goes.
    static IS_SOUR: Cell<bool> = const { Cell::new(false) };
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
                ANSWERS.with_borrow_mut(|answers| answers.push(cache.is_dirty(&"a")));
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
    assert_eq!(ANSWERS.take(), [true, true]);
}

#[test]
fn a_value_that_is_refused_asks_the_cache_and_finds_no_lock_taken() {
    let clock = ManualClock::new();
    let builder = Cache::builder(MemoryStore::new()).seams(clock.seams(1)).shards(1);
    let cache = answered(builder.write_behind(Settings::default()).open()).unwrap();
    assert!(answered(cache.close(SECOND)).unwrap().is_clean());
    ASKED.set(Some(cache.clone()));
    for write in [Write::Through, Write::Behind(Durability::Memory)] {
        let error = answered(cache.put_with("a", Asking, write)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed);
    }
    ASKED.take();
    assert_eq!(ANSWERS.take(), [false, false]);
}

/// A key that asks a cache as it goes, and whose copying panics when the test says so.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Odd(u64);

impl Clone for Odd {
    fn clone(&self) -> Self {
        let left = COPIES.get().checked_sub(1).expect("the test makes this copy panic");
        COPIES.set(left);
        Self(self.0)
    }
}

impl Drop for Odd {
    fn drop(&mut self) {
        // The key that it asks for goes, too.
        if let Some(cache) = KEY_ASKED.take() {
            cache.is_dirty(&Self(1));
            KEY_ASKS.set(KEY_ASKS.get() + 1);
            KEY_ASKED.set(Some(cache));
        }
    }
}

#[test]
fn a_key_that_asks_the_cache_as_it_goes_finds_no_lock_taken() {
    let rig = HeldRig::<Odd>::behind();
    KEY_ASKED.set(Some(rig.cache.clone()));
    let gets = [rig.cache.get(&Odd(1)), rig.cache.get(&Odd(1))];
    answered(rig.cache.put(Odd(1), 1)).unwrap();
    answered(rig.cache.delete(Odd(1))).unwrap();
    let through = rig.cache.put_with(Odd(1), 2, Write::Through);
    drop((gets, rig.cache.lookup(&Odd(2)), rig.cache.lookup(&Odd(2)), through));
    KEY_ASKED.take();
    assert!(KEY_ASKS.get() >= 5, "{}", KEY_ASKS.get());
}

#[test]
fn a_key_that_is_refused_asks_the_cache_and_finds_no_lock_taken() {
    let rig = HeldRig::<Odd>::behind();
    assert!(answered(rig.cache.close(SECOND)).unwrap().is_clean());
    KEY_ASKED.set(Some(rig.cache.clone()));
    let modified = rig.cache.modify(Odd(1), |_| (Change::Put(1), ()));
    KEY_ASKED.take();
    assert_eq!(answered(modified).unwrap_err().kind(), ErrorKind::Closed);
    assert!(KEY_ASKS.get() > 0);
}

#[test]
fn a_key_whose_copying_panics_takes_no_room_with_it() {
    let settings = Settings {
        dirty_entries_max: 1,
        when_full: WhenFull::Refuse,
        flush_delay: HOUR,
        ..Settings::default()
    };
    for copies in 0..4 {
        let rig = Rig::<Odd>::open(|builder| builder.write_behind(settings.clone()));
        COPIES.set(copies);
        let _ = catch_unwind(AssertUnwindSafe(|| rig.cache.delete(Odd(0))));
        COPIES.set(u64::MAX);
        let _ = answered(rig.cache.flush());
        answered(rig.cache.put(Odd(1), 1)).unwrap();
    }
}

#[derive(Clone, Debug, PartialEq)]
struct Sour(usize);

impl Drop for Sour {
    fn drop(&mut self) {
        assert!(!IS_SOUR.get(), "the value panics as it goes");
    }
}

#[test]
fn values_that_go_together_may_all_panic() {
    let builder = Cache::builder(MemoryStore::new()).seams(ManualClock::new().seams(1)).shards(1);
    let builder = builder.capacity(ByteSize::kib(64)).weigher(|_: &u64, value: &Sour| value.0);
    let settings = Settings { flush_delay: HOUR, ..Settings::default() };
    let cache = answered(builder.write_behind(settings).open()).unwrap();
    for key in 0..100 {
        answered(cache.put(key, Sour(1000))).unwrap();
        answered(cache.flush()).unwrap();
    }
    let before = cache.stats().evictions;
    IS_SOUR.set(true);
    let put = cache.put(1000, Sour(20_000));
    IS_SOUR.set(false);
    answered(put).unwrap();
    assert!(cache.stats().evictions > before + 10 && cache.stats().resident_bytes <= 64 << 10);
}

#[test]
fn what_is_answered_is_counted_already() {
    let settings = Settings { flushes_in_flight_max: 1, flush_delay: HOUR, ..Settings::default() };
    let rig = HeldRig::<u64>::open(|builder| builder.write_behind(settings));
    let seen = |key| {
        let cache = rig.cache.clone();
        let stored = answered(rig.cache.put(key, key)).unwrap().stored();
        stored.map(move |stored| stored.map(|()| cache.stats().stored))
    };
    let first = seen(100);
    let call = rig.held.next_apply();
    let others: Vec<_> = (0..12).map(seen).collect();
    call.pass();
    rig.held.next_apply().pass();
    assert_eq!(answered(first).unwrap(), 1);
    for other in others {
        assert_eq!(answered(other).unwrap(), 13);
    }
}

#[test]
fn an_import_by_puts_leaves_what_is_read() {
    for write in [Write::Through, Write::Behind(Durability::Memory)] {
        let settings = Settings { flush_delay: HOUR, ..Settings::default() };
        let rig =
            Rig::<u64>::open(|builder| builder.capacity(ByteSize::kib(64)).write_behind(settings));
        for key in (0..5).flat_map(|_| 0..400) {
            rig.store.insert(key, key);
            answered(rig.cache.get(&key)).unwrap();
        }
        // Some twenty capacities.
        for key in 10_000..24_000 {
            answered(rig.cache.put_with(key, key, write)).unwrap();
            if key % 50 == 0 {
                answered(rig.cache.flush()).unwrap();
            }
        }
        let left = (0..400).filter(|key| rig.cache.is_resident(key)).count();
        assert!(left > 350, "{left} of 400 are left, {write:?}");
    }
}

#[test]
fn who_is_refused_in_a_batch_of_several_shards_that_goes_again_is_the_one_in_quarantine() {
    let settings = Settings { flushes_in_flight_max: 1, flush_delay: HOUR, ..Settings::default() };
    let rig = HeldRig::<u64>::open(|builder| builder.shards(4).write_behind(settings));
    let first = answered(rig.cache.put(100, 1)).unwrap().stored();
    let call = rig.held.next_apply();
    // Somebody waits for each, in another order than they were put in.
    let put = |key| (key, answered(rig.cache.put(key, key)).unwrap());
    let receipts: Vec<_> = (0..12).map(put).collect();
    let waits = receipts.iter().rev().map(|(key, receipt)| (*key, receipt.stored()));
    let waits: Vec<_> = waits.collect();
    call.pass();
    answered(first).unwrap();
    let call = rig.held.next_apply();
    assert_eq!(call.batch.ops.len(), 12);
    call.answer(Ok(vec![Outcome::Retry(Error::unavailable("not now")); 12]));
    rig.clock.advance(HOUR);
    let again = rig.held.next_apply();
    let refused = again.batch.ops[7].key;
    let mut outcomes = vec![Outcome::Stored; again.batch.ops.len()];
    outcomes[7] = Outcome::Refused(Error::refused("never"));
    again.answer(Ok(outcomes));
    let listed: Vec<u64> = rig.cache.quarantined().iter().map(|one| one.key).collect();
    assert_eq!((listed, rig.cache.dirty_count()), (vec![refused], 1));
    for (key, wait) in waits {
        assert_eq!(answered(wait).is_err(), key == refused);
    }
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
    let capacity = ByteSize::kib(64);
    let rig = Rig::<u64>::open(|builder| builder.capacity(capacity).write_behind(settings));
    for key in 0..2000 {
        rig.store.insert(key, key);
        answered(rig.cache.get(&key)).unwrap();
    }
    let before = rig.cache.stats();
    let full = capacity.as_bytes() - before.resident_bytes / before.entries..=capacity.as_bytes();
    assert!(full.contains(&before.resident_bytes) && before.evictions > 1000);
    answered(rig.cache.put(5000, 1)).unwrap();
    let after = rig.cache.stats();
    assert!(full.contains(&after.resident_bytes), "{after:?}");
    // It is dirty, and weighs more than one of them.
    assert_eq!((after.evictions - before.evictions, before.entries - after.entries), (2, 1));
}

#[test]
fn puts_over_clean_entries_of_a_full_memory_keep_it_within_its_bound() {
    let settings = Settings { flush_delay: HOUR, ..Settings::default() };
    let capacity = ByteSize::kib(64);
    let rig = Rig::<u64>::open(|builder| builder.capacity(capacity).write_behind(settings));
    for key in 0..2000 {
        rig.store.insert(key, key);
        answered(rig.cache.get(&key)).unwrap();
    }
    let before = rig.cache.stats();
    let mut written = 0;
    for key in (0..2000).filter(|key| rig.cache.is_resident(key)).take(50) {
        answered(rig.cache.put(key, 1)).unwrap();
        written += 1;
        // Each is heavier from now on, and others have to go for that.
        let after = rig.cache.stats();
        assert!(after.resident_bytes <= capacity.as_bytes(), "{after:?}");
    }
    let after = rig.cache.stats();
    assert_eq!((written, after.evictions > before.evictions), (50, true), "{after:?}");
    assert!((0..2000).filter(|key| rig.cache.is_dirty(key)).count() == 50, "none of them has gone");
}

/// Two are equal if their names are.
#[derive(Clone, Debug)]
struct Labelled {
    name: String,
    label: u32,
}

impl PartialEq for Labelled {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Labelled {}

impl Hash for Labelled {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

/// A key and a value that came together lie together in memory, as a rule.
#[test]
fn a_put_over_an_entry_brings_its_key_along() {
    let clock = ManualClock::new();
    let settings = Settings { flush_delay: HOUR, ..Settings::default() };
    let builder = Cache::builder(MemoryStore::new()).seams(clock.seams(1));
    let cache: Cache<Labelled, u32> = answered(builder.write_behind(settings).open()).unwrap();
    let labels = || cache.resident().map(|(key, value)| (key.label, value)).collect::<Vec<_>>();
    let put = |label| {
        let key = Labelled { name: "ada".to_owned(), label };
        answered(cache.put(key, label)).unwrap();
    };
    put(1);
    put(2);
    assert_eq!(labels(), [(2, 2)], "over a dirty one");
    answered(cache.flush()).unwrap();
    put(3);
    assert_eq!(labels(), [(3, 3)], "over a clean one");
}
