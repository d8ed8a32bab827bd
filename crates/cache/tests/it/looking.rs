//! Looking at the cache: what is in it, how it stands, what it has done.

use forebay_cache::{ByteSize, Settings, Standing};
use forebay_store::BlockingStore;

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered, by_value};

#[test]
fn looking_at_memory_loads_nothing() {
    let rig = Rig::behind();
    rig.store.insert("b", 2);
    assert!(rig.cache.is_empty());
    answered(rig.cache.put("a", 1)).unwrap();
    assert!(rig.cache.is_resident(&"a") && !rig.cache.is_resident(&"b"));
    assert_eq!((rig.cache.peek(&"a"), rig.cache.peek(&"b")), (Some(1), None));
    assert_eq!((rig.cache.len(), rig.cache.is_empty()), (1, false));
    assert_eq!(rig.cache.capacity(), ByteSize::mib(64));
    assert_eq!((rig.script.loads_arrived(), rig.cache.stats().misses), (0, 0));
}

#[test]
fn dirty_keys_are_told_the_longest_dirty_first() {
    let rig = Rig::behind();
    for key in ["c", "a", "b", "c"] {
        answered(rig.cache.put(key, 1)).unwrap();
        rig.clock.advance(std::time::Duration::from_millis(1));
    }
    answered(rig.cache.delete("d")).unwrap();
    assert_eq!(rig.cache.dirty_keys(), ["c", "a", "b", "d"]);
    assert_eq!((rig.cache.dirty_count(), rig.cache.stats().dirty_entries), (4, 4));
    assert!(rig.cache.is_dirty(&"d") && !rig.cache.is_dirty(&"e"));
    answered(rig.cache.flush()).unwrap();
    assert!(rig.cache.dirty_keys().is_empty() && !rig.cache.is_dirty(&"a"));
}

// W15
#[test]
fn what_happened_is_counted() {
    let rig = Rig::behind();
    rig.store.insert("b", 2);
    answered(rig.cache.put("a", 1)).unwrap();
    answered(rig.cache.put("a", 2)).unwrap();
    answered(rig.cache.delete("c")).unwrap();
    answered(rig.cache.flush()).unwrap();
    for key in ["a", "b", "b", "c"] {
        answered(rig.cache.get(&key)).unwrap();
    }
    let stats = rig.cache.stats();
    assert_eq!((stats.puts, stats.deletes, stats.coalesced), (2, 1, 1));
    assert_eq!((stats.hits, stats.misses, stats.loads), (2, 2, 2));
    assert_eq!((stats.flushes, stats.stored), (1, 2));
    assert_eq!((stats.entries, stats.dirty_entries, stats.in_flight), (2, 0, 0));
}

// W15
#[test]
fn writes_that_go_wrong_are_counted_by_how() {
    let rig = Rig::behind();
    rig.script.refuse("a");
    rig.script.fail_writes("b", 1, forebay_store::fault::WriteFault::Retry);
    rig.script.fail_writes("c", 1, forebay_store::fault::WriteFault::UnknownApplied);
    for key in ["a", "b", "c", "d"] {
        answered(rig.cache.put(key, 1)).unwrap();
    }
    answered(rig.cache.flush()).unwrap_err();
    let stats = rig.cache.stats();
    assert_eq!((stats.refused, stats.retried, stats.unknown, stats.stored), (1, 1, 1, 1));
    rig.clock.advance(SECOND);
    assert_eq!(rig.cache.stats().stored, 3);
}

// N4
#[test]
fn an_overwritten_value_is_weighed_once() {
    for behind in [true, false] {
        let rig = Rig::open(|builder| {
            let builder = builder.weigher(by_value);
            if behind { builder.write_behind(Settings::default()) } else { builder }
        });
        answered(rig.cache.put("a", 1000)).unwrap();
        let once = rig.cache.stats().resident_bytes;
        for _ in 0..10 {
            answered(rig.cache.put("a", 1000)).unwrap();
        }
        assert_eq!((rig.cache.stats().resident_bytes, rig.cache.len()), (once, 1));
        answered(rig.cache.put("a", 600)).unwrap();
        assert_eq!(rig.cache.stats().resident_bytes, once - 400);
        answered(rig.cache.flush()).unwrap();
        answered(rig.cache.delete("a")).unwrap();
        answered(rig.cache.flush()).unwrap();
        assert_eq!((rig.cache.stats().resident_bytes, rig.cache.len()), (0, 0));
    }
}

#[test]
fn a_key_explains_how_it_stands() {
    let rig = HeldRig::open(|it| it.write_behind(Settings::default()).cache_absence(HOUR));
    let standing = || rig.cache.explain(&"a").standing;
    assert_eq!(standing(), Standing::Absent);
    let get = rig.cache.get(&"a");
    assert_eq!(standing(), Standing::Loading);
    rig.held.next_load().pass();
    answered(get).unwrap();
    assert_eq!(standing(), Standing::KnownAbsent);
    answered(rig.cache.put("a", 1)).unwrap();
    assert_eq!(standing(), Standing::Dirty);
    rig.clock.advance(SECOND);
    assert_eq!(standing(), Standing::BeingStored);
    answered(rig.cache.put("a", 2)).unwrap();
    assert_eq!(standing(), Standing::BeingStoredAndDirty);
    let flush = rig.cache.flush();
    rig.held.next_apply().pass();
    rig.held.next_apply().pass();
    answered(flush).unwrap();
    assert_eq!(standing(), Standing::Clean);
    assert!(rig.cache.explain(&"a").to_string().starts_with("clean"));
}

#[test]
fn the_backing_store_can_be_reached_through_the_cache() {
    let rig = Rig::through();
    answered(rig.cache.put("a", 1)).unwrap();
    let (done, op) = forebay_store::Op::pending();
    rig.cache.store().load(["a"].into(), done);
    assert_eq!(answered(op).unwrap(), [Some(1)]);
    assert_eq!(rig.cache.store().capabilities(), rig.store.capabilities());
}
