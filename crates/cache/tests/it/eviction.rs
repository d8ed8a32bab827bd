//! Eviction frees clean memory and nothing else (G5), and frees what is not used.

use std::ops::Range;
use std::sync::Arc;

use forebay_cache::{ByteSize, Cache, Lookup, Settings, WhenFull, Write};
use forebay_store::fault::{ApplyFault, WriteFault};
use forebay_store::seam::Clock;
use forebay_store::{Durability, ErrorKind, MemoryStore, WallTime};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered, by_value};

/// Room for some forty entries, half of which may be unstored.
fn small(settings: Settings) -> Rig<u64> {
    Rig::open(|builder| builder.capacity(ByteSize::kib(4)).write_behind(settings))
}

// W1, W18
#[test]
fn no_accepted_write_is_lost_however_many_come_while_the_store_is_down() {
    let rig = small(Settings { when_full: WhenFull::Refuse, ..Settings::default() });
    rig.script.go_down();
    let (mut accepted, mut refused) = (Vec::new(), Vec::new());
    for key in 0..1000 {
        match answered(rig.cache.put(key, key + 1)) {
            Ok(_) => accepted.push(key),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Busy);
                refused.push(key);
            }
        }
    }
    assert!(accepted.len() >= 10 && refused.len() >= 10, "{accepted:?}");
    assert_eq!(rig.cache.dirty_count(), accepted.len());
    assert!(accepted.iter().all(|key| rig.cache.peek(key) == Some(key + 1)));

    rig.script.come_back();
    answered(rig.cache.flush()).unwrap();
    assert!(accepted.iter().all(|key| rig.store.get(key) == Some(key + 1)));
    assert!(refused.iter().all(|key| rig.store.get(key).is_none()));
}

// W2
#[test]
fn reading_other_keys_costs_no_unstored_write_while_the_store_takes_none() {
    let rig = small(Settings { flush_delay: HOUR, ..Settings::default() });
    rig.script.fail_applies(1000, ApplyFault::Error(ErrorKind::Unavailable));
    for key in 0..10 {
        answered(rig.cache.put(key, key + 1)).unwrap();
    }
    for key in 1000..2000 {
        rig.store.insert(key, key);
        assert_eq!(answered(rig.cache.get(&key)).unwrap(), Some(key));
    }
    assert!(rig.cache.stats().evictions > 900);
    assert_eq!(rig.cache.dirty_count(), 10);
    assert!((0..10).all(|key| rig.cache.peek(&key) == Some(key + 1)));
}

// N2
#[test]
fn memory_stays_within_its_capacity_when_all_that_may_be_unstored_is() {
    let rig = small(Settings { when_full: WhenFull::Refuse, ..Settings::default() });
    let capacity = rig.cache.capacity().as_bytes();
    rig.script.fail_applies(10_000, ApplyFault::Error(ErrorKind::Unavailable));
    while answered(rig.cache.put(rig.cache.len() as u64, 0)).is_ok() {}
    let unstored = rig.cache.dirty_count();
    for key in 1000..2000 {
        rig.store.insert(key, key);
        answered(rig.cache.get(&key)).unwrap();
        assert!(rig.cache.stats().resident_bytes <= capacity, "{:?}", rig.cache.stats());
    }
    assert_eq!(rig.cache.dirty_count(), unstored);
    assert!(rig.cache.len() > unstored, "reads have memory left beside the unstored");
}

// N2
#[test]
fn memory_stays_within_its_capacity_when_all_but_a_128th_may_be_unstored() {
    let (capacity, most) = (32 << 10, (32 << 10) / 128 * 127);
    let settings = Settings {
        dirty_bytes_max: Some(ByteSize::bytes(most)),
        when_full: WhenFull::Refuse,
        ..Settings::default()
    };
    let rig = Rig::<u64>::open(|it| it.capacity(ByteSize::bytes(capacity)).write_behind(settings));
    rig.script.fail_applies(10_000, ApplyFault::Error(ErrorKind::Unavailable));
    while answered(rig.cache.put(rig.cache.len() as u64, 0)).is_ok() {}
    let (stats, unstored) = (rig.cache.stats(), rig.cache.dirty_count());
    assert!(stats.dirty_bytes > most - 200, "{stats:?}");
    for key in 1000..2000 {
        rig.store.insert(key, key);
        assert_eq!(answered(rig.cache.get(&key)).unwrap(), Some(key));
        assert!(rig.cache.stats().resident_bytes <= capacity, "{:?}", rig.cache.stats());
    }
    assert_eq!(rig.cache.dirty_count(), unstored);
}

