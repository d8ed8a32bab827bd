//! Changing a key or making it in one step, and merging parts into values.

use forebay_cache::{Builder, Settings, Write};
use forebay_store::{Durability, ErrorKind};

use crate::rig::{HOUR, HeldRig, Rig, SECOND, answered};

const WAYS: [Write; 3] = [Write::Through, Write::Around, Write::Behind(Durability::Memory)];

#[test]
fn an_entry_is_made_once_and_changed_after_that() {
    for write in WAYS {
        let rig = Rig::behind();
        rig.store.insert("stored", 5);
        let step = |key| {
            let entry = rig.cache.entry(key).written(write);
            answered(entry.and_modify(|held| *held += 1).and_modify(|held| *held *= 2).or_insert(1))
        };
        let results = ["a", "a", "stored"].map(|key| step(key).unwrap().result);
        assert_eq!(results, [1, 4, 12]);
        answered(rig.cache.flush()).unwrap();
        assert_eq!((rig.store.get(&"a"), rig.store.get(&"stored")), (Some(4), Some(12)));
    }
}

#[test]
fn an_entry_that_is_there_and_not_to_be_changed_writes_nothing() {
    let rig = Rig::behind();
    rig.store.insert("stored", 5);
    let there = answered(rig.cache.entry("stored").or_default()).unwrap();
    assert_eq!((there.result, there.receipt.is_some(), rig.cache.dirty_count()), (5, false, 0));
    let made = answered(rig.cache.entry("new").or_insert_with(|| 3)).unwrap();
    assert_eq!((made.result, made.receipt.is_some()), (3, true));
}

fn adding(builder: Builder<&'static str, u64>) -> Builder<&'static str, u64> {
    let settings = Settings { flush_delay: HOUR, ..Settings::default() };
    builder.write_behind(settings).merge_with(|key, before, part| {
        assert_ne!(*key, "sick", "merging panics");
        before.copied().unwrap_or(100) + part
    })
}

#[test]
fn parts_are_merged_over_memory_or_after_a_load() {
    for write in WAYS {
        let rig = Rig::open(adding);
        rig.store.insert("stored", 5);
        for (key, whole) in [("new", 101), ("new", 102), ("stored", 6), ("stored", 7)] {
            answered(rig.cache.merge_in_way(key, 1, write)).unwrap();
            assert_eq!(answered(rig.cache.get(&key)).unwrap(), Some(whole));
        }
        answered(rig.cache.flush()).unwrap();
        assert_eq!((rig.store.get(&"new"), rig.store.get(&"stored")), (Some(102), Some(7)));
    }
}

#[test]
fn parts_that_come_while_the_value_is_loaded_are_all_merged_and_stored_at_once() {
    let rig = HeldRig::open(adding);
    rig.store.insert("stored", 5);
    let merges: Vec<_> = (0..10).map(|_| rig.cache.merge("stored", 1)).collect();
    assert_eq!(rig.held.loads(), 1);
    rig.held.next_load().pass();
    for merge in merges {
        answered(merge).unwrap();
    }
    let flush = rig.cache.flush();
    rig.held.next_apply().pass();
    answered(flush).unwrap();
    assert_eq!((rig.store.get(&"stored"), rig.store.stats().puts), (Some(15), 1));
}

#[test]
fn a_merge_that_panics_changes_nothing_and_one_that_is_not_known_is_unsupported() {
    let rig = Rig::open(adding);
    assert_eq!(answered(rig.cache.merge("sick", 1)).unwrap_err().kind(), ErrorKind::Aborted);
    assert_eq!(rig.cache.peek(&"sick"), None);
    let rig = Rig::<&str>::behind();
    assert_eq!(answered(rig.cache.merge("a", 1)).unwrap_err().kind(), ErrorKind::Unsupported);
    rig.clock.advance(SECOND);
    assert_eq!(rig.cache.dirty_count(), 0);
}
