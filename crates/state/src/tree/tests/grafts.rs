//! Nodes that a tree takes from a newer one.

use proptest::collection::vec;
use proptest::prelude::*;

use super::subject::{Coarse, Kind, Numbers, Padded, Pair, Ragged};

const NUMBERS: u32 = 15_000;

#[derive(Clone, Debug)]
enum Step {
    /// Rising, or in some other order.
    Row {
        first: u32,
        count: u32,
        stride: u32,
    },
    RemoveRun {
        first: u32,
        count: u32,
    },
    Insert(u32),
    /// Somebody looks at the tree as it is now.
    Hold,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let stride = prop_oneof![4 => Just(1), 1 => Just(7), 1 => Just(1237)];
    vec(
        prop_oneof![
            6 => (0..NUMBERS, 1..3000_u32, stride)
                .prop_map(|(first, count, stride)| Step::Row { first, count, stride }),
            2 => (0..NUMBERS, 0..1500_u32)
                .prop_map(|(first, count)| Step::RemoveRun { first, count }),
            2 => (0..NUMBERS).prop_map(Step::Insert),
            1 => Just(Step::Hold),
        ],
        0..24,
    )
}

fn numbers(first: u32, count: u32, stride: u32) -> impl Iterator<Item = u32> + Clone {
    (0..count).map(move |at| (first + at * stride) % NUMBERS)
}

/// Two trees that go through the same: one as if it were alone, the other takes over each row.
fn play<O: Kind>(kind: O, steps: &[Step]) {
    let (mut alone, mut grafted) = (Pair::new(kind), Pair::new(kind));
    let mut held = Vec::new();
    for (value, step) in (0_u32..).zip(steps) {
        match *step {
            Step::Row { first, count, stride } => {
                let row = numbers(first, count, stride);
                alone.insert_row(row.clone(), value);
                if !grafted.graft(&alone, row.clone()) {
                    grafted.insert_row(row, value);
                }
            }
            Step::RemoveRun { first, count } => {
                for number in numbers(first, count, 1) {
                    alone.remove(number);
                    grafted.remove(number);
                }
            }
            Step::Insert(number) => {
                alone.insert(number, value);
                grafted.insert(number, value);
            }
            Step::Hold => held.push(grafted.clone()),
        }
        alone.check();
        grafted.check();
        held.iter().for_each(Pair::check);
        assert_eq!(grafted.map, alone.map);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_tree_of_padded_text_that_takes_rows_over_is_as_one_that_is_alone(steps in steps()) {
        play(Padded, &steps);
    }

    #[test]
    fn a_tree_of_ragged_text_that_takes_rows_over_is_as_one_that_is_alone(steps in steps()) {
        play(Ragged, &steps);
    }

    #[test]
    fn a_tree_of_numbers_that_takes_rows_over_is_as_one_that_is_alone(steps in steps()) {
        play(Numbers, &steps);
    }

    #[test]
    fn a_tree_whose_bytes_tell_little_that_takes_rows_over_is_as_one_that_is_alone(steps in steps()) {
        play(Coarse, &steps);
    }
}

/// Two trees of the same and no node in common.
fn twins(count: u32) -> [Pair<Padded>; 2] {
    [(); 2].map(|()| Pair::built(Padded, (0..count).map(|number| number * 2)))
}

#[test]
fn the_leaves_of_a_row_are_shared_and_no_others() {
    for first in [30_000, 60_000] {
        let [mut older, mut newer] = twins(30_000);
        let row = (first..first + 2_000).step_by(2).map(|number| number + 1);
        newer.insert_row(row.clone(), 7);
        assert!(older.graft(&newer, row));
        let shared = older.tree.shared_with(&newer.tree);
        assert!((1_000 / 64..=2_000 / 24).contains(&shared), "{shared} nodes are shared");
    }
}

#[test]
fn the_ends_of_a_row_that_fills_nodes_above_the_leaves_are_found() {
    // So many leaves that the nodes above them split, again and again.
    let [mut older, mut newer] = twins(10_000);
    for first in (20_000..100_000).step_by(3_000) {
        newer.insert_row(first..first + 3_000, first);
        if !older.graft(&newer, first..first + 3_000) {
            older.insert_row(first..first + 3_000, first);
        }
        older.check();
        let own = older.tree.copied_from(&newer.tree);
        assert!(own >= 10_000 / 64, "{own} nodes are not shared");
    }
}

#[test]
fn a_tree_of_another_height_is_left_alone() {
    let [mut older, mut newer] = twins(3_000);
    newer.insert_row(6_000..16_000, 7);
    assert!(!older.graft(&newer, 6_000..16_000));
    older.check();
}
