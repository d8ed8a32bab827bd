//! Groups that go through: one batch of a store that takes a batch as a whole.

use std::time::Duration;

use forebay_cache::{Cache, Change, Committed, Mode, Settings, Transaction, Write};
use forebay_store::Durability::{Memory, Stored};
use forebay_store::{Error, ErrorKind, Op, Outcome, Result};

use crate::rig::{HeldRig, SECOND, answered};

type Numbers = Cache<&'static str, u64>;

fn rig() -> HeldRig {
    rig_of(Settings::default())
}

fn rig_of(settings: Settings) -> HeldRig {
    HeldRig::atomic(|builder| builder.write_behind(settings).shards(4))
}

/// "a" and "b" become what is told, in one.
fn both(cache: &Numbers, a: u64, b: u64) -> Op<Committed<&'static str>> {
    let mut group = cache.group();
    group.put("a", a).put("b", b);
    group.commit(Write::Through)
}

fn seen(cache: &Numbers) -> (Option<u64>, Option<u64>) {
    (cache.peek(&"a"), cache.peek(&"b"))
}

fn never() -> Outcome {
    Outcome::Refused(Error::refused("never"))
}

fn later() -> Outcome {
    Outcome::Retry(Error::unavailable("not now"))
}

fn unknown() -> Outcome {
    Outcome::Unknown(Error::unknown("who knows"))
}

/// Makes "a" and "b" clean, 1 and 2.
fn fill(rig: &HeldRig) {
    rig.store.insert("a", 1);
    rig.store.insert("b", 2);
    let loaded = rig.cache.get_many(&["a", "b"]);
    while rig.held.loads() > 0 {
        rig.held.next_load().pass();
    }
    answered(loaded).unwrap();
    assert_eq!(seen(&rig.cache), (Some(1), Some(2)));
}

#[track_caller]
fn error_of<T>(op: Op<T>) -> Error {
    match answered(op) {
        Ok(_) => panic!("it was done"),
        Err(error) => error,
    }
}

/// Both keys can be written, and nothing of what was done before is left.
#[track_caller]
fn goes_on(rig: &HeldRig) {
    rig.cache.audit().unwrap();
    let again = both(&rig.cache, 30, 40);
    while rig.held.applies() > 0 {
        rig.held.next_apply().pass();
    }
    let Committed::Written(_) = answered(again).unwrap() else { panic!() };
    assert_eq!(seen(&rig.cache), (Some(30), Some(40)));
    assert_eq!((rig.store.get(&"a"), rig.store.get(&"b")), (Some(30), Some(40)));
    assert_eq!((rig.cache.dirty_count(), rig.cache.quarantined().len()), (0, 0));
    rig.cache.audit().unwrap();
    rig.clock.advance(Duration::from_secs(120));
    assert_eq!(rig.held.applies(), 0, "nothing is sent again");
}

#[test]
fn a_group_through_is_one_batch_of_an_atomic_store() {
    let rig = rig();
    fill(&rig);
    let mut group = rig.cache.group();
    group.put("c", 3).delete("a").put("b", 20).put("c", 30);
    let group = group.commit(Write::Through);
    assert_eq!((rig.held.applies(), group.is_ready()), (1, false));
    let apply = rig.held.next_apply();
    assert_eq!(apply.batch.ops.len(), 3, "each key once");
    assert_eq!(seen(&rig.cache), (Some(1), Some(2)), "it is not visible before the store has it");
    apply.pass();
    let Committed::Written(receipts) = answered(group).unwrap() else { panic!() };
    assert_eq!(receipts.len(), 3);
    assert!(receipts.iter().all(|receipt| receipt.rung() == Stored));
    assert_eq!((seen(&rig.cache), rig.cache.peek(&"c")), ((None, Some(20)), Some(30)));
    assert_eq!((rig.store.get(&"a"), rig.store.get(&"c")), (None, Some(30)));
    assert_eq!(rig.cache.dirty_count(), 0);
    goes_on(&rig);
}

