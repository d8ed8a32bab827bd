//! Trees that shrink: to nothing, in every direction, and with clones that must not notice.

use super::subject::{Kind, Numbers, Padded, Pair, Ragged};

const COUNT: u32 = 3000;

fn shrink<O: Kind>(kind: O, order: impl Iterator<Item = u32>) {
    let mut pair = Pair::built(kind, 0..COUNT);
    let full = pair.clone();
    for (at, number) in order.enumerate() {
        pair.remove(number);
        pair.remove(number);
        if at % 50 == 0 || pair.map.len() < 100 {
            pair.check();
        }
    }
    assert_eq!(pair.tree.len(), 0);
    full.check();
    pair.insert(1, 1);
    pair.check();
}

#[test]
fn a_tree_shrinks_to_nothing_from_the_left_from_the_right_and_from_within() {
    shrink(Padded, 0..COUNT);
    shrink(Padded, (0..COUNT).rev());
    shrink(Padded, (0..COUNT).map(|at| at * 1237 % COUNT));
    shrink(Ragged, 0..COUNT);
    shrink(Numbers, 0..COUNT);
}

#[test]
fn a_rising_row_can_be_taken_back_from_its_end() {
    // The right edge has narrow nodes, down to an inner node with two children.
    let mut pair = Pair::new(Padded);
    for number in 0..2500 {
        pair.insert(number, number);
    }
    for number in (0..2500).rev() {
        pair.remove(number);
        pair.tree.check();
    }
}

#[test]
fn a_shrunk_tree_keeps_no_narrow_nodes() {
    let mut pair = Pair::built(Padded, 0..20_000);
    (0..20_000).filter(|number| number % 20 != 0).for_each(|number| pair.remove(number));
    pair.check();
    let leaves = pair.tree.leaves();
    assert!(leaves <= 1000 / 8 + 1, "{leaves} leaves for 1000 items");
}
