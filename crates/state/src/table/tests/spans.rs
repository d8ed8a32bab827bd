//! Parts of a table: ranges, prefixes, pages, counts, ends.

use std::collections::BTreeMap;
use std::ops::Bound;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::commit::Grave;
use crate::table::{Table, TableOverlay, TableTx};

type Map = BTreeMap<String, u32>;

/// Few letters, the highest byte that text can have first among them, and all lengths up to beyond
/// what a tail holds.
fn key() -> impl Strategy<Value = String> {
    let beginning =
        prop_oneof![Just(""), Just("a row of letters that is long"), Just("\u{10ffff}")];
    (beginning, "[ab\u{10ffff}]{0,3}").prop_map(|(beginning, rest)| beginning.to_owned() + &rest)
}

fn map() -> impl Strategy<Value = Map> {
    prop::collection::btree_map(key(), any::<u32>(), 0..60)
}

fn bound() -> impl Strategy<Value = Bound<String>> {
    prop_oneof![
        Just(Bound::Unbounded),
        key().prop_map(Bound::Included),
        key().prop_map(Bound::Excluded),
    ]
}

/// A table and a transaction on it that together have what both maps have.
fn above(shown: &Map, changes: &BTreeMap<String, Option<u32>>) -> (Table<String, u32>, Map) {
    let table = shown.iter().map(|(key, value)| (key.clone(), *value)).collect();
    let mut map = shown.clone();
    for (key, change) in changes {
        match change {
            Some(value) => map.insert(key.clone(), *value),
            None => map.remove(key),
        };
    }
    (table, map)
}

fn change(tx: &mut TableTx<'_, String, u32>, changes: &BTreeMap<String, Option<u32>>) {
    for (key, change) in changes {
        match change {
            Some(value) => tx.put(key.clone(), *value).unwrap(),
            None => drop(tx.take(key)),
        }
    }
}

fn is_within(key: &str, low: &Bound<String>, high: &Bound<String>) -> bool {
    let above = match low {
        Bound::Unbounded => true,
        Bound::Included(low) => key >= low.as_str(),
        Bound::Excluded(low) => key > low.as_str(),
    };
    let below = match high {
        Bound::Unbounded => true,
        Bound::Included(high) => key <= high.as_str(),
        Bound::Excluded(high) => key < high.as_str(),
    };
    above && below
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_table_and_a_transaction_have_the_parts_that_a_map_has(
        shown in map(),
        changes in prop::collection::btree_map(key(), any::<Option<u32>>(), 0..30),
        low in bound(),
        high in bound(),
        prefixes in vec(key(), 1..6),
        limit in 0..5_usize,
    ) {
        let (table, after) = above(&shown, &changes);
        let overlay = TableOverlay::default();
        let mut tx = TableTx::begin(&table, &overlay);
        change(&mut tx, &changes);

        let range = (low.clone(), high.clone());
        let inside = |map: &Map| -> Map {
            let all = map.iter().filter(|(key, _)| is_within(key, &low, &high));
            all.map(|(key, value)| (key.clone(), *value)).collect()
        };
        prop_assert!(table.range::<String>(range.clone()).eq(&inside(&shown)));
        prop_assert_eq!(table.count::<String>(range.clone()), inside(&shown).len());
        prop_assert!(tx.range::<String>(range.clone()).eq(&inside(&after)));
        prop_assert!(tx.range::<String>(range).rev().eq(inside(&after).iter().rev()));

        for prefix in &prefixes {
            let begun = |map: &Map| -> Map {
                let all = map.iter().filter(|(key, _)| key.starts_with(prefix.as_str()));
                all.map(|(key, value)| (key.clone(), *value)).collect()
            };
            prop_assert!(table.prefix(prefix.as_str()).eq(&begun(&shown)));
            prop_assert!(tx.prefix(prefix.as_str()).eq(&begun(&after)));
            prop_assert!(tx.prefix(prefix.as_str()).rev().eq(begun(&after).iter().rev()));

            let behind = (Bound::Excluded(prefix.clone()), Bound::Unbounded);
            let page = shown.range::<String, _>(behind.clone()).take(limit);
            prop_assert!(table.page(Some(prefix.as_str()), limit).eq(page));
            let page = after.range::<String, _>(behind).take(limit);
            prop_assert!(tx.page(Some(prefix.as_str()), limit).eq(page));
        }
        prop_assert!(table.page::<str>(None, limit).eq(shown.iter().take(limit)));
        prop_assert_eq!(table.first(), shown.first_key_value());
        prop_assert_eq!(table.last(), shown.last_key_value());
        prop_assert_eq!(tx.first(), after.first_key_value());
        prop_assert_eq!(tx.last(), after.last_key_value());
    }

    #[test]
    fn tuples_begin_with_their_first_components(
        pairs in prop::collection::btree_map((0..4_u8, 250..=255_u8), any::<u32>(), 0..30),
    ) {
        let table: Table<(u8, u8), u32> = pairs.iter().map(|(key, value)| (*key, *value)).collect();
        for first in 0..5 {
            let wanted = pairs.iter().filter(|(key, _)| key.0 == first);
            prop_assert!(table.prefix(&(first,)).eq(wanted));
        }
    }
}

#[test]
fn bytes_of_the_highest_value_have_nothing_behind_them() {
    let keys = [vec![], vec![254], vec![255], vec![255, 0], vec![255, 255], vec![255, 255, 7]];
    let table: Table<Vec<u8>, ()> = keys.iter().map(|key| (key.clone(), ())).collect();
    for prefix in &keys {
        let wanted = keys.iter().filter(|key| key.starts_with(prefix));
        assert!(table.prefix(&prefix[..]).map(|(key, ())| key).eq(wanted));
    }
}

#[test]
fn the_highest_keys_are_told_apart_though_their_hints_look_like_none() {
    let keys = || (0..3).chain(u64::MAX - 200..=u64::MAX).filter(|key| key % 3 != 1);
    let mut table: Table<u64, u64> = keys().map(|key| (key, key)).collect();
    let overlay = TableOverlay::default();
    for key in (0..10).chain(u64::MAX - 210..=u64::MAX) {
        assert_eq!(table.get(&key).is_some(), keys().any(|there| there == key), "{key}");
    }
    let mut tx = TableTx::begin(&table, &overlay);
    for key in u64::MAX - 200..=u64::MAX {
        tx.put(key, 0).unwrap();
    }
    tx.delete(&u64::MAX);
    tx.finish().apply(&mut table, &mut Grave::default());
    table.tree.check();
    assert_eq!(table.last(), Some((&(u64::MAX - 1), &0)));
    assert_eq!(table.count(u64::MAX - 200..), 200);
}
