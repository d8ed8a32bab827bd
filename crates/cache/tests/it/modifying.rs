//! Modifying a key: atomic, and without a trace when it fails.

use forebay_cache::{ByteSize, Change, Settings, Write};
use forebay_store::{Durability, Error, ErrorKind, Outcome};

use crate::rig::{HeldRig, Rig, answered, by_value};

const BOTH: [Write; 2] = [Write::Through, Write::Behind(Durability::Memory)];

#[test]
fn a_closure_that_panics_changes_nothing_and_blocks_nobody() {
    for write in BOTH {
        for key in ["resident", "absent"] {
            let rig = Rig::behind();
            answered(rig.cache.put("resident", 1)).unwrap();
            answered(rig.cache.flush()).unwrap();
            let before = rig.cache.peek(&key);
            let bad = |_: Option<&u64>| -> (Change<u64>, ()) { panic!("the closure panics") };
            let error = answered(rig.cache.modify_with(key, bad, write)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Aborted);
            assert_eq!((rig.cache.peek(&key), rig.cache.dirty_count()), (before, 0));

            let add = |value: Option<&u64>| (Change::Put(value.map_or(10, |value| value + 1)), ());
            answered(rig.cache.modify_with(key, add, write)).unwrap();
            assert_eq!(answered(rig.cache.get(&key)).unwrap(), Some(before.map_or(10, |v| v + 1)));
        }
    }
}

#[test]
fn keeping_a_value_writes_nothing() {
    for write in BOTH {
        let rig = Rig::behind();
        rig.store.insert("a", 1);
        let look = |value: Option<&u64>| (Change::Keep, value.copied());
        let modified = answered(rig.cache.modify_with("a", look, write)).unwrap();
        assert_eq!(modified.result, Some(1));
        assert!(modified.receipt.is_none());
        assert_eq!((rig.script.applies_arrived(), rig.cache.dirty_count()), (0, 0));
    }
}

#[test]
fn a_modification_can_delete_and_say_what_was_there() {
    for write in BOTH {
        let rig = Rig::behind();
        rig.store.insert("a", 1);
        let take = |value: Option<&u64>| (Change::Delete, value.copied());
        let modified = answered(rig.cache.modify_with("a", take, write)).unwrap();
        assert_eq!(modified.result, Some(1));
        answered(rig.cache.flush()).unwrap();
        assert_eq!((rig.store.get(&"a"), answered(rig.cache.get(&"a")).unwrap()), (None, None));
    }
}

#[test]
fn an_update_of_an_absent_key_makes_none() {
    let rig = Rig::behind();
    assert!(answered(rig.cache.update(&"a", |value| *value += 1)).unwrap().is_none());
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), None);
    rig.store.insert("b", 1);
    assert!(answered(rig.cache.update(&"b", |value| *value += 1)).unwrap().is_some());
    assert_eq!(answered(rig.cache.get(&"b")).unwrap(), Some(2));
}

#[test]
fn a_modification_that_cannot_be_stored_through_leaves_the_value() {
    let rig = Rig::through();
    answered(rig.cache.put("a", 1)).unwrap();
    rig.script.go_down();
    let error = answered(rig.cache.update(&"a", |value| *value += 1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(1));
    rig.script.come_back();
    answered(rig.cache.update(&"a", |value| *value += 1)).unwrap();
    assert_eq!(rig.store.get(&"a"), Some(2));
}

#[test]
fn a_modification_whose_load_fails_is_told_so_and_frees_the_key() {
    let rig = Rig::behind();
    rig.script.go_down();
    let error = answered(rig.cache.update(&"a", |value| *value += 1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    rig.script.come_back();
    rig.store.insert("a", 1);
    answered(rig.cache.update(&"a", |value| *value += 1)).unwrap();
    assert_eq!(rig.cache.peek(&"a"), Some(2));
}

#[test]
fn modifications_through_see_each_other_although_none_is_visible_before_it_is_stored() {
    let rig = HeldRig::open(|builder| builder.write_through(Settings::default()));
    rig.store.insert("a", 1);
    let first = rig.cache.update(&"a", |value| *value += 10);
    let second = rig.cache.update(&"a", |value| *value *= 2);
    rig.held.next_load().pass();
    rig.held.next_apply().pass();
    answered(first).unwrap();
    rig.held.next_apply().pass();
    answered(second).unwrap();
    assert_eq!((rig.cache.peek(&"a"), rig.store.get(&"a")), (Some(22), Some(22)));
}

/// Seed 920087 of `where_nothing_goes_wrong_with_the_store`.
#[test]
fn a_modification_does_not_take_what_a_load_of_others_brought_for_its_own() {
    let rig = HeldRig::behind();
    rig.store.insert("a", 1);
    let or_new = |value: Option<&u64>| (Change::Put(value.map_or(100, |value| value + 10)), ());
    let modification = rig.cache.modify("a", or_new);
    let asked = rig.held.next_load();
    rig.cache.invalidate(&"a");
    answered(rig.cache.delete("a")).unwrap();
    drop(rig.cache.flush());
    rig.held.next_apply().pass();
    let get = rig.cache.get(&"a");
    rig.held.next_load().pass();
    assert_eq!(answered(get).unwrap(), None, "it is deleted, and everybody may know");
    asked.answer(Ok(vec![Some(1)]));
    assert_eq!(rig.cache.peek(&"a"), None, "what the store had before the delete is no basis");
    rig.held.next_load().pass();
    answered(modification).unwrap();
    assert_eq!(rig.cache.peek(&"a"), Some(100));
}

/// Room for 4 KiB, in which a value weighs what it is.
fn weighing() -> HeldRig {
    HeldRig::open(|builder| {
        builder.capacity(ByteSize::kib(4)).write_behind(Settings::default()).weigher(by_value)
    })
}

#[test]
fn a_modification_computes_from_a_value_that_is_too_heavy_to_be_kept() {
    let rig = weighing();
    rig.store.insert("a", 3000);
    let modification = rig.cache.update(&"a", |value| *value += 1);
    rig.held.next_load().pass();
    rig.held.next_apply().pass();
    answered(modification).unwrap();
    assert_eq!(rig.store.get(&"a"), Some(3001));
}

#[test]
fn a_modification_computes_from_a_loaded_value_for_which_memory_has_no_room() {
    let rig = weighing();
    answered(rig.cache.put("refused", 800)).unwrap();
    drop(rig.cache.flush());
    rig.held.next_apply().answer(Ok(vec![Outcome::Refused(Error::refused("never"))]));
    answered(rig.cache.put("dirty", 1800)).unwrap();
    rig.store.insert("a", 1800);

    let modification = rig.cache.update(&"a", |value| *value += 1);
    rig.held.next_load().pass();
    let stats = rig.cache.stats();
    assert!(!rig.cache.is_resident(&"a") && stats.resident_bytes <= 4096, "{stats:?}");
    assert_eq!(stats.waiting_writers, 1, "it has been computed, and waits for room");

    rig.held.next_apply().pass();
    // What it computed was not kept meanwhile.
    rig.held.next_load().pass();
    answered(modification).unwrap();
    drop(rig.cache.flush());
    rig.held.next_apply().pass();
    assert_eq!(rig.store.get(&"a"), Some(1801));
}
