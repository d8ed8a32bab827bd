//! A transaction's view of a table against a map: own changes above accepted ones above shown ones.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::moves::{Map, Step, step, steps};
use crate::commit::Grave;
use crate::revision::Revision;
use crate::table::{Table, TableChanges, TableOverlay, TableTx};

/// Whether a transaction reads what the map has, in every way there is to read.
fn reads_as(tx: &TableTx<'_, u64, u32>, map: &Map, turns: &[bool]) {
    assert_eq!(tx.len(), map.len());
    assert_eq!(tx.is_empty(), map.is_empty());
    for key in 0..40 {
        assert_eq!(tx.get(&key), map.get(&key));
    }
    assert!(tx.iter().eq(map));
    let (mut rows, mut expected) = (tx.range(5..=30), map.range(5..=30));
    for forward in turns.iter().cycle() {
        let (found, wanted) = if *forward {
            (rows.next(), expected.next())
        } else {
            (rows.next_back(), expected.next_back())
        };
        assert_eq!(found, wanted);
        if wanted.is_none() {
            break;
        }
    }
}

fn run(
    base: &Table<u64, u32>,
    accepted: &TableOverlay<u64, u32>,
    map: &mut Map,
    steps: &[Step],
    turns: &[bool],
) -> TableChanges<u64, u32> {
    let mut tx = TableTx::begin(base, accepted);
    for each in steps {
        step(each, &mut tx, map);
        reads_as(&tx, map, turns);
    }
    tx.finish()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_transaction_reads_its_own_writes_above_unshown_ones_above_shown_ones(
        transactions in vec(steps(), 1..6),
        turns in vec(any::<bool>(), 1..10),
    ) {
        let (mut base, mut overlay) = (Table::new(), TableOverlay::default());
        let mut map = Map::new();
        let mut unshown = Vec::new();
        for (revision, steps) in (1..).map(Revision).zip(&transactions) {
            let changes = run(&base, &overlay, &mut map, steps, &turns);
            overlay.accept(&changes, revision);
            unshown.push((revision, changes));
            reads_as(&TableTx::begin(&base, &overlay), &map, &turns);
            if unshown.len() > 2 {
                let (revision, changes) = unshown.remove(0);
                changes.apply(&mut base, &mut Grave::default());
                overlay.leave(&changes, revision);
                reads_as(&TableTx::begin(&base, &overlay), &map, &turns);
            }
        }
        for (revision, changes) in unshown {
            changes.apply(&mut base, &mut Grave::default());
            overlay.leave(&changes, revision);
        }
        prop_assert!(base.iter().eq(&map));
        prop_assert_eq!(overlay.touched.len(), 0);
        prop_assert_eq!(overlay.cleared, None);
    }

    #[test]
    fn a_key_that_is_written_often_is_one_change(times in 1..100_u32) {
        let (base, overlay) = (Table::new(), TableOverlay::default());
        let mut tx = TableTx::begin(&base, &overlay);
        for value in 0..times {
            tx.put(7_u64, value).unwrap();
        }
        prop_assert_eq!(tx.finish().weight(), 1);
    }
}

#[test]
fn what_is_put_and_deleted_again_is_no_change() {
    let (base, overlay) = (Table::new(), TableOverlay::default());
    let mut tx = TableTx::begin(&base, &overlay);
    tx.put(7_u64, 1_u32).unwrap();
    tx.delete(&7);
    tx.clear();
    assert_eq!(tx.finish().weight(), 0);
}

#[test]
fn a_collected_table_has_the_last_entry_of_each_key() {
    let entries = (0..1000_u64).map(|at| (at * 37 % 300, at));
    let table: Table<u64, u64> = entries.clone().collect();
    assert!(table.iter().eq(&entries.collect::<BTreeMap<_, _>>()));
}

#[test]
fn a_place_counts_up_from_what_is_there_or_begins() {
    let (base, overlay) = (Table::new(), TableOverlay::default());
    let mut tx = TableTx::begin(&base, &overlay);
    for _ in 0..3 {
        let place = tx.entry(7_u64).and_modify(|count| *count += 1).unwrap();
        place.or_insert_with(|| 1_u32).unwrap();
    }
    assert_eq!(tx.get(&7), Some(&3));
}

#[test]
fn an_entry_is_replaced_only_while_it_is_the_one_that_was_seen() {
    let (mut base, overlay) = (Table::new(), TableOverlay::default());
    let mut tx = TableTx::begin(&base, &overlay);
    tx.put(7_u64, 1_u32).unwrap();
    let changes = tx.finish();
    changes.apply(&mut base, &mut Grave::default());
    let seen = base.keep(&7).unwrap();
    let mut tx = TableTx::begin(&base, &overlay);
    assert!(tx.replace_same(&seen, 2).unwrap());
    assert!(!tx.replace_same(&seen, 3).unwrap(), "by now another entry is there");
    assert_eq!(tx.get(&7), Some(&2));
    assert_eq!(*seen, 1, "what is kept stays as it was");
}
