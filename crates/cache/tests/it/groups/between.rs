//! What comes between a look and the moment in which the writes are accepted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use forebay_cache::{Cache, Change, Committed, Settings, Transaction, Write};
use forebay_store::Durability::Memory;
use forebay_store::seam::Clock;
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Done, ErrorKind, Op, Result, WallTime};

use crate::rig::{HeldRig, Rig, SECOND, answered};

const BEHIND: Write = Write::Behind(Memory);

type Numbers = Cache<&'static str, u64>;

fn add(cache: &Numbers, keys: &'static [&'static str], more: u64) -> Op<u32> {
    let mut runs = 0;
    let run = move |transaction: &mut Transaction<&'static str, u64>| {
        runs += 1;
        for key in keys {
            let value = transaction.get(key)?.unwrap_or(0);
            transaction.put(*key, value + more)?;
        }
        Ok(runs)
    };
    cache.transact(run, Memory).map(|transacted| transacted.map(|transacted| transacted.result))
}

/// Runs `between` in the middle of the first run of a transaction that reads "a" before and "b" after it, and
/// says what the run that counted has seen.
fn seen_around(cache: &Numbers, writes: bool, between: impl Fn() + Send + 'static) -> Vec<u64> {
    let mut between = Some(between);
    let run = move |transaction: &mut Transaction<&'static str, u64>| {
        let first = transaction.get(&"a")?.unwrap_or(0);
        if let Some(between) = between.take() {
            between();
        }
        let second = transaction.get(&"b")?.unwrap_or(0);
        if writes {
            transaction.put("c", first + second)?;
        }
        Ok(vec![first, second])
    };
    answered(cache.transact(run, Memory)).unwrap().result
}

#[test]
fn a_key_that_was_only_read_counts_as_one_that_is_written_does() {
    for writes in [true, false] {
        let rig = Rig::open(|builder| builder.write_behind(Settings::default()).shards(8));
        for key in ["a", "b"] {
            answered(rig.cache.put(key, 1)).unwrap();
        }
        let other = rig.cache.clone();
        let both = move || {
            let mut group = other.group();
            group.put("a", 2).put("b", 2);
            assert!(matches!(answered(group.commit(Memory)).unwrap(), Committed::Written(_)));
        };
        assert_eq!(seen_around(&rig.cache, writes, both), [2, 2], "as of one moment");
        assert_eq!(rig.cache.peek(&"c"), writes.then_some(4));
    }
}

#[test]
fn the_same_value_once_more_is_a_change() {
    let rig = Rig::behind();
    answered(rig.cache.put("a", 1)).unwrap();
    let (other, runs) = (rig.cache.clone(), Arc::new(AtomicU32::new(0)));
    let count = Arc::clone(&runs);
    let run = move |transaction: &mut Transaction<&'static str, u64>| {
        transaction.get(&"a")?;
        if count.fetch_add(1, Ordering::SeqCst) == 0 {
            answered(other.put("a", 1))?;
        }
        transaction.put("b", 1)
    };
    answered(rig.cache.transact(run, Memory)).unwrap();
    assert_eq!(runs.load(Ordering::SeqCst), 2);
}

#[test]
fn what_expires_while_the_closure_runs_is_not_written_upon() {
    let over = Duration::from_secs(10);
    let end = WallTime(ManualClock::new().wall().0 + 5000);
    let rig = Rig::open(|builder| {
        let builder = builder.write_behind(Settings::default());
        builder.expire_with(move |key, _| (*key == "a").then_some(end))
    });
    answered(rig.cache.put("a", 1)).unwrap();
    answered(rig.cache.flush()).unwrap();
    let clock = Arc::clone(&rig.clock);
    assert_eq!(seen_around(&rig.cache, true, move || clock.advance(over)), [0, 0]);
}

#[test]
fn a_write_through_under_way_is_waited_for_not_written_over() {
    let rig = HeldRig::behind();
    answered(rig.cache.put_with("a", 1, BEHIND)).unwrap();
    let flush = rig.cache.flush();
    rig.held.next_apply().pass();
    answered(flush).unwrap();
    let through = rig.cache.put_with("a", 10, Write::Through);
    let added = add(&rig.cache, &["a", "b"], 1);
    assert!(!added.is_ready(), "it is to see the write-through");
    rig.held.next_apply().pass();
    answered(through).unwrap();
    rig.held.next_load().pass();
    answered(added).unwrap();
    assert_eq!((rig.cache.peek(&"a"), rig.cache.peek(&"b")), (Some(11), Some(1)));
}