#[test]
fn a_group_through_that_is_refused_changes_nothing() {
    for outcomes in [vec![later(), never()], vec![never(), never()]] {
        let rig = rig();
        fill(&rig);
        let group = both(&rig.cache, 10, 20);
        rig.held.next_apply().answer(Ok(outcomes));
        assert_eq!(error_of(group).kind(), ErrorKind::Refused);
        assert_eq!(rig.held.applies(), 0, "no part of it goes alone");
        assert_eq!((seen(&rig.cache), rig.cache.quarantined().len()), ((Some(1), Some(2)), 0));
        goes_on(&rig);
    }
}

#[test]
fn a_group_through_that_the_store_cannot_take_now_changes_nothing() {
    let rig = rig();
    fill(&rig);
    let group = both(&rig.cache, 10, 20);
    rig.held.next_apply().answer(Err(Error::unavailable("not now")));
    assert_eq!(error_of(group).kind(), ErrorKind::Unavailable);
    assert_eq!((seen(&rig.cache), rig.held.applies()), ((Some(1), Some(2)), 0));
    goes_on(&rig);
}

#[test]
fn a_group_through_of_unknown_end_is_forgotten_whole() {
    // One that takes a part breaks its word: then nobody knows, either.
    let broken = vec![Outcome::Stored, never()];
    for outcomes in [vec![unknown(), unknown()], vec![later(), unknown()], broken] {
        let rig = rig();
        fill(&rig);
        let group = both(&rig.cache, 10, 20);
        rig.held.next_apply().answer(Ok(outcomes));
        assert_eq!(error_of(group).kind(), ErrorKind::Unknown);
        assert_eq!((seen(&rig.cache), rig.held.applies()), ((None, None), 0));
        goes_on(&rig);
    }
}

#[test]
fn a_put_behind_meanwhile_goes_after_the_group() {
    let rig = rig();
    let group = both(&rig.cache, 10, 20);
    let put = rig.cache.put_with("a", 11, Write::Behind(Stored));
    rig.clock.advance(Duration::from_secs(10));
    assert_eq!((rig.held.applies(), rig.cache.peek(&"a")), (1, Some(11)));
    rig.held.next_apply().pass();
    answered(group).map(drop).unwrap();
    assert_eq!((seen(&rig.cache), rig.store.get(&"a")), ((Some(11), Some(20)), Some(10)));
    rig.held.next_apply().pass();
    answered(put).map(drop).unwrap();
    assert_eq!((rig.store.get(&"a"), rig.store.get(&"b")), (Some(11), Some(20)), "G3");
    goes_on(&rig);
}

#[test]
fn a_group_through_waits_for_what_is_unstored_of_its_keys() {
    let rig = rig();
    answered(rig.cache.put("a", 1)).map(drop).unwrap();
    let group = both(&rig.cache, 10, 20);
    let older = rig.held.next_apply();
    assert_eq!((older.batch.ops.len(), rig.held.applies()), (1, 0), "what is older goes alone");
    assert_eq!(rig.cache.peek(&"a"), Some(1));
    older.pass();
    assert!(!group.is_ready());
    assert_eq!(rig.held.next_apply().batch.ops.len(), 2);
    drop(group);
    goes_on_after_unknown(&rig);
}

#[test]
fn a_group_through_goes_before_nothing_that_is_unstored_of_its_keys() {
    // Dirty; being stored; being stored and dirty again; parked; parked, and overwritten.
    for state in ["put", "put, send", "put, send, put", "put, send, fail", "put, send, fail, put"] {
        let rig = rig();
        for (value, step) in (1..).zip(state.split(", ")) {
            match step {
                "put" => answered(rig.cache.put("a", value)).map(drop).unwrap(),
                "send" => rig.clock.advance(SECOND),
                _ => rig.held.next_apply().answer(Ok(vec![later()])),
            }
        }
        let group = both(&rig.cache, 10, 20);
        let mut versions = Vec::new();
        while rig.held.applies() > 0 {
            let apply = rig.held.next_apply();
            let is_group = apply.batch.ops.len() == 2;
            assert_eq!(is_group, !rig.cache.is_dirty(&"a"), "after {state}");
            versions.extend(apply.batch.ops.iter().filter(|op| op.key == "a").map(|op| op.version));
            apply.pass();
        }
        answered(group).map(drop).unwrap();
        assert!(versions.is_sorted_by(|one, next| one < next), "{versions:?} after {state}");
        assert_eq!((seen(&rig.cache), rig.store.get(&"a")), ((Some(10), Some(20)), Some(10)));
        goes_on(&rig);
    }
}

