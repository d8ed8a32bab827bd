//! Writes and syncs that fail, and what comes after them.

use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_journal::Frame;
use forebay_journal::disk::simulated::{Call, Fault};
use forebay_store::{Durability, ErrorKind};

use super::{Bench, put};

/// E3: the disk is full in the middle of a long record; what is acknowledged later was lost.
#[test]
fn what_comes_after_a_write_that_was_taken_in_part_is_there() {
    for fault in [Fault::Full, Fault::Error, Fault::Short] {
        let bench = Bench::new();
        let journal = bench.open();
        bench.disk.fail(Call::Write, 1, fault);
        let long = journal.append(&Frame::of(&vec![7; 30_000]).unwrap()).unwrap();
        assert!(journal.wait(long, Durability::Journaled).is_ok(), "{fault:?}");
        let later: Vec<_> =
            (0..50_u8).map(|each| put(&journal, &[each], Durability::Synced)).collect();
        drop(journal);
        let found = bench.after_a_power_cut();
        assert_eq!(found.len() as u64, later[49], "{fault:?}");
        assert_eq!((found[1].len(), found[51].as_slice()), (30_000, &[49][..]), "{fault:?}");
    }
}

/// E3c: a batch that is tried again was put behind the torn one.
#[test]
fn a_batch_that_fails_in_the_background_is_whole_at_its_second_attempt() {
    for call in [Call::Write, Call::Sync] {
        let bench = Bench::with_segments_of(1 << 20);
        let journal = bench.open();
        bench.disk.fail(call, 1, Fault::Full);
        for each in 0..20_u8 {
            journal.append(&Frame::of(&[each; 900]).unwrap()).unwrap();
        }
        let last = journal.position().appended;
        bench.clock.advance(bench.settings().sync_after);
        assert_eq!(journal.position().synced, last, "{call:?}: the timer has synced it");
        put(&journal, b"later", Durability::Synced);
        drop(journal);
        assert_eq!(bench.after_a_power_cut().len() as u64, last + 1, "{call:?}");
    }
}

/// E4: a write that was answered with an error is durable with the next one.
#[test]
fn after_a_write_whose_outcome_is_unknown_nothing_more_is_acknowledged() {
    let bench = Bench::new();
    let journal = bench.open();
    bench.disk.fail_from(Call::Sync, 1, Fault::Error);
    let number = journal.append(&Frame::of(b"balance 0").unwrap()).unwrap();
    let error = journal.wait(number, Durability::Synced).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unknown, "it does not say that it did not happen: {error}");
    bench.disk.heal();
    let error = journal.append(&Frame::of(b"balance 1").unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    drop(journal);
    let found = bench.after_a_power_cut();
    assert!(found.len() <= 2 && found[0] == b"the first", "{found:?}");
}

/// E11: when what nobody waits for cannot be done, every write was an error.
#[test]
fn a_retirement_that_fails_harms_no_write_and_is_made_good() {
    for call in [Call::Write, Call::Rename, Call::Remove, Call::SyncDirectory] {
        let bench = Bench::new();
        let journal = bench.open();
        let mut last = 0;
        for _ in 0..12 {
            journal.make_room(30_100).unwrap();
            last = put(&journal, &vec![1; 30_000], Durability::Synced);
        }
        bench.disk.fail_from(call, 1, Fault::Error);
        // Depending on what fails, it may be able to do without.
        let _ = journal.retire(last);
        bench.disk.heal();
        let number = put(&journal, b"later", Durability::Synced);
        journal.retire(number).unwrap();
        drop(journal);
        bench.disk.power_cut();
        let (_, found, recovery) = bench.reopen();
        assert_eq!(found.last().unwrap(), b"later", "{call:?}");
        assert!(recovery.segments <= 4, "{call:?}: {recovery:?}");
    }
}

/// E22: a panic in the thread that writes is told to nobody.
#[test]
fn a_disk_that_panics_is_told_to_everybody() {
    for panicking in [Call::Write, Call::Sync] {
        let bench = Bench::new();
        let journal = bench.open();
        let number = journal.append(&Frame::of(b"one").unwrap()).unwrap();
        bench.disk.on_call(Box::new(move |call| assert!(call != panicking, "the disk panics")));
        let wait = || journal.wait(number, Durability::Synced);
        assert!(catch_unwind(AssertUnwindSafe(wait)).is_err(), "it reaches who was writing");
        bench.disk.off_call();
        assert_eq!(wait().unwrap_err().kind(), ErrorKind::Unknown, "{panicking:?}");
        let other = journal.when(number, Durability::Synced).wait();
        assert_eq!(other.unwrap_err().kind(), ErrorKind::Unknown, "{panicking:?}");
        let refused = journal.append(&Frame::of(b"two").unwrap()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Unavailable, "{panicking:?}");
        assert!(journal.close().is_err(), "{panicking:?}");
        drop(journal);
        assert_eq!(bench.after_a_power_cut()[0], b"the first");
    }
}
