//! Random changes on trees and their clones, checked after each.

use proptest::collection::vec;
use proptest::prelude::*;

use super::subject::{Coarse, Kind, Numbers, Padded, Pair, Ragged};

#[derive(Clone, Debug)]
enum Step {
    Insert(u32),
    Remove(u32),
    /// Rising, or in some other order.
    InsertRun {
        first: u32,
        count: u32,
        stride: u32,
    },
    /// The same, in one row.
    InsertRow {
        first: u32,
        count: u32,
        stride: u32,
    },
    RemoveRun {
        first: u32,
        count: u32,
        stride: u32,
    },
    /// Go on with a clone, and keep the original.
    Fork,
    /// Go on with a kept one, and keep the present one.
    Exchange(usize),
    Forget(usize),
}

const NUMBERS: u32 = 4096;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let run = (0..NUMBERS, 0..600_u32, prop_oneof![Just(1), Just(NUMBERS - 1), Just(1237)]);
    vec(
        prop_oneof![
            3 => (0..NUMBERS).prop_map(Step::Insert),
            3 => (0..NUMBERS).prop_map(Step::Remove),
            3 => run.clone()
                .prop_map(|(first, count, stride)| Step::InsertRun { first, count, stride }),
            3 => run.clone()
                .prop_map(|(first, count, stride)| Step::InsertRow { first, count, stride }),
            2 => run.prop_map(|(first, count, stride)| Step::RemoveRun { first, count, stride }),
            2 => Just(Step::Fork),
            1 => (0..4_usize).prop_map(Step::Exchange),
            1 => (0..4_usize).prop_map(Step::Forget),
        ],
        0..40,
    )
}

fn numbers(first: u32, count: u32, stride: u32) -> impl Iterator<Item = u32> {
    (0..count).map(move |at| (first + at * stride) % NUMBERS)
}

fn play<O: Kind>(kind: O, steps: &[Step]) {
    let mut now = Pair::new(kind);
    let mut kept: Vec<Pair<O>> = Vec::new();
    for (value, step) in (0_u32..).zip(steps) {
        match *step {
            Step::Insert(number) => now.insert(number, value),
            Step::Remove(number) => now.remove(number),
            Step::InsertRun { first, count, stride } => {
                numbers(first, count, stride).for_each(|number| now.insert(number, value));
            }
            Step::InsertRow { first, count, stride } => {
                now.insert_row(numbers(first, count, stride), value);
            }
            Step::RemoveRun { first, count, stride } => {
                numbers(first, count, stride).for_each(|number| now.remove(number));
            }
            Step::Fork => kept.push(now.clone()),
            Step::Exchange(at) => {
                if let Some(other) = kept.get_mut(at) {
                    std::mem::swap(other, &mut now);
                }
            }
            Step::Forget(at) if at < kept.len() => drop(kept.remove(at)),
            Step::Forget(_) => {}
        }
        now.check();
        (0..NUMBERS).step_by(97).for_each(|number| now.get(number));
        kept.iter().for_each(Pair::check);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_tree_of_padded_text_and_its_clones_are_as_maps_are(steps in steps()) {
        play(Padded, &steps);
    }

    #[test]
    fn a_tree_of_ragged_text_and_its_clones_are_as_maps_are(steps in steps()) {
        play(Ragged, &steps);
    }

    #[test]
    fn a_tree_of_numbers_and_its_clones_are_as_maps_are(steps in steps()) {
        play(Numbers, &steps);
    }

    #[test]
    fn a_tree_whose_bytes_tell_little_and_its_clones_are_as_maps_are(steps in steps()) {
        play(Coarse, &steps);
    }
}
