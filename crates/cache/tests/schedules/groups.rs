//! Transactions over two keys, behind and through: against each other, a modification, a write, a reader and a close.

use std::time::Duration;

use forebay_cache::{Cache, Change, Committed, Write};
use forebay_store::{Durability, ErrorKind, Result};

use super::{Checked, join, open};

const SCHEDULES: usize = 1500;

type Numbers = Cache<u64, u64>;

fn explore(scenario: impl Fn() + Send + Sync + 'static) {
    shuttle::check_random(scenario, SCHEDULES);
}

/// Moves one from a key to another.
fn move_one(cache: &Numbers, from: u64, to: u64) -> Result<()> {
    let run = move |transaction: &mut forebay_cache::Transaction<u64, u64>| {
        let looks = [transaction.get(&from), transaction.get(&to)];
        let [from_has, to_has] = looks;
        let (from_has, to_has) = (from_has?.unwrap_or(0), to_has?.unwrap_or(0));
        transaction.put(from, from_has - 1)?;
        transaction.put(to, to_has + 1)
    };
    cache.transact(run, Durability::Memory).wait().map(drop)
}

fn sum(cache: &Numbers) -> u64 {
    let run = |transaction: &mut forebay_cache::Transaction<u64, u64>| {
        let looks = [transaction.get(&1), transaction.get(&2)];
        let [first, second] = looks;
        Ok(first?.unwrap_or(0) + second?.unwrap_or(0))
    };
    cache.transact(run, Durability::Memory).wait().unwrap().result
}

#[test]
fn transactions_in_opposite_orders_a_modification_and_a_reader_end_well() {
    explore(|| {
        let store = Checked::default();
        {
            let mut state = store.0.state.lock();
            state.values.extend([(1, 10), (2, 10)]);
        }
        let cache = open(&store);
        let mover = |from, to| {
            let cache = cache.clone();
            shuttle::thread::spawn(move || move_one(&cache, from, to).unwrap())
        };
        let adder = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                let add =
                    |value: Option<&u64>| (Change::Put(value.copied().unwrap_or(0) + 100), ());
                cache.modify_with(1, add, Write::Through).wait().unwrap();
            })
        };
        let reader = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                cache.invalidate(&2);
                let sum = sum(&cache);
                assert!(sum == 20 || sum == 120, "{sum}: as of one moment");
            })
        };
        join(vec![mover(1, 2), mover(2, 1), adder, reader]);
        assert_eq!(sum(&cache), 120, "all of them count");
        cache.flush().wait().unwrap();
        assert_eq!(cache.stats().dirty_bytes, 0, "room is conserved");
        assert_eq!(store.0.state.lock().values.values().sum::<u64>(), 120);
    });
}

#[test]
fn a_group_and_a_close_end_with_all_of_it_or_nothing() {
    explore(|| {
        let store = Checked::default();
        let cache = open(&store);
        let group = |value: u64| {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                let mut group = cache.group();
                group.expect_absent(3).put(1, value).put(2, value);
                match group.commit(Durability::Memory).wait() {
                    Ok(committed) => assert!(matches!(committed, Committed::Written(_))),
                    Err(error) => assert_eq!(error.kind(), ErrorKind::Closed),
                }
            })
        };
        let closer = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                let report = cache.close(Duration::from_secs(1)).wait().unwrap();
                assert!(report.is_clean(), "{report}");
            })
        };
        join(vec![group(10), group(20), closer]);
        let state = store.0.state.lock();
        assert_eq!(state.values.get(&1), state.values.get(&2), "all or nothing");
        assert_eq!(cache.stats().dirty_bytes, 0, "room is conserved");
    });
}

/// Makes both keys this, in one batch of the store.
fn through(cache: &Numbers, value: u64) -> shuttle::thread::JoinHandle<()> {
    let cache = cache.clone();
    shuttle::thread::spawn(move || {
        let mut group = cache.group();
        group.put(1, value).put(2, value);
        match group.commit(Write::Through).wait() {
            Ok(committed) => assert!(matches!(committed, Committed::Written(_))),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Closed),
        }
    })
}

fn both(cache: &Numbers) -> [Option<u64>; 2] {
    let run = |transaction: &mut forebay_cache::Transaction<u64, u64>| {
        let looks = [transaction.get(&1), transaction.get(&2)];
        let [first, second] = looks;
        Ok([first?, second?])
    };
    cache.transact(run, Durability::Memory).wait().unwrap().result
}

#[test]
fn two_groups_through_with_keys_in_common_are_seen_and_stored_as_a_whole() {
    explore(|| {
        let store = Checked::atomic();
        let cache = open(&store);
        let reader = {
            let (cache, store) = (cache.clone(), store.clone());
            shuttle::thread::spawn(move || {
                let seen = both(&cache);
                assert_eq!(seen[0], seen[1], "as of one moment");
                let state = store.0.state.lock();
                assert_eq!(state.values.get(&1), state.values.get(&2), "in the store, too");
            })
        };
        join(vec![through(&cache, 10), through(&cache, 20), reader]);
        let seen = both(&cache);
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[0], store.0.state.lock().values.get(&1).copied());
        cache.audit().unwrap();
    });
}

#[test]
fn groups_through_and_writes_behind_of_their_keys_all_end() {
    explore(|| {
        let store = Checked::atomic();
        let cache = open(&store);
        let writer = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                cache.put(1, 1).wait().unwrap();
                cache.put(2, 2).wait().unwrap();
                cache.invalidate(&1);
                cache.put(1, 3).wait().unwrap();
            })
        };
        let adder = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                let add = |value: Option<&u64>| (Change::Put(value.copied().unwrap_or(0)), ());
                cache.modify_with(2, add, Write::Through).wait().unwrap();
            })
        };
        join(vec![through(&cache, 10), writer, adder]);
        cache.flush().wait().unwrap();
        let state = store.0.state.lock();
        let stored = [state.values.get(&1).copied(), state.values.get(&2).copied()];
        drop(state);
        assert_eq!(both(&cache), stored, "memory has what the store has");
        assert_eq!(cache.stats().dirty_bytes, 0, "room is conserved");
        cache.audit().unwrap();
    });
}

#[test]
fn groups_through_and_a_close_end_with_all_of_each_or_nothing() {
    explore(|| {
        let store = Checked::atomic();
        let cache = open(&store);
        let closer = {
            let cache = cache.clone();
            shuttle::thread::spawn(move || {
                let report = cache.close(Duration::from_secs(1)).wait().unwrap();
                assert!(report.is_clean(), "{report}");
            })
        };
        join(vec![through(&cache, 10), through(&cache, 20), closer]);
        let state = store.0.state.lock();
        assert_eq!(state.values.get(&1), state.values.get(&2), "all or nothing");
    });
}
