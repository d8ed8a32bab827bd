//! Rows of items that go in at once.

use super::subject::{Coarse, Kind, Numbers, Padded, Pair, Ragged};

/// Below, within, above and between what is there, as much as fills nodes of every level.
fn a_row_into<O: Kind>(kind: O, there: u32, first: u32, count: u32, stride: usize) {
    let mut pair = Pair::built(kind, (0..there).map(|number| number * 2));
    let before = pair.clone();
    pair.insert_row((first..first + count).step_by(stride), 7);
    pair.check();
    before.check();
}

#[test]
fn a_row_goes_in_wherever_it_belongs() {
    for there in [0, 1, 28, 1000, 20_000] {
        for (first, count, stride) in
            [(0, 0, 1), (0, 1, 1), (0, 2, 1), (7, 40, 3), (0, 3000, 1), (1, 90_000, 2)]
        {
            a_row_into(Padded, there, first, count, stride);
            a_row_into(Ragged, there, first, count, stride);
            a_row_into(Numbers, there, first, count, stride);
            a_row_into(Coarse, there, first, count, stride);
        }
    }
}

#[test]
fn rows_that_rise_leave_full_leaves_behind() {
    let mut pair = Pair::new(Padded);
    (0..100).for_each(|row| pair.insert_row(row * 100..(row + 1) * 100, row));
    pair.check();
    let leaves = pair.tree.leaves();
    assert!(leaves <= 10_000 / 31 + 4, "{leaves} leaves for 10000 items");
}

#[test]
fn short_rows_that_fall_leave_no_narrow_leaves_behind() {
    let mut pair = Pair::new(Padded);
    (0..63).for_each(|number| pair.insert(number, number));
    for first in (1_000_000..1_010_000).step_by(2).rev() {
        pair.insert_row(first..first + 2, first);
    }
    pair.check();
    let leaves = pair.tree.leaves();
    assert!(leaves <= 10_000 / 16, "{leaves} leaves for 10063 items");
}