/// What was dropped by the store, unanswered, is unknown.
fn goes_on_after_unknown(rig: &HeldRig) {
    assert_eq!(seen(&rig.cache), (None, None));
    goes_on(rig);
}

#[test]
fn a_group_through_behind_what_cannot_be_stored_now_is_told_so() {
    for is_parked in [false, true] {
        let rig = rig();
        answered(rig.cache.put("a", 1)).map(drop).unwrap();
        if is_parked {
            rig.clock.advance(SECOND);
            rig.held.next_apply().answer(Ok(vec![later()]));
        }
        let group = both(&rig.cache, 10, 20);
        assert!(!group.is_ready());
        rig.held.next_apply().answer(Ok(vec![later()]));
        let error = error_of(group);
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert!(error.to_string().starts_with("an earlier write of this key is not stored yet"));
        assert_eq!(seen(&rig.cache), (Some(1), None));
        goes_on(&rig);
    }
}

#[test]
fn a_group_through_supersedes_what_is_in_quarantine() {
    let rig = rig();
    answered(rig.cache.put("a", 1)).map(drop).unwrap();
    let group = both(&rig.cache, 10, 20);
    rig.held.next_apply().answer(Ok(vec![never()]));
    assert_eq!(rig.cache.quarantined().len(), 1);
    rig.held.next_apply().pass();
    answered(group).map(drop).unwrap();
    assert_eq!((seen(&rig.cache), rig.cache.quarantined().len()), ((Some(10), Some(20)), 0));
    goes_on(&rig);
}

#[test]
fn who_is_held_up_again_and_again_by_writes_behind_is_busy() {
    let rig = rig();
    answered(rig.cache.put("a", 0)).map(drop).unwrap();
    let group = both(&rig.cache, 10, 20);
    let mut flights = 0;
    while !group.is_ready() {
        // It is dirty again before it is stored.
        answered(rig.cache.put("a", flights)).map(drop).unwrap();
        rig.held.next_apply().pass();
        flights += 1;
    }
    assert_eq!((error_of(group).kind(), flights > 10), (ErrorKind::Busy, true));
    let flush = rig.cache.flush();
    while rig.held.applies() > 0 {
        rig.held.next_apply().pass();
    }
    answered(flush).unwrap();
    goes_on(&rig);
}

#[test]
fn who_reads_in_a_transaction_waits_for_a_group_through_and_sees_all_of_it() {
    let rig = rig();
    fill(&rig);
    let group = both(&rig.cache, 10, 20);
    let run = |transaction: &mut Transaction<&'static str, u64>| {
        let looks = [transaction.get(&"b"), transaction.get(&"a")];
        looks.into_iter().collect::<Result<Vec<_>>>()
    };
    let reader = rig.cache.transact(run, Memory);
    assert!(!reader.is_ready());
    rig.held.next_apply().pass();
    answered(group).map(drop).unwrap();
    assert_eq!(answered(reader).unwrap().result, [Some(20), Some(10)]);
    goes_on(&rig);
}

#[test]
fn a_group_through_is_computed_from_what_holds_when_it_goes() {
    let rig = rig();
    fill(&rig);
    let (other, mut runs) = (rig.cache.clone(), 0);
    let run = move |transaction: &mut Transaction<&'static str, u64>| {
        runs += 1;
        let a = transaction.get(&"a")?.unwrap_or(0);
        if runs == 1 {
            answered(other.put("a", 5)).map(drop)?;
        }
        transaction.put("b", a + 100)
    };
    let group = rig.cache.transact(run, Write::Through);
    // "a" is dirty, but it was only looked at.
    assert_eq!(rig.held.applies(), 1);
    rig.held.next_apply().pass();
    assert_eq!(answered(group).unwrap().receipts.len(), 1);
    assert_eq!((seen(&rig.cache), rig.store.get(&"b")), ((Some(5), Some(105)), Some(105)));
    assert_eq!(rig.cache.dirty_count(), 1);
}

