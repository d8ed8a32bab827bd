//! Copies of a running state: one moment of it, in a directory or a stream, and nobody waits.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_state::copy::{Copying, restore_from};
use forebay_state::{Home, State, Verdict, inspect, verify};
use forebay_store::{Durability, Error, ErrorKind};

use super::edits::Edit;
use super::ledger::{Account, Ledger};
use super::model::Content;
use super::rig::Rig;
use super::snapshots::write;

pub(super) const BACKUP: &str = "backup";

/// A state with a snapshot and something after it.
pub(super) fn running() -> Rig {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    (0..40).for_each(|id| write(&mut rig, id % 9));
    rig.snapshot().unwrap();
    rig.write(Durability::Synced, &[Edit::Open(11, 5)]).unwrap();
    rig
}

pub(super) fn at(disk: &SimulatedDisk, name: &str) -> Home {
    Home::simulated(disk.clone(), name)
}

pub(super) fn now(rig: &Rig) -> Content {
    Content::of(&rig.state().read())
}

/// What is left of a copy that came to nothing. The file of a lock may stay.
fn left(disk: &SimulatedDisk) -> Vec<String> {
    let names = disk.files("backup.unfinished").into_iter();
    names.filter(|name| name != "LOCK").collect()
}

/// What is in a copy, once it is opened.
pub(super) fn opened(home: Home) -> Content {
    Content::of(&State::<Ledger>::open(home).unwrap().read())
}

#[test]
fn a_checkpoint_stops_no_writer_and_has_none_of_what_comes_later() {
    let rig = running();
    let (before, revision) = (now(&rig), rig.state().revision());
    let (target, writes) = (SimulatedDisk::new(1), Arc::new(AtomicU64::new(0)));
    let (state, count) = (rig.state().clone(), Arc::clone(&writes));
    // At each of its calls, on the thread that makes it, somebody writes and waits for the device.
    target.on_call(Box::new(move |_| {
        let number = u32::try_from(count.fetch_add(1, Ordering::Relaxed)).unwrap();
        let account = Account { owner: "late".into(), balance: 1 };
        state.write_at(Durability::Synced, |tx| tx.accounts.put(1000 + number, account)).unwrap();
    }));
    let report = rig.state().checkpoint(at(&target, BACKUP)).wait().unwrap();
    target.off_call();
    assert_eq!(report.revision, revision);
    let written = writes.load(Ordering::Relaxed);
    assert!(written > 10, "{written}");
    assert_eq!(rig.state().read().accounts.len() as u64, before.accounts.len() as u64 + written);
    assert_eq!(
        opened(at(&target, BACKUP)),
        before,
        "it is of the moment at which it was asked for"
    );
}

#[test]
fn a_checkpoint_is_whole_before_it_has_its_name() {
    let rig = running();
    let disk = &rig.disk;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (note, looking) = (Arc::clone(&seen), disk.clone());
    disk.on_call(Box::new(move |call| {
        // The names change under no lock of the disk.
        note.lock().unwrap().push((call, looking.files(BACKUP)));
    }));
    rig.state().checkpoint(at(disk, BACKUP)).wait().unwrap();
    disk.off_call();
    let seen = seen.lock().unwrap();
    let renamed = seen.iter().rposition(|(call, _)| *call == Call::Rename).unwrap();
    assert!(seen[..=renamed].iter().all(|(_, names)| names.is_empty()));
    // It was read after it was written and synced, and before it says that it is a state.
    let synced = seen.iter().position(|(call, _)| *call == Call::Sync).unwrap();
    let identity = seen.iter().rposition(|(call, _)| *call == Call::Create).unwrap();
    let read = seen.iter().position(|(call, _)| *call == Call::Read).unwrap();
    assert!(synced < read && read < identity, "{seen:?}");
    assert!(left(disk).is_empty());
}

#[test]
fn a_checkpoint_is_a_state_of_its_own() {
    let mut rig = running();
    let disk = rig.disk.clone();
    let report = rig.state().checkpoint(at(&disk, BACKUP)).wait().unwrap();
    let other = rig.state().checkpoint(at(&disk, "other")).wait().unwrap();
    let found = inspect(&at(&disk, BACKUP)).unwrap();
    assert_eq!((found.id, found.name.as_str()), (report.id, "ledger"));
    assert!(found.journal.is_none(), "nobody has opened it yet");
    let own = inspect(&at(&disk, "s")).unwrap().id;
    assert!(report.id != own && other.id != own && report.id != other.id);
    let verified = verify(&at(&disk, BACKUP), |_| Ok(())).unwrap();
    assert!(matches!(verified.verdict, Verdict::Good));
    assert_eq!(verified.snapshot, Some(report.totals));

    let before = now(&rig);
    let copy = State::<Ledger>::open(at(&disk, BACKUP)).unwrap();
    assert!(copy.revision() > report.revision, "no revision is given twice");
    copy.write_at(Durability::Synced, |tx| {
        tx.entries.clear();
        Ok(())
    })
    .unwrap();
    copy.snapshot().wait().unwrap();
    copy.close().wait().unwrap();
    assert!(opened(at(&disk, BACKUP)).entries.is_empty());
    assert_eq!(now(&rig), before, "they have nothing in common");
    assert_eq!(opened(at(&disk, "other")), before);
    write(&mut rig, 3);
}

