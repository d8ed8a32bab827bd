//! What makes a key go, side by side: from the store, from memory, from what is not stored yet.

use forebay_cache::Settings;

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered};

/// "clean" is stored, "dirty" was put over a value of the store, and "away" is in the store only.
fn rig() -> Rig {
    let settings = Settings { flush_delay: HOUR, ..Settings::default() };
    let rig = Rig::open(|builder| builder.write_behind(settings));
    rig.store.insert("away", 3);
    answered(rig.cache.put("clean", 1)).unwrap();
    answered(rig.cache.put("dirty", 1)).unwrap();
    answered(rig.cache.flush()).unwrap();
    answered(rig.cache.put("dirty", 2)).unwrap();
    rig
}

/// For each key: what the store has, what memory has, and whether it is dirty.
fn stand(rig: &Rig) -> [(Option<u64>, Option<u64>, bool); 3] {
    ["clean", "dirty", "away"]
        .map(|key| (rig.store.get(&key), rig.cache.peek(&key), rig.cache.is_dirty(&key)))
}

const BEFORE: [(Option<u64>, Option<u64>, bool); 3] =
    [(Some(1), Some(1), false), (Some(1), Some(2), true), (Some(3), None, false)];

#[test]
fn a_delete_goes_to_the_store_and_supersedes_what_is_not_stored() {
    let rig = rig();
    assert_eq!(stand(&rig), BEFORE);
    for key in ["clean", "dirty", "away"] {
        answered(rig.cache.delete(key)).unwrap();
    }
    assert_eq!(stand(&rig)[0], (Some(1), None, true), "the store does not know yet");
    answered(rig.cache.flush()).unwrap();
    assert_eq!(stand(&rig), [(None, None, false); 3]);
}

#[test]
fn a_clear_deletes_every_key_of_the_store() {
    let rig = rig();
    assert_eq!(answered(rig.cache.clear()).unwrap(), 3);
    assert_eq!(stand(&rig), [(None, None, false); 3]);
    assert_eq!(rig.store.len(), 0);
}

#[test]
fn an_invalidation_forgets_the_copy_of_one_key_and_writes_nothing() {
    let rig = rig();
    let applies = rig.script.applies_arrived();
    assert!(rig.cache.invalidate(&"clean"));
    assert!(!rig.cache.invalidate(&"dirty") && !rig.cache.invalidate(&"away"));
    assert_eq!(stand(&rig), [(Some(1), None, false), BEFORE[1], BEFORE[2]]);
    assert_eq!(rig.script.applies_arrived(), applies);
    assert_eq!(answered(rig.cache.get(&"clean")).unwrap(), Some(1), "it is asked for again");
}

#[test]
fn an_invalidation_of_all_forgets_every_copy_and_keeps_what_is_dirty() {
    let rig = rig();
    assert_eq!(answered(rig.cache.get(&"away")).unwrap(), Some(3));
    let applies = rig.script.applies_arrived();
    assert_eq!(rig.cache.invalidate_all(), 2);
    assert_eq!(stand(&rig), [(Some(1), None, false), BEFORE[1], BEFORE[2]]);
    assert_eq!(rig.script.applies_arrived(), applies);
    answered(rig.cache.flush()).unwrap();
    assert_eq!((rig.store.get(&"dirty"), rig.cache.invalidate_all()), (Some(2), 1));
    assert_eq!((rig.cache.len(), rig.cache.stats().resident_bytes), (0, 0));
}

#[test]
fn a_mark_takes_the_callers_word_that_the_store_has_it() {
    let rig = rig();
    assert!(rig.cache.mark_clean(&"dirty"));
    assert!(!rig.cache.mark_clean(&"clean") && !rig.cache.mark_clean(&"away"));
    assert_eq!(stand(&rig), [BEFORE[0], (Some(1), Some(2), false), BEFORE[2]]);
    answered(rig.cache.flush()).unwrap();
    assert_eq!(rig.store.get(&"dirty"), Some(1), "it was not sent");
}

#[test]
fn a_load_that_began_before_an_invalidation_of_all_fills_nothing() {
    let rig = HeldRig::behind();
    rig.store.insert("a", 1);
    let get = rig.cache.get(&"a");
    let load = rig.held.next_load();
    assert_eq!(rig.cache.invalidate_all(), 0);
    rig.store.insert("a", 2);
    load.answer(Ok(vec![Some(1)]));
    assert_eq!(answered(get).unwrap(), Some(1), "who asked before is answered");
    assert_eq!(rig.cache.peek(&"a"), None);
    let get = rig.cache.get(&"a");
    rig.held.next_load().pass();
    assert_eq!(answered(get).unwrap(), Some(2));
}

#[test]
fn what_is_being_stored_is_not_forgotten_with_all_and_a_large_memory_is_forgotten_whole() {
    let settings = Settings { flush_delay: HOUR, ..Settings::default() };
    let rig = HeldRig::<u64>::open(|builder| builder.shards(4).write_behind(settings));
    for key in 0..1000 {
        rig.store.insert(key, key);
        let get = rig.cache.get(&key);
        rig.held.next_load().pass();
        answered(get).unwrap();
    }
    answered(rig.cache.put(7, 70)).unwrap();
    rig.clock.advance(HOUR + SECOND);
    let flight = rig.held.next_apply();
    assert_eq!(rig.cache.invalidate_all(), 999);
    assert_eq!((rig.cache.len(), rig.cache.peek(&7)), (1, Some(70)));
    flight.pass();
    assert_eq!((rig.cache.invalidate_all(), rig.cache.len()), (1, 0));
}
