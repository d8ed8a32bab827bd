//! In which order files count, and what a log of before the snapshot may not do.

use forebay_state::State;
use forebay_state::etchdb::Cause;

use super::fixture::{all_expected, folder, shop, shop_lines};

const DIRECTORY: &str = "etchdb-0.6.1/shop-compacted";

#[test]
fn a_torn_log_of_before_the_snapshot_takes_no_key_back() {
    let mut folder = folder(DIRECTORY);
    // A crash while etchdb copied it: only the first transactions are there, `ann` is 7 again.
    folder.bytes("wal.prev").truncate(100);
    let state = State::memory();
    let report = shop(&folder).unwrap().run(&state).unwrap();
    assert!(report.logs[0].is_left_out && report.logs[0].torn > 0);
    assert!(!report.has_loss());
    assert_eq!(shop_lines(&state), all_expected(DIRECTORY));
}

#[test]
fn a_damaged_log_of_before_the_snapshot_takes_no_key_back_and_is_told() {
    let mut folder = folder(DIRECTORY);
    folder.bytes("wal.prev")[100] ^= 1;
    let state = State::memory();
    let report = shop(&folder).unwrap().keep_what_is_good().run(&state).unwrap();
    assert!(report.logs[0].is_left_out);
    assert_eq!(report.causes, [(Cause::Transaction, 1)].into());
    assert_eq!(shop_lines(&state), all_expected(DIRECTORY));
}

#[test]
fn without_its_snapshot_what_is_good_of_the_log_before_counts() {
    let mut folder = folder(DIRECTORY);
    folder.bytes("snapshot.postcard")[0] ^= 1;
    let state = State::memory();
    let report = shop(&folder).unwrap().keep_what_is_good().run(&state).unwrap();
    assert_eq!(report.causes, [(Cause::Snapshot, 1)].into());
    assert!(!report.logs[0].is_left_out);
    assert_eq!(shop_lines(&state), all_expected(DIRECTORY));
}

#[test]
fn the_snapshot_counts_less_than_the_logs() {
    let mut folder = folder(DIRECTORY);
    folder.0.remove("wal.prev");
    folder.0.remove("wal.bin");
    let state = State::memory();
    shop(&folder).unwrap().run(&state).unwrap();
    // What the last log alone has said.
    let mut expected = all_expected(DIRECTORY);
    expected.retain(|line| !line.starts_with("1 1 "));
    let mut found = shop_lines(&state);
    found.retain(|line| line != "1 1 => \"tea\"");
    assert_eq!(found, expected);
    assert_eq!(shop_lines(&state).len(), found.len() + 1);
}
