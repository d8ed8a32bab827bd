//! A delete is a write (G9): it reaches the store, in order, and the key does not come back.

use forebay_cache::{Cache, Settings, Write};
use forebay_store::fault::WriteFault;
use forebay_store::{Durability, ErrorKind};

use crate::rig::{HOUR, HeldRig, Rig, answered};

const BOTH: [Write; 2] = [Write::Through, Write::Behind(Durability::Memory)];

fn put_and_flush(cache: &Cache<&'static str, u64>, value: u64) {
    answered(cache.put("a", value)).unwrap();
    answered(cache.flush()).unwrap();
}

// W3
#[test]
fn a_delete_of_a_key_that_memory_does_not_hold_reaches_the_store() {
    for write in BOTH {
        let rig = Rig::behind();
        rig.store.insert("a", 1);
        answered(rig.cache.delete_with("a", write)).unwrap();
        assert_eq!(answered(rig.cache.get(&"a")).unwrap(), None);
        answered(rig.cache.flush()).unwrap();
        assert_eq!(rig.store.get(&"a"), None);
        assert_eq!(answered(rig.cache.get(&"a")).unwrap(), None);
    }
}

// W4
#[test]
fn a_delete_that_cannot_be_stored_yet_hides_the_key_until_it_is_stored() {
    let rig = Rig::behind();
    put_and_flush(&rig.cache, 1);
    answered(rig.cache.put("a", 2)).unwrap();
    rig.script.go_down();
    answered(rig.cache.delete("a")).unwrap();
    answered(rig.cache.flush()).unwrap_err();
    assert_eq!(rig.store.get(&"a"), Some(1));
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), None);
    assert!(rig.cache.is_dirty(&"a"));

    rig.script.come_back();
    rig.clock.advance(HOUR);
    assert_eq!(rig.store.get(&"a"), None);
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), None);
}

// W4
#[test]
fn a_failed_delete_through_leaves_the_newer_unstored_value() {
    let rig = Rig::behind();
    put_and_flush(&rig.cache, 1);
    answered(rig.cache.put("a", 2)).unwrap();
    rig.script.go_down();
    let error = answered(rig.cache.delete_with("a", Write::Through)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(2));

    rig.script.come_back();
    answered(rig.cache.flush()).unwrap();
    assert_eq!(rig.store.get(&"a"), Some(2));
}

// W4, T2
#[test]
fn a_failed_delete_through_is_an_error_and_the_key_stays_everywhere() {
    for fault in [WriteFault::Refused, WriteFault::Retry] {
        let rig = Rig::through();
        put_and_flush(&rig.cache, 1);
        rig.script.fail_writes("a", 1, fault);
        answered(rig.cache.delete("a")).unwrap_err();
        assert_eq!((rig.cache.peek(&"a"), rig.store.get(&"a")), (Some(1), Some(1)));
        answered(rig.cache.delete("a")).unwrap();
        assert_eq!(answered(rig.cache.get(&"a")).unwrap(), None);
    }
}

// T2, T3
#[test]
fn after_a_delete_whose_outcome_is_unknown_the_store_is_asked() {
    for (fault, left) in [(WriteFault::UnknownApplied, None), (WriteFault::UnknownLost, Some(1))] {
        let rig = Rig::through();
        put_and_flush(&rig.cache, 1);
        rig.script.fail_writes("a", 1, fault);
        let error = answered(rig.cache.delete("a")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unknown);
        assert_eq!(answered(rig.cache.get(&"a")).unwrap(), left);
    }
}

#[test]
fn a_late_load_does_not_bring_a_deleted_key_back() {
    for write in BOTH {
        let rig = HeldRig::open(|builder| builder.write_behind(Settings::default()));
        rig.store.insert("a", 1);
        let get = rig.cache.get(&"a");
        let load = rig.held.next_load();
        let delete = rig.cache.delete_with("a", write);
        let flush = rig.cache.flush();
        rig.held.next_apply().pass();
        answered(delete).unwrap();
        answered(flush).unwrap();

        load.answer(Ok(vec![Some(1)]));
        answered(get).unwrap();
        assert!(!rig.cache.is_resident(&"a"), "{write:?}");
        let again = rig.cache.get(&"a");
        rig.held.next_load().pass();
        assert_eq!(answered(again).unwrap(), None);
    }
}
