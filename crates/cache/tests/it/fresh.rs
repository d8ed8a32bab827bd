//! What a put has just made dirty, and the cache has noted no more of: nobody can tell it from what has been dirty for
//! long.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use forebay_cache::{Builder, ByteSize, Cache, Lookup, Settings, Write};
use forebay_store::fault::WriteFault;
use forebay_store::seam::manual::{InlineSpawn, ManualClock};
use forebay_store::seam::{Job, Spawn};
use forebay_store::{ErrorKind, MemoryStore, Seams, WallTime};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered};

fn patient() -> Settings {
    Settings { flush_delay: HOUR, ..Settings::default() }
}

/// A cache with these keys, clean, and one that is dirty: the flusher knows when to come.
fn clean(keys: u64, rig: Rig<u64>) -> Rig<u64> {
    for key in 0..keys {
        rig.store.insert(key, key);
        answered(rig.cache.get(&key)).unwrap();
    }
    answered(rig.cache.put(u64::MAX, 1)).unwrap();
    rig
}

#[test]
fn it_is_dirty_at_once_and_stored_like_all_else() {
    const KEYS: u64 = 150;
    let rig = clean(KEYS, Rig::open(|builder| builder.write_behind(patient())));
    let mut receipts = Vec::new();
    for key in 0..KEYS {
        rig.clock.advance(SECOND / 100);
        receipts.push(answered(rig.cache.put(key, key + 1000)).unwrap());
        assert!(key % 3 != 0 || rig.cache.is_dirty(&key));
        assert_eq!(answered(rig.cache.get(&key)).unwrap(), Some(key + 1000));
    }
    for key in (0..KEYS).step_by(2) {
        answered(rig.cache.put(key, key + 2000)).unwrap();
    }
    rig.clock.advance(SECOND / 100);
    // Of a key that was not there.
    answered(rig.cache.put(KEYS, 1)).unwrap();
    rig.cache.audit().unwrap();
    assert_eq!(rig.cache.stats().dirty_entries, KEYS + 2);
    let order: Vec<u64> = std::iter::once(u64::MAX).chain(0..=KEYS).collect();
    assert_eq!(rig.cache.dirty_keys(), order, "the longest dirty first");
    assert_eq!(rig.store.get(&7), Some(7));

    answered(rig.cache.flush()).unwrap();
    for (key, receipt) in (0..KEYS).zip(&receipts) {
        let value = if key % 2 == 0 { key + 2000 } else { key + 1000 };
        assert_eq!(rig.store.get(&key), Some(value));
        answered(receipt.stored()).unwrap();
    }
    assert_eq!(rig.cache.stats().dirty_entries, 0);
    rig.cache.audit().unwrap();
}

#[test]
fn it_is_overwritten_while_nobody_looks() {
    // More than are seen to at once.
    const KEYS: u64 = 300;
    let rig = clean(KEYS, Rig::open(|builder| builder.write_behind(patient())));
    for key in 0..KEYS {
        rig.clock.advance(SECOND / 100);
        answered(rig.cache.put(key, key + 1000)).unwrap();
        if key % 3 == 0 {
            answered(rig.cache.put(key, key + 2000)).unwrap();
            answered(rig.cache.put(key / 2, key + 3000)).unwrap();
        }
    }
    rig.cache.audit().unwrap();
    let order: Vec<u64> = std::iter::once(u64::MAX).chain(0..KEYS).collect();
    assert_eq!(rig.cache.dirty_keys(), order, "the longest dirty first");
    let seen: Vec<_> = (0..KEYS).map(|key| rig.cache.peek(&key)).collect();
    assert_eq!((seen[297], seen[298], seen[48]), (Some(2297), Some(1298), Some(3096)));
    answered(rig.cache.flush()).unwrap();
    let stored: Vec<_> = (0..KEYS).map(|key| rig.store.get(&key)).collect();
    assert_eq!(stored, seen);
}

/// Runs jobs where they are handed in, but drops the next one when it is told to.
#[derive(Default)]
struct Forgetful(AtomicBool);

impl Spawn for Forgetful {
    fn run(&self, job: Job) {
        if !self.0.swap(false, Ordering::Relaxed) {
            InlineSpawn.run(job);
        }
    }
}

#[test]
fn it_calls_a_flusher_whose_job_was_dropped() {
    let settings = Settings { flush_delay: SECOND, ..Settings::default() };
    let (clock, spawn) = (ManualClock::new(), Arc::new(Forgetful::default()));
    let seams = Seams { spawn: spawn.clone(), ..clock.seams(1) };
    let store = MemoryStore::new().with_clock(clock.clone());
    let build = |builder: Builder<u64, u64>| builder.seams(seams).write_behind(settings);
    let rig = clean(5, Rig::over(store, clock, build));
    // The first tells that memory is used, for those that follow as well.
    answered(rig.cache.put(2, 20)).unwrap();
    spawn.0.store(true, Ordering::Relaxed);
    rig.clock.advance(SECOND);
    rig.clock.advance(SECOND);
    assert!(!spawn.0.load(Ordering::Relaxed), "a job was dropped");
    assert!(rig.cache.is_dirty(&u64::MAX));
    answered(rig.cache.put(3, 30)).unwrap();
    rig.clock.advance(SECOND);
    rig.clock.advance(SECOND);
    assert_eq!((rig.store.get(&u64::MAX), rig.store.get(&3)), (Some(1), Some(30)));
}

