//! What becomes of a write that the store refuses: it is kept, read, listed, and never in the way.

use std::sync::Arc;

use forebay_cache::{ByteSize, Cache, NotStored, Settings, Standing, Write};
use forebay_store::fault::Scripted;
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, ErrorKind, MemoryStore};

use crate::rig::{HOUR, Rig, SECOND, answered};

/// A key in quarantine, over a value that the store has.
fn refused() -> Rig {
    let rig = Rig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    answered(rig.cache.flush()).unwrap();
    rig.script.refuse("a");
    answered(rig.cache.put("a", 2)).unwrap();
    rig.clock.advance(SECOND);
    rig
}

fn assert_gone(rig: &Rig) {
    assert_eq!((rig.cache.quarantined().len(), rig.cache.stats().quarantined), (0, 0));
    assert_eq!(rig.cache.stats().dirty_bytes, 0);
}

// W14
#[test]
fn a_refused_value_is_read_and_listed_with_its_cause() {
    let rig = refused();
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(2));
    let listed = rig.cache.quarantined();
    assert_eq!((listed.len(), listed[0].key), (1, "a"));
    assert_eq!(listed[0].cause.kind(), ErrorKind::Refused);
    assert_eq!(rig.cache.explain(&"a").standing, Standing::Quarantined);
    assert_eq!((rig.cache.stats().quarantined, rig.cache.stats().dirty_entries), (1, 0));
    assert!(rig.cache.is_dirty(&"a") && !rig.cache.mark_clean(&"a"));
}

#[test]
fn a_put_at_stored_that_the_store_refuses_says_that_it_is_accepted() {
    let rig = Rig::behind();
    rig.script.refuse("a");
    let op = rig.cache.put_with("a", 1, Write::Behind(Durability::Stored));
    // Not `Refused`, which would say that nothing has happened.
    let error = answered(op).unwrap_err();
    assert_eq!((error.kind(), NotStored::is_behind(&error)), (ErrorKind::Unknown, true));
    assert!(error.chain().contains("refuse"), "{}", error.chain());
    assert_eq!(rig.cache.peek(&"a"), Some(1));
}

#[test]
fn a_refused_value_is_not_tried_again_by_itself() {
    let rig = refused();
    let calls = rig.script.applies_arrived();
    rig.clock.advance(HOUR);
    answered(rig.cache.flush()).unwrap_err();
    assert_eq!(rig.script.applies_arrived(), calls);
}

#[test]
fn a_newer_write_supersedes_a_refused_one() {
    for write in [Write::Through, Write::Behind(Durability::Memory)] {
        let rig = refused();
        rig.script.accept(&"a");
        answered(rig.cache.put_with("a", 3, write)).unwrap();
        answered(rig.cache.flush()).unwrap();
        assert_eq!((rig.cache.peek(&"a"), rig.store.get(&"a")), (Some(3), Some(3)));
        assert_gone(&rig);
    }
}

#[test]
fn a_delete_supersedes_a_refused_write() {
    let rig = refused();
    rig.script.accept(&"a");
    answered(rig.cache.delete("a")).unwrap();
    answered(rig.cache.flush()).unwrap();
    assert_eq!((answered(rig.cache.get(&"a")).unwrap(), rig.store.get(&"a")), (None, None));
    assert_gone(&rig);
}

#[test]
fn a_replayed_write_is_stored_when_the_store_takes_it() {
    let rig = refused();
    assert!(rig.cache.replay(&"a"), "it is tried");
    rig.clock.advance(SECOND);
    assert_eq!(rig.cache.quarantined().len(), 1, "and refused again");

    rig.script.accept(&"a");
    assert!(rig.cache.replay(&"a"));
    rig.clock.advance(SECOND);
    assert_eq!(rig.store.get(&"a"), Some(2));
    assert_gone(&rig);
    assert!(!rig.cache.replay(&"a") && !rig.cache.replay(&"b"));
}

#[test]
fn a_receipt_of_a_refused_write_says_so() {
    let rig = Rig::behind();
    rig.script.refuse("a");
    let receipt = answered(rig.cache.put("a", 1)).unwrap();
    assert_eq!(answered(receipt.stored()).unwrap_err().kind(), ErrorKind::Refused);
    assert_eq!(answered(receipt.stored()).unwrap_err().kind(), ErrorKind::Refused);
}

