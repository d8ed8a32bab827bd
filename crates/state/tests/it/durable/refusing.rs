//! Whatever is refused is refused before anything on disk is changed, and refused again.

use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_journal::Settings as JournalSettings;
use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_state::{Builder, Home, State, Table, Tables};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{Durability, Error, ErrorKind};
use serde::{Deserialize, Serialize};

use super::rig::SEGMENT;
use super::strict::contents;

#[derive(Clone, Serialize, Deserialize)]
struct User {
    mail: String,
}

#[derive(State, Clone)]
#[state(name = "club")]
struct Club {
    #[table(id = 1)]
    users: Table<u32, User>,
}

/// The same, and no two may have the same mail.
#[derive(State, Clone)]
#[state(name = "club")]
struct Strict {
    #[table(id = 1)]
    #[index(by_mail: String = mail, unique)]
    users: Table<u32, User>,
}

/// The same, with a hook that panics.
#[derive(State, Clone)]
#[state(name = "club", after_load = Self::fall)]
struct Falling {
    #[table(id = 1)]
    users: Table<u32, User>,
}

impl Falling {
    fn fall(&mut self) {
        assert!(self.users.len() > 100, "it falls");
    }
}

fn builder<T: Tables>(disk: &SimulatedDisk) -> Builder<T> {
    let journal = JournalSettings { segment_bytes: SEGMENT, ..JournalSettings::default() };
    let seams = ManualClock::new().seams(disk.steps());
    State::builder(Home::simulated(disk.clone(), "s")).journal(journal).seams(seams)
}

/// A disk with two users of one mail, whose owner was killed: in a snapshot, or in the journal only.
fn disk(is_snapshot: bool) -> SimulatedDisk {
    let disk = SimulatedDisk::new(1);
    let state = builder::<Club>(&disk).open().unwrap();
    for id in 0..2 {
        let user = User { mail: "a@example.org".into() };
        state.write_at(Durability::Synced, |tx| tx.users.put(id, user)).unwrap();
        // A second life may begin with what the first one has not synced: the journal is to be repaired.
        let user = User { mail: "a@example.org".into() };
        state.write(|tx| tx.users.put(id, user)).unwrap();
    }
    if is_snapshot {
        state.snapshot().wait().unwrap();
    }
    drop(state);
    disk.kill();
    disk
}

fn refused<R>(disk: &SimulatedDisk, open: impl Fn() -> Result<R, Error>) -> Error {
    let before = contents(disk);
    let [first, second] = [(); 2].map(|()| open().err().unwrap());
    assert_eq!(first.to_string(), second.to_string());
    assert!(contents(disk) == before, "it was refused, and changed: {first}");
    first
}

#[test]
fn a_new_unique_index_that_is_broken_changes_nothing() {
    for is_snapshot in [false, true] {
        let disk = disk(is_snapshot);
        let error = refused(&disk, || builder::<Strict>(&disk).open());
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(error.to_string().contains("in the way of unique indexes"), "{error}");
        assert_eq!(builder::<Club>(&disk).open().unwrap().read().users.len(), 2);
    }
}

#[test]
fn a_hook_that_panics_changes_nothing() {
    for disk in [disk(false), disk(true), SimulatedDisk::new(1)] {
        refused(&disk, || {
            let opened = catch_unwind(AssertUnwindSafe(|| builder::<Falling>(&disk).open()));
            opened.unwrap_or_else(|_| Err(Error::invalid("it panicked")))
        });
        builder::<Club>(&disk).open().unwrap();
    }
}

#[test]
fn settings_that_cannot_be_meant_change_nothing() {
    for disk in [disk(false), SimulatedDisk::new(1)] {
        let error = refused(&disk, || builder::<Club>(&disk).rung(Durability::Stored).open());
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        let error = refused(&disk, || {
            let journal = JournalSettings { bytes_max: 1, ..JournalSettings::default() };
            builder::<Club>(&disk).journal(journal).open()
        });
        assert_eq!(error.kind(), ErrorKind::Invalid);
    }
    let disk = SimulatedDisk::new(1);
    builder::<Club>(&disk).rung(Durability::Stored).open().unwrap_err();
    assert!(disk.files("s").is_empty(), "not even a lock is made for it");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "somebody moves a directory of a state away")]
fn the_directory_of_a_journal_that_is_gone_is_not_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let open = || State::<Club>::open(folder.path());
    open().unwrap().close().wait().unwrap();
    let journal = folder.path().join("journal-00000001");
    std::fs::rename(&journal, folder.path().join("away")).unwrap();
    for _ in 0..2 {
        let error = open().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(error.to_string().contains("the journal of the state is not in"), "{error}");
        assert!(!journal.exists(), "it looked");
    }
    std::fs::rename(folder.path().join("away"), &journal).unwrap();
    open().unwrap();
}
