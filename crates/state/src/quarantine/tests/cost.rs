//! What it costs to find, add and remove one value.

use super::form::held;
use crate::catalog::TableId;
use crate::quarantine::{Cause, Quarantine};

fn filled(count: u32) -> Quarantine {
    let mut quarantine = Quarantine::new(u64::MAX);
    for number in 0..count {
        let held = held(Cause::UnknownTable);
        quarantine.keep(TableId(1), &number.to_be_bytes(), held).expect("there is room");
    }
    quarantine
}

/// How many nodes are copied to remove one value, and to put it in again, while a view is held.
fn copied(quarantine: &Quarantine, number: u32) -> (usize, usize) {
    let mut without = quarantine.clone();
    assert!(without.release(TableId(1), &number.to_be_bytes()));
    let mut again = without.clone();
    let held = held(Cause::UnknownTable);
    again.keep(TableId(1), &number.to_be_bytes(), held).expect("there is room");
    assert_eq!((again.len(), again.bytes()), (quarantine.len(), quarantine.bytes()));
    (without.copied_from(quarantine), again.copied_from(&without))
}

#[test]
fn its_cost_does_not_grow_with_its_size() {
    for count in [1_000, 100_000] {
        let quarantine = filled(count);
        for number in (0..count).step_by(997) {
            let (removed, added) = copied(&quarantine, number);
            // A path, and the neighbours that its nodes join.
            assert!(removed <= 12 && added <= 12, "of {count}: {removed} and {added} nodes");
        }
    }
}
