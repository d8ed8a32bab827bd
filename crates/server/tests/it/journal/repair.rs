//! `forebay journal repair`.
#![expect(clippy::disallowed_methods, reason = "the tests put files in the way")]

use std::fs;

use super::rig::{Rig, append, contents, from_json, record};
use forebay::Durability;

fn records(numbers: impl IntoIterator<Item = u64>) -> Vec<(u64, String)> {
    numbers.into_iter().map(|number| (number, record(number))).collect()
}

#[test]
fn a_copy_of_a_good_journal_has_everything() {
    let rig = Rig::good(4000);
    let answer = rig.repair(&[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(!answer.out.contains("left out"), "{answer:?}");
    assert_eq!(rig.open_copy(), records(1..=4000));
}

#[test]
fn a_torn_tail_is_left_out_and_told() {
    let rig = Rig::torn();
    let answer = rig.repair(&[]);
    assert_eq!(answer.code, Some(0), "{answer:?}");
    let told = "left out: 3 frames with records from 6 to 8, 1 unreadable";
    assert!(answer.out.contains(told), "{answer:?}");
    assert_eq!(rig.open_copy(), records(1..=5));
}

#[test]
fn what_is_before_the_damage_is_copied() {
    let rig = Rig::damaged();
    let answer = rig.repair(&["--json"]);
    assert_eq!(answer.code, Some(1), "{answer:?}");
    let expression =
        "d[0]['verified']['last'], d[0]['left_out']['first'], d[0]['left_out']['last']";
    assert_eq!(from_json(&answer.out, expression), "(6, 7, 10)");
    assert_eq!(rig.open_copy(), records(1..=6));
}

#[test]
fn what_is_before_a_missing_segment_is_copied() {
    let rig = Rig::good(4000);
    rig.remove("0000000000000003.seg");
    assert_eq!(rig.repair(&[]).code, Some(1));
    let copied = rig.open_copy();
    assert!(copied.len() > 1000 && copied.len() < 4000, "{}", copied.len());
    assert_eq!(copied, records(1..=copied.len() as u64));
}

#[test]
fn numbers_stay_when_the_first_records_are_gone() {
    let (rig, journal) = Rig::owned(4000);
    journal.retire(3500).expect("retired");
    append(&journal, 4001..=4010);
    journal.wait(4010, Durability::Synced).expect("synced");
    journal.close().expect("closed");
    drop(journal);
    let rig = rig.settle();
    assert_eq!(rig.repair(&[]).code, Some(0));
    let copied = rig.open_copy();
    let first = copied[0].0;
    assert!(first > 1 && first <= 3500, "{first}");
    assert_eq!(copied, records(first..=4010));
}

#[test]
fn nothing_is_put_where_something_is() {
    let rig = Rig::good(3);
    fs::create_dir(rig.copy()).expect("a folder");
    fs::write(rig.copy().join("mine"), "mine").expect("a file");
    let answer = rig.repair(&[]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert!(answer.err.contains("is not empty"), "{answer:?}");
    assert_eq!(contents(&rig.copy()).into_keys().collect::<Vec<_>>(), ["mine"]);
}

#[test]
fn an_empty_directory_is_taken() {
    let rig = Rig::good(3);
    fs::create_dir(rig.copy()).expect("a folder");
    assert_eq!(rig.repair(&[]).code, Some(0));
    assert_eq!(rig.open_copy(), records(1..=3));
}

#[test]
fn without_an_identity_no_copy_is_made() {
    let rig = Rig::good(3);
    rig.remove("journal");
    let answer = rig.repair(&[]);
    assert_eq!(answer.code, Some(2), "{answer:?}");
    assert!(!rig.copy().exists() && !rig.copy().with_extension("unfinished").exists());
}
