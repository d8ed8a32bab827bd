//! Writes around memory, and a cache that takes no writes.

use std::sync::Arc;

use forebay_cache::{Cache, Change, Settings, Write};
use forebay_store::fault::Held;
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, Error, ErrorKind, IntoStore, MemoryStore, Outcome, SharedStore};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered};

#[test]
fn a_write_around_leaves_memory_without_it() {
    let rig = Rig::behind();
    for before in [None, Some(1)] {
        if let Some(before) = before {
            answered(rig.cache.put("a", before)).unwrap();
            answered(rig.cache.flush()).unwrap();
        }
        let receipt = answered(rig.cache.put_with("a", 2, Write::Around)).unwrap();
        assert_eq!((receipt.rung(), rig.store.get(&"a")), (Durability::Stored, Some(2)));
        assert_eq!((rig.cache.peek(&"a"), rig.cache.len()), (None, 0), "{before:?}");
    }
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(2));
    answered(rig.cache.delete_with("a", Write::Around)).unwrap();
    assert_eq!((rig.store.get(&"a"), rig.cache.len()), (None, 0));
}

#[test]
fn many_writes_around_leave_memory_without_them() {
    let rig = Rig::<u64>::behind();
    let answers = rig.cache.put_many_with((0..50).map(|key| (key, key)), Write::Around);
    assert!(answered(answers).unwrap().iter().all(Result::is_ok));
    assert_eq!((rig.store.len(), rig.cache.len()), (50, 0));
}

#[test]
fn a_write_around_goes_after_what_is_dirty_and_before_what_comes() {
    let rig = HeldRig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    let around = rig.cache.put_with("a", 2, Write::Around);
    rig.held.next_apply().pass();
    assert_eq!((rig.store.get(&"a"), rig.cache.peek(&"a")), (Some(1), Some(1)));
    answered(rig.cache.put("a", 3)).unwrap();
    rig.held.next_apply().pass();
    assert_eq!(answered(around).unwrap().rung(), Durability::Stored);
    assert_eq!(
        (rig.store.get(&"a"), rig.cache.peek(&"a")),
        (Some(2), Some(3)),
        "a newer one stays"
    );
    rig.clock.advance(SECOND);
    rig.held.next_apply().pass();
    assert_eq!(rig.store.get(&"a"), Some(3));
}

#[test]
fn a_load_that_began_before_a_write_around_was_stored_fills_nothing() {
    let rig = HeldRig::through();
    rig.store.insert("a", 1);
    let get = rig.cache.get(&"a");
    let load = rig.held.next_load();
    let around = rig.cache.put_with("a", 2, Write::Around);
    rig.held.next_apply().pass();
    answered(around).unwrap();
    load.answer(Ok(vec![Some(1)]));
    drop(get);
    assert_eq!(rig.cache.peek(&"a"), None);
}

#[test]
fn a_write_around_that_the_store_refuses_leaves_the_copy() {
    let rig = HeldRig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    let flush = rig.cache.flush();
    rig.held.next_apply().pass();
    answered(flush).unwrap();
    let around = rig.cache.put_with("a", 2, Write::Around);
    rig.held.next_apply().answer(Ok(vec![Outcome::Refused(Error::refused("no"))]));
    assert_eq!(answered(around).unwrap_err().kind(), ErrorKind::Refused);
    assert_eq!(rig.cache.peek(&"a"), Some(1));
}

#[test]
fn a_modification_around_computes_and_leaves_no_copy() {
    let rig = Rig::behind();
    rig.store.insert("a", 1);
    let add = |held: Option<&u64>| (Change::Put(held.map_or(0, |held| held + 1)), ());
    answered(rig.cache.modify_with("a", add, Write::Around)).unwrap();
    assert_eq!((rig.store.get(&"a"), rig.cache.peek(&"a")), (Some(2), None));
}

#[test]
fn nothing_is_accepted_while_read_only_and_what_was_is_stored() {
    let ways = [Write::Through, Write::Around, Write::Behind(Durability::Memory)];
    for write in ways {
        let rig = Rig::behind();
        rig.store.insert("b", 5);
        answered(rig.cache.put("a", 1)).unwrap();
        rig.cache.set_read_only(true);
        let refused = [
            answered(rig.cache.put_with("a", 2, write)).unwrap_err(),
            answered(rig.cache.put_with("new", 2, write)).unwrap_err(),
            answered(rig.cache.delete_with("b", write)).unwrap_err(),
            answered(rig.cache.modify_with("b", |_| (Change::Put(1), ()), write)).unwrap_err(),
            answered(rig.cache.put_many_with([("c", 1)], write)).unwrap().all().unwrap_err(),
            answered(rig.cache.clear()).unwrap_err(),
        ];
        for error in refused {
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        }
        assert_eq!(answered(rig.cache.get(&"b")).unwrap(), Some(5));
        let look = |held: Option<&u64>| (Change::Keep, held.copied());
        assert_eq!(answered(rig.cache.modify_with("b", look, write)).unwrap().result, Some(5));
        answered(rig.cache.flush()).unwrap();
        assert_eq!((rig.store.get(&"a"), rig.store.get(&"b")), (Some(1), Some(5)));
        assert_eq!((rig.store.len(), rig.cache.stats().dirty_bytes), (2, 0));
        rig.cache.set_read_only(false);
        answered(rig.cache.put_with("a", 2, write)).unwrap();
        assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(2));
        assert!(answered(rig.cache.close(SECOND)).unwrap().is_clean());
    }
}