#[test]
fn a_flush_by_age_tells_of_what_went_into_quarantine() {
    let rig = Rig::behind();
    rig.script.refuse("a");
    answered(rig.cache.put("a", 1)).unwrap();
    answered(rig.cache.put("b", 1)).unwrap();
    let error = answered(rig.cache.flush_older_than(std::time::Duration::ZERO)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(rig.store.get(&"b"), Some(1));
}

#[test]
fn neither_eviction_nor_invalidation_frees_a_refused_value() {
    let rig = Rig::<u64>::open(|builder| {
        builder.capacity(ByteSize::kib(4)).write_behind(Settings::default())
    });
    rig.script.refuse(0);
    answered(rig.cache.put(0, 7)).unwrap();
    answered(rig.cache.flush()).unwrap_err();
    for key in 1..1000 {
        rig.store.insert(key, key);
        answered(rig.cache.get(&key)).unwrap();
    }
    assert!(!rig.cache.invalidate(&0));
    assert_eq!(rig.cache.peek(&0), Some(7));
}

#[test]
fn quarantine_is_bounded_and_what_has_no_room_in_it_stays_unstored() {
    let rig = Rig::<u64>::open(|builder| {
        builder.capacity(ByteSize::kib(4)).write_behind(Settings::default())
    });
    (0..100).for_each(|key| rig.script.refuse(key));
    let mut accepted = 0;
    for key in 0..100 {
        let put = rig.cache.put(key, key + 1);
        rig.clock.advance(SECOND);
        match put.try_take() {
            Ok(receipt) => drop(receipt.unwrap()),
            Err(_) => break,
        }
        accepted += 1;
    }
    assert!((20..60).contains(&accepted), "{accepted}");
    assert!((0..accepted).all(|key| rig.cache.peek(&key) == Some(key + 1)));
    let stats = rig.cache.stats();
    assert_eq!(stats.quarantined + stats.dirty_entries, accepted);
    assert!(stats.resident_bytes <= 4096, "{stats:?}");
}

#[test]
fn a_superseded_value_gives_its_place_in_quarantine_back() {
    for write in [Write::Through, Write::Behind(Durability::Memory)] {
        let rig = Rig::open(|it| it.capacity(ByteSize::kib(4)).write_behind(Settings::default()));
        for round in 0..100 {
            rig.script.refuse("a");
            answered(rig.cache.put("a", round)).unwrap();
            answered(rig.cache.flush()).unwrap_err();
            assert_eq!(rig.cache.stats().quarantined, 1, "{write:?}, round {round}");
            rig.script.accept(&"a");
            answered(rig.cache.put_with("a", round, write)).unwrap();
            answered(rig.cache.flush()).unwrap();
        }
        assert_gone(&rig);
    }
}

/// A value; 0 cannot be copied.
#[derive(Debug, PartialEq)]
struct Single(u64);

impl Clone for Single {
    fn clone(&self) -> Self {
        assert!(self.0 != 0, "the test makes this copy panic");
        Self(self.0)
    }
}

#[test]
fn a_value_that_cannot_be_copied_holds_up_nobody_even_if_quarantine_has_no_room() {
    let clock = ManualClock::new();
    let (scripted, script) = Scripted::new(Arc::new(MemoryStore::new().with_clock(clock.clone())));
    let settings =
        Settings { quarantine_bytes_max: Some(ByteSize::bytes(0)), ..Settings::default() };
    let builder = Cache::builder(scripted).seams(clock.seams(1)).shards(1);
    let cache: Cache<u64, Single> = answered(builder.write_behind(settings).open()).unwrap();
    answered(cache.put(1, Single(0))).unwrap();
    answered(cache.put(2, Single(2))).unwrap();
    clock.advance(SECOND);
    assert_eq!((cache.stats().dirty_entries, cache.quarantine().len()), (1, 0));
    answered(cache.flush()).unwrap_err();
    script.go_down();
    for key in 3..9 {
        answered(cache.put(key, Single(key))).unwrap();
        clock.advance(SECOND);
    }
    clock.advance(HOUR);
    script.come_back();
    clock.advance(HOUR);
    assert_eq!(cache.stats().dirty_entries, 1);
    answered(cache.put(1, Single(1))).unwrap();
    clock.advance(HOUR);
    assert_eq!(cache.stats().dirty_entries, 0);
}