#[test]
fn it_goes_to_the_store_when_its_time_has_come() {
    let settings = Settings { flush_delay: SECOND, ..Settings::default() };
    let rig = clean(5, Rig::open(|builder| builder.write_behind(settings)));
    rig.clock.advance(SECOND / 2);
    answered(rig.cache.put(3, 30)).unwrap();
    rig.clock.advance(SECOND);
    rig.clock.advance(SECOND);
    assert_eq!(rig.store.get(&3), Some(30));
    assert!(!rig.cache.is_dirty(&3));
    // The first of all, for which nobody has asked the flusher to come.
    answered(rig.cache.put(4, 40)).unwrap();
    rig.clock.advance(SECOND);
    rig.clock.advance(SECOND);
    assert_eq!(rig.store.get(&4), Some(40));
}

// G5
#[test]
fn it_is_never_evicted_and_memory_is_never_exceeded() {
    let capacity = ByteSize::kib(64);
    let bound = capacity.as_bytes() - capacity.as_bytes() / 128;
    let settings = Settings { dirty_bytes_max: Some(ByteSize::bytes(bound)), ..patient() };
    let rig = HeldRig::open(|builder| builder.capacity(capacity).write_behind(settings));
    let read = |key: u64| {
        rig.store.insert(key, key);
        let get = rig.cache.get(&key);
        if rig.held.loads() > 0 {
            rig.held.next_load().pass();
        }
        answered(get).unwrap();
    };
    (0..2000).for_each(read);
    answered(rig.cache.put(u64::MAX, 1)).unwrap();
    // The store takes nothing, so at the end nothing is left that may go.
    let mut written = Vec::new();
    let keys: Vec<u64> = rig.cache.resident().map(|(key, _)| key).collect();
    for key in keys.into_iter().filter(|key| *key < 2000).chain(5000..6000) {
        if rig.cache.peek(&key).is_none() {
            read(key);
        }
        if rig.cache.put(key, key + 1).try_take().is_err() {
            break;
        }
        written.push(key);
        if written.len().is_multiple_of(7) {
            assert!(rig.cache.stats().resident_bytes <= capacity.as_bytes());
        }
    }
    rig.cache.audit().unwrap();
    assert!(written.len() > 400, "{}", written.len());
    assert!(written.iter().all(|key| rig.cache.is_dirty(key)));
    assert!(written.iter().all(|key| rig.cache.peek(key) == Some(key + 1)));
}

// G10
#[test]
fn time_that_comes_to_matter_hides_it_and_keeps_it_from_no_store() {
    let over = |_: &u64, value: &u64| (*value > 1_000_000).then_some(WallTime(*value));
    let open = |builder: Builder<u64, u64>| builder.expire_with(over).write_behind(patient());
    let rig = clean(3, Rig::open(open));
    answered(rig.cache.put(1, 10)).unwrap();
    let end = forebay_store::seam::Clock::wall(&*rig.clock).0 + 1000;
    answered(rig.cache.put(1, end)).unwrap();
    rig.clock.advance(SECOND * 2);
    assert_eq!(answered(rig.cache.get(&1)).unwrap(), None, "and not what the store has");
    assert_eq!(rig.cache.stats().misses, 3, "of the keys that were read in");
    answered(rig.cache.flush()).unwrap();
    assert_eq!(rig.store.stats().puts_stored, 2);
}

/// Reads a key in by hand.
fn fill(cache: &Cache<u64, u64>, key: u64) {
    if let Lookup::Vacant(filler) = answered(cache.lookup(&key)).unwrap() {
        assert!(filler.fill(key));
    }
}

