//! Trees from sorted items.

use super::subject::{Coarse, Kind, Numbers, Padded, Pair, Ragged};

fn built_and_changed<O: Kind>(kind: O, count: u32) {
    let mut pair = Pair::built(kind, 0..count);
    pair.check();
    (0..=count).for_each(|number| pair.get(number));
    let before = pair.clone();
    (0..count).step_by(3).for_each(|number| pair.remove(number));
    (count / 2..count + 40).for_each(|number| pair.insert(number, 7));
    pair.check();
    before.check();
}

#[test]
fn a_built_tree_has_all_items_and_can_be_changed() {
    // None, one, a leaf that is just full, one more, levels that are just full, and one more.
    for count in [0, 1, 27, 28, 29, 56, 57, 28 * 28, 28 * 28 + 1, 28 * 28 + 29, 23_000] {
        built_and_changed(Padded, count);
        built_and_changed(Ragged, count);
        built_and_changed(Numbers, count);
        built_and_changed(Coarse, count);
    }
}

#[test]
fn falling_keys_leave_no_narrow_leaves_behind_wherever_they_begin() {
    let mut pair = Pair::new(Padded);
    (0..63).for_each(|number| pair.insert(number, number));
    (1_000_000..1_010_000).rev().for_each(|number| pair.insert(number, number));
    pair.check();
    let leaves = pair.tree.leaves();
    assert!(leaves <= 10_000 / 16, "{leaves} leaves for 10063 items");
}

#[test]
fn pairs_that_fall_leave_no_narrow_leaves_behind() {
    let mut pair = Pair::new(Padded);
    (0..63).for_each(|number| pair.insert(number, number));
    for number in (1_000_000..1_010_000).step_by(2).rev() {
        pair.insert(number, number);
        pair.insert(number + 1, number);
    }
    pair.check();
    let leaves = pair.tree.leaves();
    assert!(leaves <= 10_000 / 16, "{leaves} leaves for 10063 items");
}

#[test]
fn rising_keys_leave_full_leaves_behind() {
    let mut pair = Pair::new(Padded);
    (0..10_000).for_each(|number| pair.insert(number, number));
    pair.check();
    let leaves = pair.tree.leaves();
    assert!(leaves <= 10_000 / 31 + 1, "{leaves} leaves for 10000 items");
}
