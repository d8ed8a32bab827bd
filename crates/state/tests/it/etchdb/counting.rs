//! What the report counts.

use forebay_state::State;

use super::fixture::{all_expected, folder, shop, shop_lines};

#[test]
fn the_report_counts_what_was_in_which_file() {
    let state = State::memory();
    let report = shop(&folder("etchdb-0.6.1/shop-compacted")).unwrap().run(&state).unwrap();
    assert_eq!(shop_lines(&state), all_expected("etchdb-0.6.1/shop-compacted"));
    let snapshot = report.snapshot.clone().unwrap();
    assert_eq!((snapshot.format, snapshot.entries), (3, 4));
    assert_ne!(snapshot.fingerprint, 0);
    let logs: Vec<_> = report
        .logs
        .iter()
        .map(|log| (log.file, log.format, log.transactions, log.operations))
        .collect();
    assert_eq!(logs, [("wal.prev", 4, 4, 6), ("wal.bin", 4, 1, 1)]);
    let users = &report.collections[&0];
    assert_eq!((users.puts, users.deletes, users.entries), (5, 1, 2));
    assert_eq!(users.versions, [(1, 5)].into());
    assert!(!report.has_loss() && !report.has_damage() && report.notes.is_empty());
    assert!(report.to_string().contains("collection 0: 5 puts, 1 deletes, 2 entries"), "{report}");
}

#[test]
fn a_check_counts_the_same_and_writes_nothing() {
    let mut import = shop(&folder("etchdb-0.6.1/shop")).unwrap();
    let mut checked = import.check().unwrap();
    let state = State::memory();
    let report = import.run(&state).unwrap();
    for (number, counts) in &mut checked.collections {
        assert_eq!(counts.entries, 0);
        counts.entries = report.collections[number].entries;
    }
    assert_eq!(checked, report);
}

#[test]
fn a_snapshot_that_was_put_aside_is_told() {
    let mut folder = folder("etchdb-0.6.1/shop");
    assert!(!shop(&folder).unwrap().check().unwrap().has_backup);
    folder.0.insert("snapshot.backup".into(), Vec::new().into());
    assert!(shop(&folder).unwrap().check().unwrap().has_backup);
}
