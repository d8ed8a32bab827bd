//! The end of a journal.

use forebay_journal::Frame;
use forebay_journal::disk::simulated::{Call, Fault};
use forebay_store::{Durability, ErrorKind};

use super::{Bench, put};

/// E5: a close that could not write said that all was well.
#[test]
fn a_close_that_cannot_sync_says_so() {
    for call in [Call::Write, Call::Sync] {
        let bench = Bench::new();
        let journal = bench.open();
        journal.append(&Frame::of(b"not yet synced").unwrap()).unwrap();
        bench.disk.fail_from(call, 1, Fault::Full);
        assert_eq!(journal.close().unwrap_err().kind(), ErrorKind::Unknown, "{call:?}");
        drop(journal);
        bench.disk.heal();
        bench.disk.power_cut();
        assert!(!bench.reopen().2.was_clean, "{call:?}");
    }
}

/// E5b: what was written after the close was accepted and never stored.
#[test]
fn a_closed_journal_takes_nothing_and_has_everything() {
    let bench = Bench::new();
    let journal = bench.open();
    let other = journal.clone();
    let number = journal.append(&Frame::of(b"the last").unwrap()).unwrap();
    journal.close().unwrap();
    let late = Frame::of(b"too late").unwrap();
    for handle in [&journal, &other] {
        assert_eq!(handle.append(&late).unwrap_err().kind(), ErrorKind::Closed);
        assert_eq!(handle.make_room(late.length()).unwrap_err().kind(), ErrorKind::Closed);
        handle.wait(number, Durability::Synced).unwrap();
    }
    drop((journal, other));
    assert_eq!(bench.after_a_power_cut().last().unwrap(), b"the last");
}

/// E6: a close could take as long as the interval between two syncs.
#[test]
fn a_close_waits_for_no_timer() {
    let bench = Bench::new();
    let journal = bench.open();
    journal.append(&Frame::of(b"one").unwrap()).unwrap();
    let before = bench.clock.next_due();
    assert!(before.is_some(), "there is a timer, and time stands still");
    journal.close().unwrap();
    assert_eq!(bench.clock.next_due(), before);
    assert_eq!(journal.position().synced, 2);
}

/// E47: pending writes, and the error of their sync, went with the settings they were written under.
#[test]
fn a_handle_that_is_dropped_takes_nothing_with_it() {
    let bench = Bench::new();
    let journal = bench.open();
    let other = journal.clone();
    let number = other.append(&Frame::of(b"by another handle").unwrap()).unwrap();
    let pending = other.when(number, Durability::Journaled);
    drop(other);
    pending.wait().unwrap();
    bench.clock.advance(bench.settings().sync_after);
    assert_eq!(journal.position().synced, number);
    put(&journal, b"more", Durability::Synced);
    drop(journal);
    assert_eq!(bench.after_a_power_cut().len(), 3);
}
