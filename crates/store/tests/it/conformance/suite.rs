//! The suite itself: it reports, it does not panic, it does not hang.

use std::sync::Arc;
use std::time::Duration;

use forebay_store::conformance::{Suite, Verdict};
use forebay_store::fault::Held;
use forebay_store::{IntoStore, MemoryStore, Seams};

#[test]
fn a_store_that_never_answers_is_a_failure_not_a_hang() {
    let held = || Held::new(MemoryStore::new().into_store(&Seams::real()));
    let report = Suite::new(move || held()).patience(Duration::from_millis(1)).run();
    let first = report.failures().next().expect("something fails");
    assert_eq!(first.name, "every_call_is_answered");
    assert_eq!(first.verdict, Verdict::Failed("a load was not answered within 1ms".into()));
}

#[test]
fn a_panic_where_the_store_is_made_is_a_failure_of_each_check() {
    let report = Suite::new(|| panic!("no store today")).run();
    assert_eq!(report.failures().count(), report.checks.len());
}

#[test]
fn every_check_has_a_name_of_its_own_and_stands_in_the_table() {
    let report = Suite::new(|| MemoryStore::new().into_store(&Seams::real())).run();
    let table = report.to_string();
    let mut names: Vec<_> = report.checks.iter().map(|check| check.name).collect();
    assert!(names.iter().all(|name| table.contains(&format!("  {name}"))), "{table}");
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), report.checks.len());
    assert!(Arc::new(report).checks.len() > 30);
}
