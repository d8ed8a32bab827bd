//! The memory store: its limit, its counters, expiry, scans.

use std::time::Duration;

use forebay_store::seam::manual::ManualClock;
use forebay_store::seam::{Clock, WallTime};
use forebay_store::{
    BlockingStore, Condition, Cursor, Edit, ErrorKind, MemoryStore, Outcome, WriteOp,
};

use crate::calls::{batch, letters, puts};

type Memory = MemoryStore<String, u32>;

fn key(name: &str) -> String {
    name.to_owned()
}

#[test]
fn a_full_store_refuses_new_keys_and_takes_overwrites() {
    let store = Memory::new().with_limit(2);
    let outcomes = store.apply(&puts(1, &[("a", 1), ("b", 1), ("c", 1), ("a", 2)]));
    assert_eq!(letters(outcomes), "ssrs");
    let refusal = store.apply(&puts(2, &[("d", 1)])).unwrap().remove(0).into_result();
    assert_eq!(refusal.unwrap_err().to_string(), "the store is full");
    assert_eq!((store.get(&key("a")), store.get(&key("c")), store.len()), (Some(2), None, 2));
}

#[test]
fn a_delete_makes_room_in_a_full_store() {
    let store = Memory::new().with_limit(1);
    let ops = vec![
        WriteOp::put(key("a"), 1, 1),
        WriteOp::delete(key("a"), 2),
        WriteOp::put(key("b"), 1, 1),
    ];
    assert_eq!(letters(store.apply(&batch(1, ops))), "sss");
}

#[test]
fn a_limit_of_nothing_is_no_limit() {
    let store = Memory::new().with_limit(0);
    assert_eq!(letters(store.apply(&puts(1, &[("a", 1), ("b", 1)]))), "ss");
}

#[test]
fn counters_tell_attempts_from_successes() {
    let store = Memory::new().with_limit(1);
    let mut conditional = WriteOp::delete(key("x"), 1);
    conditional.condition = Condition::Present;
    let mut ops = puts(1, &[("a", 1), ("b", 1)]).ops.clone();
    ops.extend([WriteOp::delete(key("y"), 1), conditional]);
    assert_eq!(letters(store.apply(&batch(1, ops))), "srsr");
    store.load(&[key("a"), key("a"), key("z")]).unwrap();
    store.scan(None, 1).unwrap();
    store.count().unwrap();
    let stats = store.stats();
    assert_eq!((stats.loads, stats.keys_loaded, stats.keys_found), (1, 3, 2));
    assert_eq!((stats.batches, stats.puts, stats.puts_stored), (1, 2, 1));
    assert_eq!((stats.deletes, stats.deletes_stored), (2, 1));
    assert_eq!((stats.scans, stats.counts), (1, 1));
}

#[test]
fn a_value_is_hidden_from_the_moment_at_which_it_expires() {
    let clock = ManualClock::new();
    let store = Memory::new().with_clock(clock.clone()).with_limit(1);
    let mut op = WriteOp::put(key("a"), 1, 1);
    let at = WallTime(clock.wall().0 + 10);
    op.edit = Edit::Put { value: 1, expires_at: Some(at) };
    store.apply(&batch(1, vec![op])).unwrap();

    clock.advance(Duration::from_millis(9));
    assert_eq!(store.load(&[key("a")]).unwrap(), [Some(1)]);
    clock.advance(Duration::from_millis(1));
    assert_eq!(store.load(&[key("a")]).unwrap(), [None]);
    assert_eq!((store.count().unwrap(), store.scan(None, 9).unwrap().entries.len()), (0, 0));
    // It no longer takes room either.
    assert_eq!(letters(store.apply(&puts(2, &[("b", 1)]))), "s");
}

#[test]
fn an_overwritten_value_does_not_expire_by_the_old_date() {
    let clock = ManualClock::new();
    let store = Memory::new().with_clock(clock.clone());
    let mut op = WriteOp::put(key("a"), 1, 1);
    op.edit = Edit::Put { value: 1, expires_at: Some(WallTime(clock.wall().0 + 10)) };
    store.apply(&batch(1, vec![op])).unwrap();
    store.apply(&puts(2, &[("a", 2)])).unwrap();
    clock.advance(Duration::from_secs(1));
    assert_eq!(store.get(&key("a")), Some(2));
}

#[test]
fn the_last_date_counts_however_often_it_was_changed() {
    let clock = ManualClock::new();
    let store = Memory::new().with_clock(clock.clone());
    let expiring = |value, after| {
        let mut op = WriteOp::put(key("a"), value, 1);
        op.edit = Edit::Put { value, expires_at: Some(WallTime(clock.wall().0 + after)) };
        store.apply(&batch(1, vec![op])).unwrap();
    };
    expiring(1, 10);
    expiring(2, 20);
    clock.advance(Duration::from_millis(10));
    assert_eq!(store.get(&key("a")), Some(2));
    store.apply(&puts(3, &[("a", 3)])).unwrap();
    clock.advance(Duration::from_millis(10));
    assert_eq!(store.get(&key("a")), Some(3));
}

#[test]
fn a_scan_goes_by_insertion_and_is_stable_under_overwrites() {
    let store = Memory::new();
    store.apply(&puts(1, &[("c", 1), ("a", 1), ("b", 1)])).unwrap();
    let first = store.scan(None, 2).unwrap();
    store.apply(&puts(2, &[("b", 2), ("c", 2), ("d", 2)])).unwrap();
    let second = store.scan(first.next.as_ref(), 2).unwrap();
    assert_eq!(first.entries, [(key("c"), 1), (key("a"), 1)]);
    assert_eq!(second.entries, [(key("b"), 2), (key("d"), 2)]);
    assert_eq!(second.next, None);
}

#[test]
fn a_foreign_cursor_is_an_error() {
    let error = Memory::new().scan(Some(&Cursor(vec![1, 2])), 1).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
}

#[test]
fn conditions_are_honoured_and_change_nothing_when_they_fail() {
    let store = Memory::new();
    let write = |condition, value| {
        let mut op = WriteOp::put(key("a"), value, 1);
        op.condition = condition;
        store.apply(&batch(1, vec![op])).unwrap().remove(0)
    };
    assert!(matches!(write(Condition::Present, 1), Outcome::Refused(_)));
    assert!(write(Condition::Absent, 2).is_stored());
    assert!(matches!(write(Condition::Absent, 3), Outcome::Refused(_)));
    assert!(write(Condition::Present, 4).is_stored());
    assert_eq!(store.get(&key("a")), Some(4));
}
