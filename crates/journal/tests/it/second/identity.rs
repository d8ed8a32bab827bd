//! Which directory belongs to which journal, and when one may be left out.

use std::sync::Arc;

use forebay_journal::disk::simulated::{Call, Ending, Fault, SimulatedDisk};
use forebay_journal::disk::{Directories, RealDirectory};
use forebay_journal::{Frame, Journal, Settings, read};
use forebay_store::{Durability, Error, ErrorKind, Result};

use super::{begun, fail, mend, put, put_long, segments_in_second};
use crate::crash::history::prove;
use crate::crash::rig::Rig;

/// What opening the journal in these directories comes to.
fn open(rig: &Rig, directories: impl Into<Directories>) -> Result<u64> {
    let opened = Journal::open(directories, rig.settings(), |_, _| Ok(()));
    opened.map(|(journal, _)| journal.position().appended)
}

/// Opening, reading and looking for a process all say no, and change nothing but the locks.
fn refused(rig: &Rig, directories: &Directories) -> Error {
    let changes = || rig.disks().map(SimulatedDisk::changes).sum::<u64>();
    let before = changes();
    let locks = u64::from(directories.second().is_some()) + 1;
    let error = open(rig, directories.clone()).unwrap_err();
    assert!(changes() - before <= locks, "{}: more than locks was asked for", rig.place);
    assert_eq!(error.kind(), ErrorKind::Invalid, "{}: {error}", rig.place);
    let read = read(directories.clone(), |_, _| Ok(())).unwrap_err();
    assert_eq!(read.kind(), ErrorKind::Invalid, "{}: {read}", rig.place);
    error
}

/// A journal that has gone over to its second disk, at rest; the first is well again.
fn gone_over(seed: u64) -> Rig {
    let mut rig = begun(seed);
    fail(&mut rig, (Call::Write, Fault::Error));
    put_long(&mut rig, 5);
    rig.disk.heal();
    rig.is_faulty = false;
    rig
}

#[test]
fn a_journal_is_not_opened_without_the_second_directory_after_a_kill() {
    for seed in 0..6 {
        let mut rig = if seed % 2 == 0 { begun(seed) } else { gone_over(seed) };
        rig.end(if seed % 3 == 0 { Ending::Kill } else { Ending::PowerCut });
        let alone = Directories::from(rig.disk.directory("a"));
        let error = refused(&rig, &alone);
        assert!(error.to_string().contains("goes on in a second directory"), "{error}");
        rig.open().unwrap();
        prove(&mut rig);
    }
}

#[test]
fn an_empty_directory_is_not_taken_for_the_second_one() {
    for seed in 0..4 {
        let mut rig = gone_over(seed);
        rig.end(Ending::Kill);
        let empty = SimulatedDisk::new(seed).directory("b");
        refused(&rig, &Directories::from(rig.disk.directory("a")).with_second(empty));
        rig.open().unwrap();
        prove(&mut rig);
    }
}

#[test]
fn after_a_close_in_order_with_nothing_there_the_second_may_be_left_out_and_come_back() {
    for seed in 0..6 {
        let mut rig = begun(seed);
        rig.close().unwrap();
        let second = rig.second.take();
        rig.open().unwrap();
        put_long(&mut rig, 3);
        rig.end(Ending::PowerCut);
        rig.open().unwrap();
        put_long(&mut rig, 3);
        // Its identity is older than that of the first, and is not taken for the newest.
        rig.second = second;
        rig.end(Ending::Kill);
        rig.open().unwrap();
        fail(&mut rig, (Call::Sync, Fault::Error));
        put_long(&mut rig, 3);
        rig.end(Ending::PowerCut);
        mend(&mut rig);
        prove_opened(&mut rig);
    }
}

fn prove_opened(rig: &mut Rig) {
    rig.open().unwrap();
    prove(rig);
}

#[test]
fn after_a_close_the_second_is_needed_as_long_as_a_segment_is_there() {
    for seed in 0..4 {
        let mut rig = gone_over(seed);
        rig.close().unwrap();
        refused(&rig, &rig.disk.directory("a").into());
        rig.open().unwrap();
        assert!(segments_in_second(&rig) > 0);
        mend(&mut rig);
        put_long(&mut rig, 8);
        let last = rig.model.last();
        rig.retire(last).unwrap();
        assert_eq!(segments_in_second(&rig), 0, "{}", rig.place);
        rig.close().unwrap();
        rig.second = None;
        prove_opened(&mut rig);
    }
}