// G3, G5
#[test]
fn it_may_be_new_and_much_and_others_come_and_go_beside_it() {
    const KEYS: u64 = 300;
    let settings = Settings { batch_ops_max: 50, ..patient() };
    let capacity = ByteSize::kib(256);
    let rig = Rig::<u64>::open(|builder| builder.capacity(capacity).write_behind(settings));
    for key in 10_000..14_000 {
        fill(&rig.cache, key);
    }
    answered(rig.cache.put(u64::MAX, 1)).unwrap();
    for key in 0..KEYS {
        rig.clock.advance(SECOND / 100);
        // One that is new, and one that was clean as a rule.
        answered(rig.cache.put(key, key + 1)).unwrap();
        answered(rig.cache.put(13_999 - key, key + 2)).unwrap();
        fill(&rig.cache, 20_000 + key);
        if key % 20 == 0 {
            rig.cache.audit().unwrap();
            let stats = rig.cache.stats();
            assert_eq!(stats.dirty_entries, 2 * key + 3);
            assert!(stats.resident_bytes <= capacity.as_bytes(), "{stats:?}");
        }
    }
    assert!(rig.cache.stats().evictions > 300, "{:?}", rig.cache.stats());
    // Half of it is stored in the order in which it came, while more comes.
    rig.clock.advance(SECOND / 2 * 7197);
    let stored = rig.store.stats().puts_stored;
    assert!((250..450).contains(&stored), "{stored} are stored");
    rig.cache.audit().unwrap();
    let is_stored = |key: &u64| rig.store.get(key).is_some();
    let first: Vec<bool> = (0..KEYS).map(|key| is_stored(&key)).collect();
    assert!(first.is_sorted_by(|before, after| before >= after), "the oldest go first");
    assert!(first[0] && !first[299]);
    answered(rig.cache.flush()).unwrap();
    assert!((0..KEYS).all(|key| rig.store.get(&key) == Some(key + 1)));
    assert!((0..KEYS).all(|key| rig.store.get(&(13_999 - key)) == Some(key + 2)));
    rig.cache.audit().unwrap();
}

#[test]
fn a_value_whose_key_is_busy_stays_while_one_behind_what_is_fresh_is_clean() {
    let rig = HeldRig::<u64>::open(|builder| {
        builder.capacity(ByteSize::kib(128)).write_behind(patient())
    });
    for key in 0..200 {
        fill(&rig.cache, key);
    }
    fill(&rig.cache, 1000);
    let through = rig.cache.put_with(1000, 9, Write::Through);
    answered(rig.cache.put(2000, 1)).unwrap();
    for key in 0..200 {
        answered(rig.cache.put(key, key + 1)).unwrap();
    }
    let evicted = |rig: &HeldRig<u64>| rig.cache.stats().evictions;
    (3000..10_000).take_while(|_| evicted(&rig) == 0).for_each(|key| fill(&rig.cache, key));
    assert!((0..200).all(|key| rig.cache.peek(&key) == Some(key + 1)), "G5");
    assert_eq!(rig.cache.peek(&1000), Some(1000));
    rig.cache.audit().unwrap();
    rig.held.next_apply().pass();
    answered(through).unwrap();
}

// W5
#[test]
fn it_is_stored_after_a_pause_in_which_much_became_so() {
    let settings = Settings { flush_delay: SECOND, ..Settings::default() };
    let rig = clean(400, Rig::open(|builder| builder.write_behind(settings)));
    rig.cache.pause(HOUR);
    for key in 0..400 {
        answered(rig.cache.put(key, key + 1)).unwrap();
    }
    rig.clock.advance(SECOND * 3);
    assert_eq!(rig.cache.stats().dirty_entries, 401);
    rig.cache.resume();
    rig.clock.advance(SECOND * 3);
    assert_eq!(rig.cache.stats().dirty_entries, 0);
    assert!((0..400).all(|key| rig.store.get(&key) == Some(key + 1)));
}

/// Many keys are fresh, and a store that takes fifty writes at once.
fn many() -> Rig<u64> {
    let settings = Settings { batch_ops_max: 50, ..patient() };
    let rig = clean(600, Rig::open(|builder| builder.write_behind(settings)));
    for key in 0..600 {
        answered(rig.cache.put(key, key + 1)).unwrap();
    }
    rig
}

// W5
#[test]
fn a_flush_counts_it_and_tells_what_of_it_was_refused() {
    let rig = many();
    rig.script.fail_writes(7, 1, WriteFault::Refused);
    rig.script.fail_writes(555, 1, WriteFault::Refused);
    let error = answered(rig.cache.flush()).unwrap_err();
    assert_eq!(error.to_string(), "2 writes are not stored");
    assert_eq!(rig.cache.quarantine().len(), 2);
    let is_stored = |key: &u64| rig.store.get(key) == Some(key + 1);
    assert_eq!((0..600).filter(|key| !is_stored(key)).collect::<Vec<_>>(), [7, 555]);
    rig.cache.audit().unwrap();
}

// W5
#[test]
fn a_flush_that_is_given_up_leaves_the_rest_of_it_dirty_and_the_next_one_stores_it() {
    let rig = many();
    rig.script.go_down();
    let error = answered(rig.cache.flush()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(error.to_string(), "601 writes are not stored");
    assert_eq!(rig.cache.stats().dirty_entries, 601);
    rig.cache.audit().unwrap();
    rig.script.come_back();
    answered(rig.cache.flush()).unwrap();
    assert!((0..600).all(|key| rig.store.get(&key) == Some(key + 1)));
    rig.cache.audit().unwrap();
}
