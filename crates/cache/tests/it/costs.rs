//! What operations cost as the cache grows, counted: comparisons and copies of keys, calls of the
//! store. Timing is the benchmarks' business.

use std::cell::Cell;
use std::hash::{Hash, Hasher};

use forebay_cache::{ByteSize, Settings};

use crate::rig::{HOUR, Rig, answered};

thread_local! {
    static TOUCHES: Cell<u64> = const { Cell::new(0) };
}

fn touch() {
    TOUCHES.set(TOUCHES.get() + 1);
}

/// A key that counts how often it is compared, hashed and copied on this thread.
#[derive(Debug)]
struct Counted(u64);

impl Clone for Counted {
    fn clone(&self) -> Self {
        touch();
        Self(self.0)
    }
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        touch();
        self.0 == other.0
    }
}

impl Eq for Counted {}

impl Hash for Counted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        touch();
        self.0.hash(state);
    }
}

/// How often keys were touched by `work`.
fn touches<R>(work: impl FnOnce() -> R) -> u64 {
    let before = TOUCHES.get();
    work();
    TOUCHES.get() - before
}

const SIZES: [u64; 3] = [100, 1000, 10_000];
/// No operation of one key touches more keys than this, whatever the cache holds.
const FEW: u64 = 12;

/// A cache of many entries with room for no more, all clean.
fn full(entries: u64, settings: Settings) -> Rig<Counted> {
    let rig = Rig::open(|it| it.capacity(ByteSize::bytes(entries * 128)).write_behind(settings));
    for key in 0..entries * 2 {
        answered(rig.cache.put(Counted(key), key)).unwrap();
    }
    answered(rig.cache.flush()).unwrap();
    // What was dirty weighed more, so there is room again.
    for key in entries * 2..entries * 3 {
        rig.store.insert(Counted(key), key);
        answered(rig.cache.get(&Counted(key))).unwrap();
    }
    assert!(rig.cache.stats().evictions > 0 && rig.cache.len() as u64 > entries / 2);
    rig
}

/// Also when it is read from a seat, as after many reads without a write.
#[test]
fn a_hit_hashes_and_compares_its_key_once_though_time_matters_to_it() {
    let rig: Rig<Counted> = Rig::open(|it| it.time_to_live(HOUR));
    rig.store.insert(Counted(1), 1);
    answered(rig.cache.get(&Counted(1))).unwrap();
    for _ in 0..5000 {
        let hit = touches(|| answered(rig.cache.get(&Counted(1))).unwrap());
        assert_eq!(hit, 2);
    }
}

// W13, T8, N11
#[test]
fn a_put_over_what_is_dirty_or_clean_hashes_and_compares_its_key_once() {
    let settings = Settings { flush_delay: HOUR, ..Settings::default() };
    let rig = Rig::<Counted>::open(|it| it.shards(1).write_behind(settings));
    let put = |key, value| touches(|| answered(rig.cache.put(Counted(key), value)).unwrap());
    let _ = [put(0, 1), put(1, 1)];
    answered(rig.cache.flush()).unwrap();
    // While nothing is dirty a put takes a way of its own.
    put(0, 2);
    assert_eq!([put(1, 2), put(1, 3), put(0, 3)], [2; 3]);
}

#[test]
fn a_write_that_evicts_costs_the_same_however_much_there_is() {
    for entries in SIZES {
        let rig = full(entries, Settings { flush_delay: HOUR, ..Settings::default() });
        let evictions = rig.cache.stats().evictions;
        for key in 0..20 {
            let key = Counted(1_000_000 + key);
            let cost = touches(|| answered(rig.cache.put(key, 1)).unwrap());
            assert!(cost <= FEW, "{cost} among {entries}");
        }
        assert!(rig.cache.stats().evictions > evictions);
    }
}

// W13, T8, N11
#[test]
fn reads_overwrites_and_deletes_cost_the_same_however_much_there_is() {
    for entries in SIZES {
        let rig = full(entries, Settings { flush_delay: HOUR, ..Settings::default() });
        let resident: Vec<_> =
            (0..entries * 2).filter(|key| rig.cache.is_resident(&Counted(*key))).take(10).collect();
        for key in resident {
            let costs = [
                touches(|| answered(rig.cache.get(&Counted(key))).unwrap()),
                touches(|| answered(rig.cache.put(Counted(key), 1)).unwrap()),
                touches(|| answered(rig.cache.put(Counted(key), 2)).unwrap()),
                touches(|| answered(rig.cache.delete(Counted(key))).unwrap()),
            ];
            assert!(costs.iter().all(|cost| *cost <= FEW), "{costs:?} among {entries}");
        }
    }
}

// W13
#[test]
fn a_flush_touches_what_is_dirty_and_nothing_else() {
    for entries in SIZES {
        let rig = full(entries, Settings { flush_delay: HOUR, ..Settings::default() });
        let (calls, puts) = (rig.script.applies_arrived(), rig.store.stats().puts);
        answered(rig.cache.put(Counted(1_000_000), 1)).unwrap();
        let cost = touches(|| {
            assert_eq!(answered(rig.cache.flush_older_than(HOUR)).unwrap(), 0);
            assert_eq!(rig.cache.dirty_count(), 1);
            answered(rig.cache.flush()).unwrap();
        });
        assert!(cost <= FEW, "{cost} among {entries}");
        assert_eq!(rig.script.applies_arrived() - calls, 1);
        assert_eq!(rig.store.stats().puts - puts, 1);
    }
}

// W13
#[test]
fn a_flush_by_age_does_not_touch_what_is_younger() {
    let settings = Settings { flush_delay: 2 * HOUR, ..Settings::default() };
    let rig = Rig::open(|it| it.write_behind(settings));
    answered(rig.cache.put(Counted(0), 0)).unwrap();
    rig.clock.advance(HOUR);
    for key in 1..=10_000 {
        answered(rig.cache.put(Counted(key), key)).unwrap();
    }
    let cost = touches(|| answered(rig.cache.flush_older_than(HOUR)).unwrap());
    assert!(cost <= FEW, "{cost}");
    assert_eq!((rig.store.stats().puts, rig.cache.dirty_count()), (1, 10_000));
}

#[test]
fn evicting_clean_entries_asks_the_store_nothing() {
    let rig = full(1000, Settings::default());
    let (applies, evictions) = (rig.script.applies_arrived(), rig.cache.stats().evictions);
    for key in 0..1000 {
        rig.store.insert(Counted(2_000_000 + key), key);
        answered(rig.cache.get(&Counted(2_000_000 + key))).unwrap();
    }
    assert!(rig.cache.stats().evictions >= evictions + 900);
    assert_eq!(rig.script.applies_arrived(), applies);
}
