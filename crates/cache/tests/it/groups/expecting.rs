//! What a group expects, and what it makes of it.

use forebay_cache::{ByteSize, Change, Committed, Stamp, Write};
use forebay_store::Durability::Memory;
use forebay_store::{Error, ErrorKind};

use crate::rig::{Rig, answered};

/// Several shards, so that keys are in different ones.
fn rig() -> Rig {
    Rig::open(|builder| builder.write_behind(forebay_cache::Settings::default()).shards(8))
}

const KEYS: [&str; 5] = ["a", "b", "c", "d", "e"];

#[test]
fn a_group_is_written_as_a_whole() {
    let rig = rig();
    answered(rig.cache.put("a", 1)).unwrap();
    answered(rig.cache.put("b", 1)).unwrap();
    let mut group = rig.cache.group();
    group.put("b", 2).put("c", 3).delete("a").put("d", 9).put("d", 4);
    let Committed::Written(receipts) = answered(group.commit(Memory)).unwrap() else { panic!() };
    assert_eq!(receipts.len(), 4, "of two writes of a key the last one counts");
    assert_eq!(KEYS.map(|key| rig.cache.peek(&key)), [None, Some(2), Some(3), Some(4), None]);
    assert_eq!((rig.cache.stats().puts, rig.cache.stats().deletes), (5, 1));
    answered(rig.cache.flush()).unwrap();
    assert_eq!(KEYS.map(|key| rig.store.get(&key)), [None, Some(2), Some(3), Some(4), None]);
    assert_eq!(rig.cache.stats().dirty_bytes, 0, "room is conserved");
}

#[test]
fn a_group_that_expects_and_meets_another_value_changes_nothing() {
    let rig = rig();
    for (key, value) in [("a", 1), ("b", 2)] {
        answered(rig.cache.put(key, value)).unwrap();
    }
    let before = rig.cache.stats();
    let mut group = rig.cache.group();
    group.expect_value("a", 1).expect_value("b", 7).expect_absent("a").expect_absent("e");
    group.put("c", 3).put("a", 9).delete("b");
    let Committed::Unmet(keys) = answered(group.commit(Memory)).unwrap() else { panic!() };
    assert_eq!(keys, ["b", "a"]);
    assert_eq!(KEYS.map(|key| rig.cache.peek(&key)), [Some(1), Some(2), None, None, None]);
    let after = rig.cache.stats();
    assert_eq!((before.dirty_bytes, before.entries), (after.dirty_bytes, after.entries));
    assert_eq!((before.puts, before.deletes), (after.puts, after.deletes));
}

#[test]
fn what_is_expected_is_loaded_together_and_absence_is_known_without_being_kept() {
    let rig = rig();
    rig.store.insert("a", 1);
    rig.store.insert("b", 2);
    let mut group = rig.cache.group();
    group.expect_value("a", 1).expect_value("b", 2).expect_absent("c").expect_absent("d");
    group.put("c", 3).put("a", 9);
    let committed = answered(group.commit(Memory)).unwrap();
    assert!(matches!(committed, Committed::Written(receipts) if receipts.len() == 2));
    assert_eq!(rig.cache.stats().loads, 1);
    assert_eq!(["a", "b", "c"].map(|key| rig.cache.peek(&key)), [Some(9), Some(2), Some(3)]);
    // Nothing is left in the lines.
    for key in ["a", "b", "c", "d"] {
        let add = |value: Option<&u64>| (Change::Put(value.map_or(0, |value| value + 1)), ());
        answered(rig.cache.modify_with(key, add, Write::Through)).unwrap();
    }
    assert_eq!(rig.store.get(&"d"), Some(0));
}

#[test]
fn a_load_that_fails_is_told_and_nothing_is_written() {
    let rig = rig();
    rig.script.go_down();
    let mut group = rig.cache.group();
    group.expect_absent("a").expect_absent("b").put("c", 1);
    let error = answered(group.commit(Memory)).unwrap_err();
    assert_eq!((error.kind(), rig.cache.dirty_count()), (ErrorKind::Unavailable, 0));
    rig.script.come_back();
    answered(rig.cache.update(&"a", |value| *value += 1)).unwrap();
}