#[test]
fn a_key_that_was_only_looked_at_is_free_while_the_group_is_with_the_store() {
    let rig = rig();
    fill(&rig);
    let mut group = rig.cache.group();
    group.expect_value("a", 1).put("b", 20).put("c", 30);
    let group = group.commit(Write::Through);
    assert_eq!(rig.held.applies(), 1);
    let add = |value: Option<&u64>| (Change::Put(value.copied().unwrap_or(0) + 100), ());
    answered(rig.cache.modify_with("a", add, Write::Behind(Memory))).map(drop).unwrap();
    rig.held.next_apply().pass();
    answered(group).map(drop).unwrap();
    assert_eq!(seen(&rig.cache), (Some(101), Some(20)));
}

#[test]
fn groups_through_with_keys_in_common_go_one_after_the_other() {
    let rig = rig();
    let first = both(&rig.cache, 10, 20);
    let second = both(&rig.cache, 11, 21);
    let single = rig.cache.put_with("b", 22, Write::Through);
    assert_eq!(rig.held.applies(), 1);
    rig.held.next_apply().pass();
    answered(first).map(drop).unwrap();
    assert_eq!((seen(&rig.cache), rig.held.applies()), ((Some(10), Some(20)), 1));
    rig.held.next_apply().answer(Ok(vec![never(), never()]));
    assert_eq!(error_of(second).kind(), ErrorKind::Refused);
    rig.held.next_apply().pass();
    answered(single).map(drop).unwrap();
    assert_eq!(seen(&rig.cache), (Some(10), Some(22)));
    goes_on(&rig);
}

#[test]
fn who_drops_a_group_through_before_it_goes_has_written_nothing() {
    let rig = rig();
    answered(rig.cache.put("a", 1)).map(drop).unwrap();
    let group = both(&rig.cache, 10, 20);
    let update = rig.cache.modify("b", |_| (Change::Put(7), ()));
    assert!(!update.is_ready(), "its turn has not come");
    drop(group);
    rig.held.next_apply().pass();
    while rig.held.loads() > 0 {
        rig.held.next_load().pass();
    }
    answered(update).map(drop).unwrap();
    assert_eq!(seen(&rig.cache), (Some(1), Some(7)));
    rig.cache.audit().unwrap();
}

#[test]
fn a_close_lets_a_group_through_land() {
    let rig = rig();
    let group = both(&rig.cache, 10, 20);
    let close = rig.cache.close(SECOND);
    assert!(!group.is_ready() && !close.is_ready());
    rig.held.next_apply().pass();
    answered(group).map(drop).unwrap();
    assert!(answered(close).unwrap().is_clean());
    assert_eq!((rig.store.get(&"a"), rig.store.get(&"b")), (Some(10), Some(20)));
}

#[test]
fn a_closed_cache_answers_a_group_through_once() {
    // The only place with the store is taken.
    let rig = rig_of(Settings { flushes_in_flight_max: 1, ..Settings::default() });
    let first = rig.cache.put_with("c", 1, Write::Through);
    let group = both(&rig.cache, 10, 20);
    let close = rig.cache.close(SECOND);
    assert!(!group.is_ready());
    rig.clock.advance(SECOND);
    assert_eq!(error_of(group).kind(), ErrorKind::Closed);
    assert_eq!(answered(close).unwrap().unanswered, 1, "only what is with the store");
    rig.held.next_apply().pass();
    answered(first).map(drop).unwrap();
    assert_eq!((rig.held.applies(), rig.store.get(&"a")), (0, None), "it never goes");
    rig.cache.audit().unwrap();
}

#[test]
fn a_close_ends_a_group_through_that_is_held_up() {
    let rig = rig();
    answered(rig.cache.put("a", 1)).map(drop).unwrap();
    let group = both(&rig.cache, 10, 20);
    let close = rig.cache.close(SECOND);
    assert_eq!(error_of(group).kind(), ErrorKind::Closed);
    rig.held.next_apply().pass();
    assert!(answered(close).unwrap().is_clean());
    assert_eq!((rig.store.get(&"a"), rig.store.get(&"b")), (Some(1), None));
}