#[test]
fn who_waits_for_room_when_a_cache_becomes_read_only_is_told_so() {
    let settings = Settings { dirty_entries_max: 1, flush_delay: HOUR, ..Settings::default() };
    let rig = HeldRig::open(|builder| builder.write_behind(settings));
    answered(rig.cache.put("a", 1)).unwrap();
    let waiting = rig.cache.put("b", 1);
    rig.cache.set_read_only(true);
    rig.held.next_apply().pass();
    assert_eq!(answered(waiting).unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!((rig.cache.peek(&"b"), rig.cache.stats().dirty_bytes), (None, 0));
    rig.cache.set_read_only(false);
    answered(rig.cache.put("b", 1)).unwrap();
}

#[test]
fn a_cache_that_is_opened_read_only_takes_writes_when_it_is_told_to() {
    let rig = Rig::open(|builder| builder.write_behind(Settings::default()).read_only());
    assert!(rig.cache.is_read_only());
    assert!(answered(rig.cache.put("a", 1)).is_err());
    rig.cache.set_read_only(false);
    answered(rig.cache.put("a", 1)).unwrap();
}

#[test]
fn a_tier_above_one_that_is_read_only_keeps_its_writes() {
    let (clock, store) = (ManualClock::new(), Arc::new(MemoryStore::<&str, u64>::new()));
    let below = Cache::builder(Arc::clone(&store)).seams(clock.seams(1)).shards(1);
    let below = answered(below.open()).unwrap();
    let above = Cache::builder(below.clone()).seams(clock.seams(2)).shards(1);
    let above = answered(above.write_behind(Settings::default()).open()).unwrap();
    below.set_read_only(true);
    answered(above.put("a", 1)).unwrap();
    clock.advance(SECOND);
    assert_eq!((store.get(&"a"), above.is_dirty(&"a"), above.quarantined().len()), (None, true, 0));
    below.set_read_only(false);
    clock.advance(HOUR);
    assert_eq!((store.get(&"a"), above.is_dirty(&"a")), (Some(1), false));
}

#[test]
fn what_the_store_refused_of_a_tier_that_is_read_only_by_then_is_refused() {
    let (clock, store) = (ManualClock::new(), Arc::new(MemoryStore::<&str, u64>::new()));
    let seams = clock.seams(1);
    let held = Held::new(Arc::clone(&store).into_store(&seams));
    let under: SharedStore<&str, u64> = Arc::clone(&held) as _;
    let below = answered(Cache::builder(under).seams(seams).shards(1).open()).unwrap();
    let above = Cache::builder(below.clone()).seams(clock.seams(2)).shards(1);
    let above = answered(above.write_behind(Settings::default()).open()).unwrap();
    answered(above.put("a", 1)).unwrap();
    clock.advance(SECOND);
    let call = held.next_apply();
    below.set_read_only(true);
    call.answer(Ok(vec![Outcome::Refused(Error::unsupported("no such column"))]));
    assert_eq!(above.quarantined().len(), 1, "it would be in vain to try it again");
    answered(above.put("b", 1)).unwrap();
    clock.advance(SECOND);
    assert_eq!((above.is_dirty(&"b"), above.quarantined().len()), (true, 1));
}

#[test]
fn what_waits_in_quarantine_is_tried_again_while_read_only() {
    let rig = HeldRig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    rig.clock.advance(SECOND);
    rig.held.next_apply().answer(Ok(vec![Outcome::Refused(Error::refused("too dear"))]));
    rig.cache.set_read_only(true);
    assert!(answered(rig.cache.quarantine().edit(&"a", 2)).is_err());
    assert!(rig.cache.quarantine().retry(&"a"));
    rig.clock.advance(SECOND);
    rig.held.next_apply().pass();
    assert_eq!((rig.store.get(&"a"), rig.cache.stats().quarantined), (Some(1), 0));
}