#[test]
fn a_stream_has_the_same() {
    let rig = running();
    let mut bytes = Vec::new();
    let report = rig.state().checkpoint_to(&mut bytes, |_| Ok(())).unwrap();
    assert_eq!(report.totals.bytes, bytes.len() as u64);
    let restored = restore_from(bytes.as_slice(), at(&rig.disk, BACKUP), |_| Ok(())).unwrap();
    assert_eq!((restored.revision, &restored.totals), (report.revision, &report.totals));
    assert_eq!(opened(at(&rig.disk, BACKUP)), now(&rig));
}

#[test]
fn a_state_in_memory_has_copies_too() {
    let state = State::<Ledger>::memory();
    let account = Account { owner: "ada".into(), balance: 3 };
    state.write(|tx| tx.accounts.put(1, account)).unwrap();
    let disk = SimulatedDisk::new(1);
    state.checkpoint(at(&disk, BACKUP)).wait().unwrap();
    assert_eq!(opened(at(&disk, BACKUP)), Content::of(&state.read()));
}

#[test]
fn a_directory_with_something_in_it_is_refused_and_not_touched() {
    let rig = running();
    let disk = &rig.disk;
    rig.state().checkpoint(at(disk, BACKUP)).wait().unwrap();
    let before = disk.read_live(BACKUP, "state");
    for name in [BACKUP, "s"] {
        let error = rig.state().checkpoint(at(disk, name)).wait().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(error.to_string().contains("is not empty"), "{error}");
    }
    assert_eq!(disk.read_live(BACKUP, "state"), before);

    disk.directory("other.unfinished").create("thesis.tex").unwrap();
    let error = rig.state().checkpoint(at(disk, "other")).wait().unwrap_err();
    assert!(error.to_string().contains("thesis.tex"), "{error}");
    assert!(disk.files("other.unfinished").contains(&"thesis.tex".to_owned()));
}

#[test]
fn a_second_checkpoint_to_one_directory_is_told_of_the_first() {
    let rig = running();
    let first = rig.disk.directory("backup.unfinished").lock("LOCK").unwrap();
    let error = rig.state().checkpoint(at(&rig.disk, BACKUP)).wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    drop(first);
    rig.state().checkpoint(at(&rig.disk, BACKUP)).wait().unwrap();
}

#[test]
fn progress_is_told_and_can_end_it() {
    let rig = running();
    let told = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&told);
    let progress = move |done| {
        note.lock().unwrap().push(done);
        Ok(())
    };
    let home = at(&rig.disk, BACKUP);
    let report = rig.state().checkpoint_with(home.clone(), progress).wait().unwrap();
    let told = told.lock().unwrap();
    let written = told.iter().filter(|done| matches!(done, Copying::Written(_))).count();
    let (first, last) = told.split_at(written);
    assert!(
        !first.is_empty()
            && first.is_sorted_by_key(|done| match done {
                Copying::Written(bytes) => *bytes,
                _ => 0,
            })
    );
    assert!(matches!(last.last(), Some(Copying::Checked(bytes)) if *bytes <= report.totals.bytes));

    for end_at in [first[0], last[0]] {
        let stop = move |done| {
            if done == end_at { Err(Error::refused("enough")) } else { Ok(()) }
        };
        let error = rig.state().checkpoint_with(at(&rig.disk, "b"), stop).wait().unwrap_err();
        assert_eq!(error.to_string(), Error::refused("enough").to_string(), "{end_at:?}");
        assert!(rig.disk.files("b").is_empty());
        let error = rig.state().checkpoint_to(std::io::sink(), |_| Err(Error::refused("enough")));
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Refused);
    }
}

#[test]
fn what_is_not_read_as_it_was_written_is_no_checkpoint() {
    let rig = running();
    rig.disk.fail(Call::Write, 1, Fault::Flip);
    let error = rig.state().checkpoint(at(&rig.disk, BACKUP)).wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("is not what was written"), "{error}");
    assert!(rig.disk.files(BACKUP).is_empty() && left(&rig.disk).is_empty());
}

#[test]
fn a_full_disk_at_the_target_is_an_error_and_the_state_goes_on() {
    let mut rig = running();
    let need = {
        let disk = SimulatedDisk::new(1);
        rig.state().checkpoint(at(&disk, BACKUP)).wait().unwrap();
        let names = disk.files(BACKUP);
        let bytes = names.iter().map(|name| disk.read_live(BACKUP, name).unwrap().len() as u64);
        bytes.sum::<u64>()
    };
    for room in (0..need).step_by(4096) {
        let target = SimulatedDisk::new(1);
        target.set_room(room);
        let error = rig.state().checkpoint(at(&target, BACKUP)).wait().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{room} of {need}: {error}");
        assert!(target.files(BACKUP).is_empty(), "{room}");
        assert!(left(&target).is_empty(), "its room is given back");
        rig.write(Durability::Synced, &[Edit::Open(1, 1)]).unwrap();
        target.set_room(u64::MAX);
        rig.state().checkpoint(at(&target, BACKUP)).wait().unwrap();
    }
}
