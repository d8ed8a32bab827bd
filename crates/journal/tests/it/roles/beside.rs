//! Reading beside an owner who goes on: what the reader cannot keep up with is not damage.

use std::sync::atomic::{AtomicBool, Ordering};

use forebay_journal::{Journal, read};
use forebay_store::{Durability, ErrorKind};

use super::{Bench, append, put_long};

/// Reads while the owner does something after the first record. All may be well, or the reader may
/// be told to come again.
fn read_while(bench: &Bench, owner: impl Fn()) {
    let is_first = AtomicBool::new(true);
    let found = read(bench.disk.directory("a"), |_, _| {
        if is_first.swap(false, Ordering::SeqCst) {
            owner();
        }
        Ok(())
    });
    assert!(!is_first.into_inner(), "there was a record to read");
    if let Err(error) = found {
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    }
}

/// Appends records that are each synced by themselves.
fn put_short(journal: &Journal, count: u8) {
    for byte in 0..count {
        let number = append(journal, &[byte]);
        journal.wait(number, Durability::Synced).unwrap();
    }
}

#[test]
fn a_journal_that_grows_while_it_is_read_is_not_damaged() {
    let bench = Bench::new(1);
    let journal = bench.open_with(bench.settings());
    put_short(&journal, 2);
    read_while(&bench, || put_short(&journal, 4));
}

#[test]
fn a_journal_whose_records_are_retired_while_it_is_read_is_not_damaged() {
    let bench = Bench::new(1);
    let journal = bench.open_with(bench.settings());
    for byte in 0..8 {
        put_long(&journal, byte);
    }
    read_while(&bench, || journal.retire(9).unwrap());
}
