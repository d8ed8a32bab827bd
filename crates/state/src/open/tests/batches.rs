//! Batches are bounded, whatever is in them.

use std::sync::Arc;

use forebay_state_derive::State;

use super::numbers::{Later, Numbers, puts, puts_by, revision};
use crate::catalog::TableId;
use crate::open::batch::Batch;
use crate::open::batches::Batches;
use crate::table::Table;
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
fn batches_grow_with_what_came_before_and_the_line_has_so_many_bytes() {
    const MIB: usize = 1 << 20;
    let mut batches = Batches::new(&Numbers::empty(1), Arc::new(Later::default())).unwrap();
    // No transaction begins like this, so that nothing is made of them.
    let body = vec![0xff; MIB];
    let mut taken = Vec::new();
    let mut waiting = 0;
    for number in 0..400 {
        batches.push((number, revision(number)), &body, &Arc::default());
        waiting += MIB;
        while batches.is_long() {
            let (batch, _) = batches.next().expect("the line is long");
            waiting -= batch.length();
            taken.push(batch.length() / MIB);
            batches.give_back(batch);
        }
        assert!(waiting < (64 + 16) * MIB, "after {number} MiB with one that is gathered");
    }
    assert!(taken.is_sorted(), "{taken:?}");
    assert_eq!((taken.first(), taken.last()), (Some(&4), Some(&16)));
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

#[derive(State, Clone)]
#[state(crate = crate)]
struct Texts {
    #[table(id = 1)]
    texts: Table<String, u64>,
}

#[test]
fn texts_that_begin_alike_are_sorted_by_what_follows() {
    let ends = ["", "\0", "2", "1", "12", "2", "", "1", "\u{ff}"];
    let texts = ends.iter().map(|end| format!("all of them begin alike{end}"));
    let texts: Vec<String> = texts.chain([String::new(), "all of".to_owned()]).collect();
    let mut batch = Batch::new(Arc::default(), Vec::new());
    for (number, text) in (0..).zip(&texts) {
        batch.push(number, revision(number), &puts_by([(text.clone(), number)].into_iter()));
    }
    let mut tables = Texts::empty(1);
    let mut decoded = batch.decode(&mut tables).expect("all is simple, and in order");
    decoded.runs(TableId(1)).for_each(|run| tables.texts.run(run));
    let last = (0..).zip(&texts).map(|(number, text)| (text, number)).collect();
    let last: std::collections::BTreeMap<&String, u64> = last;
    assert!(tables.texts.iter().map(|(text, number)| (text, *number)).eq(last));
}
