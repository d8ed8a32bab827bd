//! Writing through: answered by the store, and memory never says more than the store.

use forebay_cache::{Settings, Write};
use forebay_store::fault::WriteFault;
use forebay_store::{Durability, ErrorKind};

use crate::rig::{HeldRig, Rig, answered};

// T3
#[test]
fn after_a_write_whose_outcome_is_unknown_the_store_is_asked() {
    for (fault, value) in [(WriteFault::UnknownApplied, 2), (WriteFault::UnknownLost, 1)] {
        let rig = Rig::through();
        answered(rig.cache.put("a", 1)).unwrap();
        rig.script.fail_writes("a", 1, fault);
        let error = answered(rig.cache.put("a", 2)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unknown);
        assert_eq!(rig.cache.peek(&"a"), None, "memory holds neither value");
        assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(value));
    }
}

#[test]
fn a_write_that_the_store_does_not_take_changes_nothing() {
    for fault in [WriteFault::Refused, WriteFault::Retry] {
        let rig = Rig::through();
        answered(rig.cache.put("a", 1)).unwrap();
        rig.script.fail_writes("a", 1, fault);
        rig.script.fail_writes("b", 1, fault);
        answered(rig.cache.put("a", 2)).unwrap_err();
        answered(rig.cache.put("b", 2)).unwrap_err();
        assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(1));
        assert_eq!(answered(rig.cache.get(&"b")).unwrap(), None);
        let stats = rig.cache.stats();
        assert_eq!((stats.puts, stats.stored, stats.refused + stats.retried), (3, 1, 2));
    }
}

#[test]
fn readers_see_the_value_before_until_the_store_has_the_new_one() {
    let rig = HeldRig::through();
    let first = rig.cache.put("a", 1);
    assert!(!first.is_ready());
    rig.held.next_apply().pass();
    assert_eq!(answered(first).unwrap().rung(), Durability::Stored);

    let second = rig.cache.put("a", 2);
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(1));
    rig.held.next_apply().pass();
    answered(second).unwrap();
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(2));
}

#[test]
fn writes_of_one_key_go_one_after_the_other_and_the_last_holds() {
    let rig = HeldRig::through();
    let puts = [1, 2, 3].map(|value| rig.cache.put("a", value));
    for put in puts {
        assert_eq!(rig.held.applies(), 1);
        rig.held.next_apply().pass();
        answered(put).unwrap();
    }
    assert_eq!((rig.cache.peek(&"a"), rig.store.get(&"a")), (Some(3), Some(3)));
}

// W17
#[test]
fn one_store_serves_both_ways_of_writing_and_one_key_may_mix_them() {
    let rig = Rig::open(|builder| builder.write_behind(Settings::default()));
    answered(rig.cache.put("a", 1)).unwrap();
    let receipt = answered(rig.cache.put_with("a", 2, Write::Through)).unwrap();
    assert_eq!(receipt.rung(), Durability::Stored);
    assert_eq!((rig.store.get(&"a"), rig.cache.dirty_count()), (Some(2), 0));
    answered(rig.cache.put("a", 3)).unwrap();
    assert_eq!(answered(rig.cache.get(&"a")).unwrap(), Some(3));
    answered(rig.cache.flush()).unwrap();
    assert_eq!(rig.store.get(&"a"), Some(3));
}