// N2
#[test]
fn memory_stays_within_its_capacity_when_many_modifications_wait_for_room() {
    let settings = Settings { dirty_entries_max: 1, ..Settings::default() };
    let rig = HeldRig::<u64>::open(|it| {
        it.capacity(ByteSize::kib(4)).write_behind(settings).weigher(by_value)
    });
    let in_bounds = || {
        let stats = rig.cache.stats();
        assert!(stats.resident_bytes <= 4096, "{stats:?}");
    };
    answered(rig.cache.put(0, 1)).unwrap();
    let keys = 1..=20;
    let modifications: Vec<_> = keys
        .clone()
        .map(|key| {
            rig.store.insert(key, 500 + key);
            let modification = rig.cache.update(&key, |value| *value *= 2);
            rig.held.next_load().pass();
            in_bounds();
            modification
        })
        .collect();
    assert_eq!(rig.cache.stats().waiting_writers, 20);
    assert!(keys.clone().any(|key| !rig.cache.is_resident(&key)), "they do not all fit");

    for (key, modification) in keys.clone().zip(modifications) {
        rig.held.next_apply().pass();
        if !rig.cache.is_resident(&key) {
            // What it is computed from has left memory meanwhile.
            rig.held.next_load().pass();
        }
        answered(modification).unwrap();
        in_bounds();
    }
    rig.held.next_apply().pass();
    assert!(keys.clone().all(|key| rig.store.get(&key) == Some(2 * (500 + key))));
}

// N2
#[test]
fn memory_stays_within_its_capacity_when_all_that_it_holds_is_over_and_loading() {
    let rig = HeldRig::<u64>::open(|it| {
        it.capacity(ByteSize::kib(4))
            .write_behind(Settings::default())
            .expire_with(|_, value| Some(WallTime(*value)))
    });
    let start = rig.clock.wall().0;
    for key in 0..100 {
        rig.store.insert(key, start + 500);
        drop(rig.cache.get(&key));
        rig.held.next_load().pass();
    }
    assert!(rig.cache.stats().evictions > 0, "memory is full");
    rig.clock.advance(SECOND);
    let gets: Vec<_> = (0..100).map(|key| rig.cache.get(&key)).collect();
    for key in 100..110 {
        answered(rig.cache.put(key, start + 5000)).unwrap();
        let stats = rig.cache.stats();
        assert!(stats.resident_bytes <= 4096, "{stats:?}");
    }
    assert!(gets.iter().all(|get| !get.is_ready()));
}

// W9, N7
#[test]
fn a_key_that_is_read_outlives_a_crowd_of_keys_that_are_read_once() {
    let rig = small(Settings::default());
    rig.store.insert(0, 7);
    for key in 1..=2000 {
        rig.store.insert(key, key);
        answered(rig.cache.get(&key)).unwrap();
        assert_eq!(answered(rig.cache.get(&0)).unwrap(), Some(7));
    }
    assert_eq!(rig.script.loads_arrived(), 2001, "the key in use is loaded once");
}

// W9, T6
#[test]
fn a_key_that_is_updated_outlives_the_crowd_in_both_ways_of_writing() {
    // Written behind, seldom enough that its uses keep it, and not that it was written last.
    for (write, pause) in [(Write::Through, 20), (Write::Behind(Durability::Memory), 100)] {
        let rig = small(Settings::default());
        for key in 1..=2000 {
            if key % pause == 1 {
                answered(rig.cache.put_with(0, key, write)).unwrap();
                answered(rig.cache.put_with(0, key + 1, write)).unwrap();
                answered(rig.cache.flush()).unwrap();
            }
            rig.store.insert(key, key);
            answered(rig.cache.get(&key)).unwrap();
            assert!(rig.cache.is_resident(&0), "{write:?}, after {key} others");
        }
    }
}

#[test]
fn an_evicted_value_is_read_through_again() {
    let rig = small(Settings::default());
    for key in 0..1000 {
        answered(rig.cache.put(key, key + 1)).unwrap();
    }
    let gone = (0..1000).find(|key| !rig.cache.is_resident(key)).unwrap();
    assert_eq!(answered(rig.cache.get(&gone)).unwrap(), Some(gone + 1));
    assert!(rig.cache.is_resident(&gone));
}

/// A large value that lies in its entry.
type Large = (Arc<()>, [u8; 2 << 10]);

#[test]
fn large_values_that_new_keys_push_out_are_dropped() {
    let builder = Cache::<u64, Large>::builder(MemoryStore::new()).shards(1);
    let cache = answered(builder.capacity(ByteSize::kib(64)).open()).unwrap();
    let token = Arc::new(());
    for key in 0..50 {
        let Lookup::Vacant(filler) = answered(cache.lookup(&key)).unwrap() else {
            panic!("nobody knows {key}")
        };
        assert!(filler.fill((Arc::clone(&token), [0; 2 << 10])));
        assert!(cache.stats().resident_bytes <= 64 << 10, "{:?}", cache.stats());
    }
    assert!(cache.stats().entries > 5, "{:?}", cache.stats());
    assert_eq!(Arc::strong_count(&token) as u64, cache.stats().entries + 1);
}