#[test]
fn a_close_that_the_first_does_not_take_leaves_the_second_needed() {
    for seed in 0..6 {
        let mut rig = begun(seed);
        fail(&mut rig, (Call::Write, Fault::Error));
        rig.close().unwrap();
        rig.disk.heal();
        refused(&rig, &rig.disk.directory("a").into());
        rig.is_faulty = false;
        assert!(rig.open().unwrap().was_clean, "{}", rig.place);
        prove(&mut rig);
    }
}

#[test]
fn an_opening_that_the_first_does_not_take_puts_nothing_into_a_second_that_is_not_bound() {
    for (seed, call) in (0..6).flat_map(|seed| [(seed, Call::Write), (seed, Call::Create)]) {
        let mut rig = begun(seed);
        rig.close().unwrap();
        let second = rig.second.clone().unwrap();
        let before = second.read_live("b", "journal").unwrap();
        fail(&mut rig, (call, Fault::Error));
        assert_eq!(rig.open().unwrap_err().kind(), ErrorKind::Unavailable, "{}", rig.place);
        assert!(second.read_live("b", "journal").unwrap() == before, "{}", rig.place);
        rig.disk.heal();
        rig.is_faulty = false;
        prove_opened(&mut rig);
    }
}

#[test]
fn the_second_of_another_journal_or_of_another_time_is_refused() {
    let mut rig = gone_over(1);
    rig.end(Ending::Kill);
    let mut other = gone_over(2);
    other.end(Ending::Kill);
    let first = || Directories::from(rig.disk.directory("a"));
    let theirs = other.second.clone().unwrap();
    let error = refused(&rig, &first().with_second(theirs.directory("b")));
    assert!(error.to_string().contains("another journal"), "{error}");
    // The same journal, and a directory that it was bound to before it was bound to this one.
    let mut rig = begun(3);
    rig.close().unwrap();
    let before = rig.second.replace(SimulatedDisk::new(99)).unwrap();
    rig.open().unwrap();
    put(&mut rig, 10);
    rig.end(Ending::Kill);
    let first = Directories::from(rig.disk.directory("a"));
    let error = refused(&rig, &first.with_second(before.directory("b")));
    assert!(error.to_string().contains("is not the one"), "{error}");
    prove_opened(&mut rig);
}

#[test]
fn a_second_directory_is_no_journal_by_itself_and_no_first_one() {
    let mut rig = gone_over(1);
    rig.end(Ending::Kill);
    let (first, second) = (rig.disk.clone(), rig.second.clone().unwrap());
    let error = refused(&rig, &second.directory("b").into());
    assert!(error.to_string().contains("is the second directory of a journal"), "{error}");
    refused(&rig, &Directories::from(second.directory("b")).with_second(first.directory("a")));
    // And nothing of it is taken for another journal's.
    let empty = SimulatedDisk::new(7).directory("a");
    refused(&rig, &Directories::from(empty).with_second(second.directory("b")));
    let copy = first.copy();
    copy.kill();
    refused(&rig, &Directories::from(first.directory("a")).with_second(copy.directory("a")));
    prove_opened(&mut rig);
    // Nor is a copy of the first one bound.
    let mut rig = begun(2);
    rig.close().unwrap();
    let copy = rig.disk.copy();
    copy.kill();
    let first = Directories::from(rig.disk.directory("a"));
    refused(&rig, &first.with_second(copy.directory("a")));
}

#[test]
fn the_lock_of_the_second_directory_is_the_owners_too() {
    let mut rig = begun(1);
    let second = rig.second.clone().unwrap();
    let held = second.directory("b").lock("LOCK").unwrap_err();
    assert!(held.to_string().contains("owned by this process"), "{held}");
    rig.close().unwrap();
    let lock = second.directory("b").lock("LOCK").unwrap();
    let error = open(&rig, rig.directories()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("owned by this process"), "{error}");
    drop(lock);
    // The first was given back.
    prove_opened(&mut rig);
}

#[test]
fn one_real_directory_given_twice_is_refused_and_two_are_gone_on_with() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let real = |place: &tempfile::TempDir| Arc::new(RealDirectory::open(place.path()).unwrap());
    let settings =
        || Settings { segment_bytes: 64 << 10, bytes_max: 1 << 20, ..Settings::default() };
    let twice = Directories::from(real(&first)).with_second(real(&first));
    let error = Journal::open(twice, settings(), |_, _| Ok(())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    for due in 1..=3 {
        let both = Directories::from(real(&first)).with_second(real(&second));
        let (journal, _) = Journal::open(both, settings(), |_, _| Ok(())).unwrap();
        let number = journal.append(&Frame::of(b"a").unwrap()).unwrap();
        journal.wait(number, Durability::Synced).unwrap();
        assert_eq!(number, due);
        journal.close().unwrap();
    }
}