#[test]
fn a_value_that_memory_does_not_keep_is_a_basis_all_the_same() {
    let weigh = crate::rig::by_value;
    let rig = Rig::open(|builder| {
        let builder = builder.capacity(ByteSize::kib(4)).weigher(weigh);
        builder.write_behind(forebay_cache::Settings::default())
    });
    rig.store.insert("a", 3000);
    let mut group = rig.cache.group();
    group.expect_value("a", 3000).put("b", 1);
    assert!(matches!(answered(group.commit(Memory)).unwrap(), Committed::Written(_)));
    assert_eq!((rig.cache.peek(&"a"), rig.cache.peek(&"b")), (None, Some(1)));
}

#[test]
fn a_stamp_says_that_the_same_value_was_written_again_and_a_value_outlasts_an_eviction() {
    let rig = rig();
    answered(rig.cache.put("a", 1)).unwrap();
    let stamp = || {
        let look = rig.cache.transact(|transaction| transaction.look(&"a"), Memory);
        answered(look).unwrap().result
    };
    let (value, seen) = stamp();
    assert_eq!((value, stamp()), (Some(1), (Some(1), seen)));
    let expecting = |seen: Stamp| {
        let mut group = rig.cache.group();
        group.expect_stamp("a", seen).put("b", 1);
        matches!(answered(group.commit(Memory)).unwrap(), Committed::Written(_))
    };
    assert!(expecting(seen));
    answered(rig.cache.put("a", 1)).unwrap();
    assert!(!expecting(seen), "the same value was written");
    let (value, seen) = stamp();
    answered(rig.cache.flush()).unwrap();
    assert!(expecting(seen), "that it was stored changes nothing");
    assert!(rig.cache.invalidate(&"a"));
    assert!(!expecting(seen), "memory has let go of it");
    let mut group = rig.cache.group();
    group.expect("a", move |now, stamp| stamp == seen || now == value.as_ref()).put("b", 2);
    assert!(matches!(answered(group.commit(Memory)).unwrap(), Committed::Written(_)));
}

#[test]
fn a_closure_that_fails_or_panics_changes_nothing_and_blocks_nobody() {
    let rig = rig();
    rig.store.insert("a", 1);
    let failed = rig.cache.transact(
        |transaction| {
            transaction.get(&"a")?;
            transaction.put("b", 1)?;
            Err::<(), _>(Error::refused("no"))
        },
        Memory,
    );
    assert_eq!(answered(failed).unwrap_err().kind(), ErrorKind::Refused);
    let panicked = rig.cache.transact(
        |transaction| {
            transaction.get(&"b")?;
            transaction.put("b", 1)?;
            assert!(transaction.get(&"b")? != Some(1), "the closure panics");
            Ok(())
        },
        Memory,
    );
    assert_eq!(answered(panicked).unwrap_err().kind(), ErrorKind::Aborted);
    assert_eq!((rig.cache.dirty_count(), rig.cache.peek(&"b")), (0, None));
    for key in ["a", "b"] {
        answered(rig.cache.modify(key, |_| (Change::Put(5), ()))).unwrap();
    }
}

#[test]
fn a_transaction_sees_its_own_writes_and_looks_past_them() {
    let rig = rig();
    rig.store.insert("a", 1);
    let run = |transaction: &mut forebay_cache::Transaction<&'static str, u64>| {
        let mut seen = vec![transaction.get(&"a")?];
        transaction.put("a", 2)?;
        transaction.put("b", 3)?;
        seen.push(transaction.get(&"a")?);
        transaction.delete("a")?;
        seen.extend([transaction.get(&"a")?, transaction.get(&"b")?, transaction.look(&"a")?.0]);
        Ok(seen)
    };
    let transacted = answered(rig.cache.transact(run, Memory)).unwrap();
    assert_eq!(transacted.result, [Some(1), Some(2), None, Some(3), Some(1)]);
    assert_eq!((rig.cache.peek(&"a"), rig.cache.peek(&"b")), (None, Some(3)));
}