/// One shard, in which nothing of what was read in fits any more, and as many writes were stored.
fn full_of_stored(writes: u64) -> Rig<u64> {
    let settings = Settings { flush_delay: HOUR, ..Settings::default() };
    let rig = Rig::<u64>::open(|builder| {
        builder.shards(1).capacity(ByteSize::kib(64)).write_behind(settings)
    });
    read_in(&rig, 0..2000);
    put_new(&rig, 10_000..10_000 + writes);
    answered(rig.cache.flush()).unwrap();
    rig
}

/// Reads in these keys, which the store has, and says how many entries were evicted for them.
fn read_in(rig: &Rig<u64>, keys: Range<u64>) -> u64 {
    let before = rig.cache.stats().evictions;
    for key in keys {
        rig.store.insert(key, key);
        answered(rig.cache.get(&key)).unwrap();
        assert!(rig.cache.stats().resident_bytes <= 64 << 10);
    }
    rig.cache.audit().unwrap();
    rig.cache.stats().evictions - before
}

/// Puts these keys, which are new, and says how many entries were evicted for them.
fn put_new(rig: &Rig<u64>, keys: Range<u64>) -> u64 {
    let before = rig.cache.stats().evictions;
    for key in keys {
        answered(rig.cache.put(key, key)).unwrap();
        assert!(rig.cache.stats().resident_bytes <= 64 << 10);
    }
    rig.cache.audit().unwrap();
    rig.cache.stats().evictions - before
}

#[test]
fn new_keys_of_all_weights_push_out_what_they_weigh() {
    for shards in [1, 4] {
        let settings = Settings { flush_delay: HOUR, ..Settings::default() };
        let rig = Rig::<u64>::open(|builder| {
            let builder = builder.shards(shards).capacity(ByteSize::kib(256)).weigher(by_value);
            builder.write_behind(settings)
        });
        for key in 0..2000 {
            rig.store.insert(key, 100);
            answered(rig.cache.get(&key)).unwrap();
        }
        // Light ones, heavy ones, and both in turns; all but the first behind one that is dirty.
        let light_and_heavy = [20, 3000, 20, 20, 700, 1, 1, 1];
        for (key, weight) in (10_000..10_120).zip(light_and_heavy.into_iter().cycle()) {
            answered(rig.cache.put(key, weight)).unwrap();
            rig.cache.audit().unwrap();
            let stats = rig.cache.stats();
            assert!(stats.resident_bytes <= 256 << 10, "{stats:?}");
            assert!(stats.resident_bytes > 240 << 10, "{stats:?}");
            assert_eq!(rig.cache.peek(&key), Some(weight));
        }
    }
}

#[test]
fn a_put_has_its_work_from_one_that_was_stored_and_pushes_out_about_what_its_entry_weighs() {
    let rig = full_of_stored(60);
    let pushed_out = [0, 1, 2].map(|part| put_new(&rig, 20_000 + part * 20..20_020 + part * 20));
    assert!(pushed_out.iter().all(|entries| (18..=22).contains(entries)), "{pushed_out:?}");
}

#[test]
fn what_is_read_in_takes_the_room_of_what_was_stored_before_anything_goes_for_it() {
    let by_get = full_of_stored(60);
    // Each of the works weighed nearly as much as an entry does.
    assert_eq!(read_in(&by_get, 2000..2040), 0);
    assert!(read_in(&by_get, 3000..3100) > 60);
    let by_hand = full_of_stored(60);
    let before = by_hand.cache.stats().evictions;
    for key in 2000..2040 {
        let Lookup::Vacant(filler) = answered(by_hand.cache.lookup(&key)).unwrap() else {
            panic!("nobody knows {key}")
        };
        assert!(filler.fill(key));
    }
    assert_eq!(by_hand.cache.stats().evictions, before);
    by_hand.cache.audit().unwrap();
}

#[test]
fn room_of_works_is_free_again_once_fewer_are_dirty_at_once() {
    let rig = full_of_stored(60);
    for round in 0..2 {
        put_new(&rig, 20_000 + round..20_001 + round);
        answered(rig.cache.flush()).unwrap();
    }
    // That room is free now, so nothing is evicted for the next ones.
    assert_eq!(put_new(&rig, 30_000..30_020), 0);
}

#[test]
fn room_of_works_is_free_again_although_the_store_fails_one_write_again_and_again() {
    let rig = full_of_stored(60);
    rig.script.fail_writes(1, 10_000, WriteFault::Retry);
    put_new(&rig, 1..2);
    let entries = rig.cache.stats().entries;
    for key in 20_000..20_200 {
        put_new(&rig, key..key + 1);
        drop(rig.cache.flush());
    }
    assert!(rig.cache.dirty_count() >= 1);
    let more = rig.cache.stats().entries - entries;
    assert!(more > 50, "{more} have come into the room of 60 works");
}
