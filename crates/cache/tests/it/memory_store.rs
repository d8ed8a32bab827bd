//! The memory store behind a cache: its limit and its counters, seen through both.

use forebay_store::{ErrorKind, MemoryStore};

use crate::rig::{HOUR, Rig, SECOND, answered};

fn with_limit(entries_max: usize) -> Rig {
    let clock = forebay_store::seam::manual::ManualClock::new();
    Rig::over(MemoryStore::new().with_limit(entries_max), clock, |builder| builder)
}

// T5
#[test]
fn the_store_counts_reads_as_well_as_writes() {
    let rig = Rig::through();
    for value in 0..100 {
        answered(rig.cache.put("a", value)).unwrap();
    }
    answered(rig.cache.delete("a")).unwrap();
    for _ in 0..10 {
        answered(rig.cache.get(&"a")).unwrap();
    }
    rig.store.insert("b", 1);
    answered(rig.cache.get(&"b")).unwrap();
    let stats = rig.store.stats();
    assert_eq!((stats.puts, stats.puts_stored, stats.deletes), (100, 100, 1));
    assert_eq!((stats.loads, stats.keys_loaded, stats.keys_found), (11, 11, 1));
}

#[test]
fn a_full_store_refuses_new_keys_and_takes_overwrites() {
    let rig = with_limit(1);
    answered(rig.cache.put("a", 1)).unwrap();
    let error = answered(rig.cache.put("b", 1)).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Refused, "the store is full")
    );
    assert!(!rig.cache.is_resident(&"b"));
    answered(rig.cache.put("a", 2)).unwrap();
    assert_eq!((rig.store.get(&"a"), rig.store.len()), (Some(2), 1));
    let stats = rig.store.stats();
    assert_eq!((stats.puts, stats.puts_stored), (3, 2));
}

#[test]
fn what_a_full_store_refused_is_stored_by_a_replay_when_there_is_room() {
    let clock = forebay_store::seam::manual::ManualClock::new();
    let rig = Rig::over(MemoryStore::new().with_limit(1), clock, |builder| {
        builder.write_behind(forebay_cache::Settings::default())
    });
    answered(rig.cache.put("a", 1)).unwrap();
    answered(rig.cache.put("b", 2)).unwrap();
    rig.clock.advance(HOUR);
    assert_eq!(rig.cache.quarantined().len(), 1);
    assert_eq!(answered(rig.cache.get(&"b")).unwrap(), Some(2));

    answered(rig.cache.delete("a")).unwrap();
    rig.clock.advance(SECOND);
    assert!(rig.cache.replay(&"b"));
    rig.clock.advance(SECOND);
    assert_eq!((rig.store.get(&"b"), rig.cache.quarantined().len()), (Some(2), 0));
}
