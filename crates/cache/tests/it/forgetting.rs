//! What a caller may take out of the cache's hands: the memory copy, and the dirty mark.

use forebay_cache::Settings;

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered};

// W10
#[test]
fn a_store_that_was_changed_behind_the_caches_back_is_seen_after_an_invalidation() {
    let rig = Rig::through();
    answered(rig.cache.put("a", 1)).unwrap();
    rig.store.insert("a", 2);
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(1));
    assert!(rig.cache.invalidate(&"a"));
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(2));
    assert!(!rig.cache.invalidate(&"b"), "there is nothing to forget");
}

// W10
#[test]
fn what_is_not_stored_yet_is_not_forgotten() {
    let rig = HeldRig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    assert!(!rig.cache.invalidate(&"a"), "it is dirty");
    rig.clock.advance(SECOND);
    let apply = rig.held.next_apply();
    assert!(!rig.cache.invalidate(&"a"), "it is being stored");
    assert_eq!(rig.cache.peek(&"a"), Some(1));
    apply.pass();
    assert!(rig.cache.invalidate(&"a"), "it is stored");
}

// W10
#[test]
fn a_key_that_the_caller_has_stored_himself_is_not_stored_again() {
    let rig =
        Rig::open(|it| it.write_behind(Settings { flush_delay: HOUR, ..Settings::default() }));
    let receipt = answered(rig.cache.put("a", 1)).unwrap();
    rig.store.insert("a", 1);
    assert!(rig.cache.mark_clean(&"a"));
    assert!(!rig.cache.is_dirty(&"a"));
    answered(receipt.stored()).unwrap();
    answered(rig.cache.flush()).unwrap();
    assert_eq!(rig.script.applies_arrived(), 0);
    assert_eq!((rig.cache.stats().dirty_bytes, rig.cache.peek(&"a")), (0, Some(1)));
}

// W10
#[test]
fn no_word_is_taken_for_what_is_being_stored_or_not_dirty() {
    let rig = HeldRig::behind();
    assert!(!rig.cache.mark_clean(&"a"), "nothing is known of it");
    answered(rig.cache.put("a", 1)).unwrap();
    rig.clock.advance(SECOND);
    let apply = rig.held.next_apply();
    assert!(!rig.cache.mark_clean(&"a"), "it is being stored");
    apply.pass();
    assert!(!rig.cache.mark_clean(&"a"), "it is clean");
}

// W10
#[test]
fn the_callers_word_is_taken_while_the_store_is_down() {
    let rig = Rig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    rig.script.go_down();
    answered(rig.cache.flush()).unwrap_err();
    rig.store.insert("a", 1);
    assert!(rig.cache.mark_clean(&"a"));
    assert!(!rig.cache.is_dirty(&"a"));
    assert_eq!(rig.cache.stats().oldest_dirty_age, None, "it is not in its batch any more");
    rig.script.come_back();
    rig.clock.advance(HOUR);
    assert_eq!(rig.store.stats().puts, 0);
}

#[test]
fn a_write_through_that_was_under_way_at_an_invalidation_is_not_kept_in_memory() {
    let rig = HeldRig::through();
    let put = rig.cache.put("a", 1);
    rig.cache.invalidate(&"a");
    rig.held.next_apply().pass();
    answered(put).unwrap();
    assert!(!rig.cache.is_resident(&"a"));
    assert_eq!(rig.store.get(&"a"), Some(1));
}
