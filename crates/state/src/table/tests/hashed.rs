//! Hash tables: all that a table does, in an order that says nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use proptest::collection::vec;
use proptest::prelude::*;

use super::moves::{Map, Step, step, steps};
use crate::catalog::TableKind;
use crate::commit::Grave;
use crate::revision::Revision;
use crate::table::order::decided_by_place;
use crate::table::{ByHash, HashTable, Table, TableOrder, TableOverlay, TableTx};

/// An order with three places for all keys.
#[derive(Clone, Debug)]
struct Crowded;

impl TableOrder for Crowded {
    const KIND: TableKind = TableKind::Hash;

    fn seeded(_: u64) -> Self {
        Self
    }

    fn place<R>(&self, encoded: &[u8], read: impl FnOnce(&[u8]) -> R) -> R {
        read(&[encoded.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte)) % 3])
    }

    fn decide(
        &self,
        places: impl FnOnce() -> std::cmp::Ordering,
        keys: impl FnOnce() -> std::cmp::Ordering,
    ) -> std::cmp::Ordering {
        decided_by_place(places, keys)
    }
}

/// The order of a hash, and how many hashes were made.
#[derive(Clone, Debug, Default)]
struct Counting(Arc<AtomicU32>);

impl TableOrder for Counting {
    const KIND: TableKind = TableKind::Hash;

    fn seeded(_: u64) -> Self {
        Self::default()
    }

    fn place<R>(&self, encoded: &[u8], read: impl FnOnce(&[u8]) -> R) -> R {
        self.0.fetch_add(1, Ordering::Relaxed);
        ByHash::default().place(encoded, read)
    }

    fn decide(
        &self,
        places: impl FnOnce() -> std::cmp::Ordering,
        keys: impl FnOnce() -> std::cmp::Ordering,
    ) -> std::cmp::Ordering {
        decided_by_place(places, keys)
    }
}

#[test]
fn to_find_an_entry_takes_one_hash_that_of_the_key_asked_for() {
    let table: Table<u64, u64, Counting> = (0..50).map(|key| (key, key)).collect();
    let made = || table.order().0.load(Ordering::Relaxed);
    for key in 0..50 {
        let before = made();
        assert_eq!(table.get(&key), Some(&key));
        assert_eq!(made() - before, 1, "for key {key}");
    }
}

fn reads_as<O: TableOrder>(tx: &TableTx<'_, u64, u32, O>, map: &Map) {
    assert_eq!(tx.len(), map.len());
    for key in 0..40 {
        assert_eq!(tx.get(&key), map.get(&key));
    }
    let forward: Vec<_> = tx.iter().collect();
    let mut backward: Vec<_> = tx.iter().rev().collect();
    backward.reverse();
    assert_eq!(forward, backward, "the order is the same from both ends");
    assert_eq!(forward.len(), map.len(), "no entry comes twice");
    assert!(forward.into_iter().collect::<BTreeMap<_, _>>().into_iter().eq(map));
    let mut paged = Vec::new();
    while let page = tx.page(paged.last(), 3).map(|(key, _)| *key).collect::<Vec<_>>()
        && !page.is_empty()
    {
        paged.extend(page);
    }
    assert!(paged.iter().eq(tx.iter().map(|(key, _)| key)), "pages have all there is, in order");
}

fn play<O: TableOrder>(seed: u64, transactions: &[Vec<Step>]) {
    let mut base = Table::<u64, u32, O>::empty(seed);
    let mut overlay = TableOverlay::default();
    let mut map = Map::new();
    let mut unshown = Vec::new();
    for (revision, steps) in (1..).map(Revision).zip(transactions) {
        let mut tx = TableTx::begin(&base, &overlay);
        for each in steps {
            step(each, &mut tx, &mut map);
            reads_as(&tx, &map);
        }
        let changes = tx.finish();
        overlay.accept(&changes, revision);
        unshown.push((revision, changes));
        if unshown.len() > 2 {
            let (revision, changes) = unshown.remove(0);
            changes.apply(&mut base, &mut Grave::default());
            overlay.leave(&changes, revision);
            reads_as(&TableTx::begin(&base, &overlay), &map);
        }
    }
    for (revision, changes) in unshown {
        changes.apply(&mut base, &mut Grave::default());
        overlay.leave(&changes, revision);
    }
    base.tree.check();
    assert_eq!(base.len(), map.len());
    for key in 0..40 {
        assert_eq!(base.get(&key), map.get(&key));
    }
    assert_eq!(overlay.touched.len(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_hash_table_is_as_a_map_is(seed in any::<u64>(), transactions in vec(steps(), 1..6)) {
        play::<ByHash>(seed, &transactions);
    }

    #[test]
    fn keys_that_meet_in_one_place_are_told_apart(transactions in vec(steps(), 1..6)) {
        play::<Crowded>(0, &transactions);
    }
}

fn filled(seed: u64) -> HashTable<String, u64> {
    let mut table = HashTable::empty(seed);
    let overlay = TableOverlay::default();
    let mut tx = TableTx::begin(&table, &overlay);
    for number in 0..5000 {
        tx.put(format!("key number {number}"), number).unwrap();
    }
    tx.finish().apply(&mut table, &mut Grave::default());
    table.tree.check();
    table
}

#[test]
fn the_order_of_a_hash_table_is_another_with_every_seed() {
    let numbers = |seed| filled(seed).iter().map(|(_, number)| *number).collect::<Vec<_>>();
    assert_eq!(numbers(1), numbers(1));
    assert_ne!(numbers(1), numbers(2));
}

#[test]
fn a_hash_table_is_asked_with_what_its_keys_borrow_as() {
    let table = filled(7);
    for number in 0..5000 {
        assert_eq!(table.get(format!("key number {number}").as_str()), Some(&number));
    }
    assert_eq!(table.get("key number 5000"), None);
}

#[test]
fn a_seed_is_not_told() {
    assert!(!format!("{:?}", ByHash::seeded(123_456_789)).contains("123"));
}