#[test]
fn a_group_through_that_leaves_no_copy_leaves_none() {
    let rig = rig();
    fill(&rig);
    let mut group = rig.cache.group();
    group.put("a", 10).put("b", 20);
    let group = group.commit(Write::Around);
    rig.held.next_apply().pass();
    answered(group).map(drop).unwrap();
    assert_eq!((seen(&rig.cache), rig.store.get(&"a")), ((None, None), Some(10)));
}

#[test]
fn a_group_that_no_batch_can_have_is_refused_before_anything_happens() {
    let rig = rig_of(Settings { batch_ops_max: 2, ..Settings::default() });
    let mut group = rig.cache.group();
    group.put("a", 1).put("b", 2).put("c", 3);
    assert_eq!(error_of(group.commit(Write::Through)).kind(), ErrorKind::Refused);
    assert_eq!((rig.held.applies(), rig.cache.dirty_count()), (0, 0));
    goes_on(&rig);
}

#[test]
fn only_a_store_that_takes_a_batch_as_a_whole_takes_groups_through() {
    let rig = HeldRig::behind();
    let error = error_of(both(&rig.cache, 1, 2));
    assert_eq!((error.kind(), rig.held.applies()), (ErrorKind::Unsupported, 0));
}

#[test]
fn a_group_does_not_keep_what_is_unstored_of_its_keys() {
    let rig = rig();
    let mut group = rig.cache.group();
    group.put("a", 1).put("b", 2);
    let error = error_of(group.commit(Write::Uncoalesced(Memory)));
    assert_eq!((error.kind(), rig.cache.dirty_count()), (ErrorKind::Unsupported, 0));
}

#[test]
fn a_group_through_is_refused_while_the_store_is_left_alone_or_nothing_is_written() {
    let rig = rig();
    rig.cache.pause(SECOND);
    assert_eq!(error_of(both(&rig.cache, 1, 2)).kind(), ErrorKind::Unavailable);
    rig.cache.resume();
    rig.cache.set_read_only(true);
    assert_eq!(error_of(both(&rig.cache, 1, 2)).kind(), ErrorKind::Unsupported);
    rig.cache.set_read_only(false);
    goes_on(&rig);
}

#[test]
fn memory_keeps_nothing_that_is_loaded_while_a_group_through_is_with_the_store() {
    let rig = rig();
    fill(&rig);
    rig.cache.invalidate(&"a");
    let group = both(&rig.cache, 10, 20);
    // It has taken the group, and not said so.
    rig.store.insert("a", 10);
    let loaded = rig.cache.get(&"a");
    rig.held.next_load().pass();
    assert_eq!(answered(loaded).unwrap(), Some(10));
    assert_eq!(seen(&rig.cache), (None, Some(2)), "no half of it");
    rig.held.next_apply().pass();
    answered(group).map(drop).unwrap();
    assert_eq!(seen(&rig.cache), (Some(10), Some(20)));
    goes_on(&rig);
}

#[test]
fn a_group_through_counts_each_key_once_however_often_it_runs() {
    const KEYS: u64 = 9000;
    let settings = Settings { batch_ops_max: 10_000, ..Settings::default() };
    let rig = HeldRig::<u64>::atomic(|builder| builder.write_behind(settings));
    let mut group = rig.cache.group();
    for key in 0..KEYS {
        group.put(key, key);
    }
    let group = group.commit(Write::Through);
    assert_eq!(rig.held.applies(), 1);
    rig.held.next_apply().pass();
    let Committed::Written(receipts) = answered(group).unwrap() else { panic!() };
    assert_eq!(receipts.len() as u64, KEYS);
}

#[test]
fn a_transaction_through_that_only_looks_is_not_concerned_by_a_drill_of_a_store_that_is_down() {
    let rig = rig();
    fill(&rig);
    rig.cache.drill(Mode::StoreDown, SECOND).unwrap();
    let look = |transaction: &mut Transaction<&'static str, u64>| transaction.get(&"a");
    assert_eq!(answered(rig.cache.transact(look, Write::Through)).unwrap().result, Some(1));
    assert_eq!(error_of(both(&rig.cache, 10, 20)).kind(), ErrorKind::Unavailable);
    rig.clock.advance(SECOND);
    goes_on(&rig);
}
