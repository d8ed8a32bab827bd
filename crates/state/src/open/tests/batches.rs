//! Batches are bounded, whatever is in them.

use std::sync::Arc;

use super::numbers::{Later, Numbers, puts, revision};
use crate::catalog::TableId;
use crate::open::batch::Batch;
use crate::open::batches::Batches;
use crate::tables::Tables;

#[test]
fn a_batch_is_full_with_so_many_transactions_even_if_they_say_nothing() {
    let spawn = Arc::new(Later::default());
    let mut batches = Batches::new(&Numbers::empty(1), spawn).unwrap();
    let most = Batches::<Numbers>::MEMBERS_MAX;
    for number in 0..2 * most as u64 + 5 {
        batches.push((number, revision(number)), b"", &Arc::default());
    }
    let members = |batch: Option<(Batch, _)>| batch.map(|(batch, _)| batch.members());
    assert_eq!(members(batches.next()), Some(most));
    assert_eq!(members(batches.next()), Some(most));
    assert_eq!(members(batches.next()), None, "the others are gathered still");
    batches.close();
    assert_eq!(members(batches.next()), Some(5));
}

#[test]
fn short_changes_are_sorted_in_pieces_and_the_last_of_a_key_counts() {
    let mut batch = Batch::new(Arc::default(), Vec::new());
    let changes = Batch::CHANGES_MAX as u64 + 1500;
    for (number, at) in (0..).zip((0..changes).step_by(500)) {
        let entries = (0..500_u32).map(|step| at + u64::from(step)).map(|at| (at % 1000, at));
        batch.push(number, revision(number), &puts(entries));
    }
    let mut tables = Numbers::empty(1);
    let mut decoded = batch.decode(&mut tables).expect("all is simple");
    assert!(decoded.changes >= changes);
    let runs: Vec<_> = decoded.runs::<u64, u64>(TableId(1)).collect();
    assert_eq!(runs.len(), 2, "they were not sorted all at once");
    for run in runs {
        tables.numbers.run(run);
    }
    let last = decoded.changes - 1000..decoded.changes;
    assert!(tables.numbers.iter().all(|(key, value)| value % 1000 == *key && last.contains(value)));
    assert_eq!(tables.numbers.len(), 1000);
}