#[test]
fn a_blind_write_does_not_wait_for_a_write_through_and_comes_after_it() {
    let rig = HeldRig::behind();
    let through = rig.cache.put_with("a", 10, Write::Through);
    let mut group = rig.cache.group();
    group.put("a", 11).put("b", 1);
    assert!(matches!(answered(group.commit(Memory)).unwrap(), Committed::Written(_)));
    let flush = rig.cache.flush();
    while rig.held.applies() > 0 {
        rig.held.next_apply().pass();
    }
    answered(through).unwrap();
    answered(flush).unwrap();
    assert_eq!(rig.store.get(&"a"), Some(11), "G3");
}

#[test]
fn two_transactions_that_load_the_same_keys_in_opposite_orders_both_count() {
    let rig = HeldRig::open(|builder| builder.write_behind(Settings::default()).shards(8));
    let first = add(&rig.cache, &["a", "b", "c"], 1);
    let second = add(&rig.cache, &["c", "b", "a"], 10);
    let third = rig.cache.modify("b", |value| (Change::Put(value.copied().unwrap_or(0) + 100), ()));
    while rig.held.loads() > 0 {
        rig.held.next_load().pass();
    }
    for op in [first, second] {
        answered(op).unwrap();
    }
    answered(third).unwrap();
    let values = ["a", "b", "c"].map(|key| rig.cache.peek(&key));
    assert_eq!(values, [Some(11), Some(111), Some(11)]);
}

#[test]
fn a_transaction_that_is_overtaken_again_and_again_takes_its_turn() {
    let rig = Rig::behind();
    answered(rig.cache.put("a", 0)).unwrap();
    let (other, waiting) = (rig.cache.clone(), Arc::new(std::sync::Mutex::new(Vec::new())));
    let (mut runs, meddling) = (0, Arc::clone(&waiting));
    let run = move |transaction: &mut Transaction<&'static str, u64>| {
        runs += 1;
        let value = transaction.get(&"a")?.unwrap_or(0);
        // Somebody else modifies the key in each run.
        let op = other.update(&"a", |value| *value += 1);
        meddling.lock().unwrap().push(op);
        transaction.put("a", value + 1000)?;
        Ok(runs)
    };
    let runs = answered(rig.cache.transact(run, Memory)).unwrap().result;
    assert!(runs < 10, "{runs}");
    let others = std::mem::take(&mut *waiting.lock().unwrap());
    let others: Result<Vec<_>> = others.into_iter().map(answered).collect();
    let others = u64::try_from(others.unwrap().len()).unwrap();
    assert_eq!(rig.cache.peek(&"a"), Some(1000 + others), "all of them count");
}

#[test]
fn who_drops_a_transaction_that_waits_gives_up_its_turns() {
    let rig = HeldRig::behind();
    let dropped = add(&rig.cache, &["a", "b"], 1);
    let update = rig.cache.modify("a", |value| (Change::Put(value.copied().unwrap_or(0) + 5), ()));
    drop(dropped);
    assert!(!update.is_ready());
    while rig.held.loads() > 0 {
        rig.held.next_load().pass();
    }
    answered(update).unwrap();
    assert_eq!(
        (rig.cache.peek(&"a"), rig.cache.dirty_count()),
        (Some(5), 1),
        "nothing was written"
    );
}

#[test]
fn after_a_close_nothing_is_accepted_and_nothing_is_told() {
    let rig = HeldRig::behind();
    let waiting = add(&rig.cache, &["a", "b"], 1);
    let close = rig.cache.close(SECOND);
    while rig.held.loads() > 0 {
        rig.held.next_load().pass();
    }
    assert_eq!(answered(waiting).unwrap_err().kind(), ErrorKind::Closed);
    rig.clock.advance(SECOND);
    assert!(answered(close).unwrap().is_clean());
    for op in [add(&rig.cache, &["a"], 1), add(&rig.cache, &[], 1)].into_iter().take(1) {
        assert_eq!(answered(op).unwrap_err().kind(), ErrorKind::Closed);
    }
    let mut group = rig.cache.group();
    group.put("a", 1).put("b", 1);
    assert_eq!(answered(group.commit(Memory)).unwrap_err().kind(), ErrorKind::Closed);
}

#[test]
fn an_answer_may_use_the_cache() {
    let rig = Rig::behind();
    let (cache, (done, op)) = (rig.cache.clone(), Op::pending());
    let then = Done::call(move |first: Result<u32>| {
        let second = add(&cache, &["a", "b"], 1);
        done.complete(first.and_then(|_| answered(second)));
    });
    add(&rig.cache, &["b", "a"], 1).forward(then);
    answered(op).unwrap();
    assert_eq!(rig.cache.peek(&"a"), Some(2));
}
