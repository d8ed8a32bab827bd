//! When a group is answered.

use std::error::Error as _;

use forebay_cache::{Committed, NotStored, Settings};
use forebay_store::Durability;
use forebay_store::fault::WriteFault;
use forebay_store::{ErrorKind, Op};

use crate::rig::{HeldRig, Rig, answered};

fn both(
    cache: &forebay_cache::Cache<&'static str, u64>,
    rung: Durability,
) -> Op<Committed<&'static str>> {
    let mut group = cache.group();
    group.put("a", 1).put("b", 2);
    group.commit(rung)
}

#[test]
fn in_a_cache_that_writes_through_it_goes_behind_and_is_answered_when_all_of_it_is_stored() {
    let rig = HeldRig::through();
    let group = both(&rig.cache, Durability::Stored);
    assert_eq!((rig.cache.peek(&"a"), group.is_ready()), (Some(1), false), "it is visible");
    while rig.held.applies() > 0 {
        assert!(!group.is_ready());
        rig.held.next_apply().pass();
    }
    let Committed::Written(receipts) = answered(group).unwrap() else { panic!() };
    assert!(receipts.iter().all(|receipt| receipt.rung() == Durability::Stored));
    assert_eq!((rig.store.get(&"a"), rig.store.get(&"b")), (Some(1), Some(2)));
}

#[test]
fn a_value_that_the_store_refuses_goes_into_quarantine_alone() {
    let rig = Rig::open(|builder| builder.write_behind(Settings::default()).shards(4));
    rig.script.fail_writes("a", 1, WriteFault::Refused);
    let error = answered(both(&rig.cache, Durability::Stored)).map(|_| ()).unwrap_err();
    assert_eq!((error.kind(), NotStored::is_behind(&error)), (ErrorKind::Unknown, true));
    assert_eq!(error.to_string(), "accepted and visible, but not stored is \"a\"");
    assert!(error.source().is_some_and(|cause| !cause.to_string().is_empty()));
    assert_eq!((rig.store.get(&"a"), rig.store.get(&"b")), (None, Some(2)));
    assert_eq!(rig.cache.quarantined().len(), 1);
    assert_eq!(rig.cache.peek(&"a"), Some(1), "it is read");
}

#[test]
fn a_rung_that_needs_a_journal_is_refused_without_one() {
    let rig = Rig::behind();
    for rung in [Durability::Journaled, Durability::Synced] {
        let error = answered(both(&rig.cache, rung)).map(|_| ()).unwrap_err();
        assert_eq!((error.kind(), rig.cache.dirty_count()), (ErrorKind::Unsupported, 0));
    }
}
