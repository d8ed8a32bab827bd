//! What directories tell of themselves.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use forebay_journal::disk::simulated::{Call, Fault, Habits, SimulatedDisk};
use forebay_pool::{ByteSize, DirMedium, Event, Medium, Pool, Quota, Watcher};
use forebay_store::seam::manual::ManualClock;

use super::rig::{SPILL, builder_with, mib, write};

#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<Vec<Event>>>);

impl Watcher for Log {
    fn on(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

impl Log {
    fn of(medium: &DirMedium) -> Self {
        let log = Self::default();
        medium.watched_by(Arc::new(log.clone()));
        log
    }

    fn take(&self) -> Vec<Event> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// Where the spill directory is.
fn place(disk: &SimulatedDisk) -> String {
    disk.directory(SPILL).describe()
}

#[test]
fn a_directory_that_is_left_alone_and_comes_back_is_told_once_each() {
    let (disk, clock) = (SimulatedDisk::new(1), ManualClock::new());
    let medium = builder_with(&disk, mib(100), clock.seams(1)).open().unwrap();
    let log = Log::of(&medium);
    disk.fail_from(Call::Write, 1, Fault::Error);
    for failures in 1..=5 {
        write(&medium, 1, 300_000).unwrap_err();
        assert_eq!(log.0.lock().unwrap().len(), usize::from(failures >= 3), "{failures}");
    }
    clock.advance(Duration::from_secs(60));
    write(&medium, 1, 300_000).unwrap_err();
    let told = log.take();
    let [Event::DirectoryLeft { part, error }] = &told[..] else { panic!("{told:?}") };
    assert_eq!(**part, *place(&disk));
    assert_eq!(error.kind(), forebay_pool::ErrorKind::Unavailable);
    disk.heal();
    for name in 0..3 {
        write(&medium, name, 300_000).unwrap();
    }
    let told = log.take();
    let [Event::DirectoryBack { part }] = &told[..] else { panic!("{told:?}") };
    assert_eq!(**part, *place(&disk));
}

#[test]
fn a_full_directory_is_told_once_until_an_eighth_of_it_is_free() {
    let disk = SimulatedDisk::new(1);
    let medium = builder_with(&disk, mib(2), ManualClock::new().seams(1)).open().unwrap();
    let log = Log::of(&medium);
    for length in [300_000, 3_000] {
        let mut places = Vec::new();
        while let Ok(place) = write(&medium, 1, length) {
            places.push(place);
        }
        write(&medium, 1, length).unwrap_err();
        let told = log.take();
        let [Event::QuotaReached { part, quota }] = &told[..] else { panic!("{told:?}") };
        assert_eq!((&**part, *quota), (&*place(&disk), Some(ByteSize::mib(2))));
        for place in places {
            medium.free(place);
        }
        medium.trim();
    }
}

#[test]
fn that_its_file_system_is_full_is_told_once_until_something_could_be_written() {
    let disk = SimulatedDisk::new(1);
    let medium = builder_with(&disk, mib(100), ManualClock::new().seams(1)).open().unwrap();
    let log = Log::of(&medium);
    for length in [300_000, 3_000] {
        disk.fail_from(Call::Write, 1, Fault::Full);
        (0..2).for_each(|_| drop(write(&medium, 1, length).unwrap_err()));
        let told = log.take();
        let [Event::QuotaReached { quota: None, .. }] = &told[..] else { panic!("{told:?}") };
        disk.heal();
        write(&medium, 1, length).unwrap();
    }
}

/// A medium is opened, and sweeps, before its pool is built.
#[test]
fn what_was_swept_is_told_to_who_comes_later_with_its_files_and_bytes() {
    let disk = SimulatedDisk::new(1);
    disk.set_habits(Habits { no_unnamed: true, ..Habits::default() });
    let first = builder_with(&disk, Quota::unbounded(), ManualClock::new().seams(1));
    let first = first.open().unwrap();
    let place = place(&disk);
    // A process that ends while a file has its name still.
    disk.fail(Call::Remove, 1, Fault::Error);
    write(&first, 1, 300_000).unwrap_err();
    let session = disk.directory(SPILL).folders().unwrap().remove(0);
    let session = disk.directory(SPILL).existing_folder(&session).unwrap();
    let names = session.list().unwrap();
    let name = names.iter().find(|name| name.starts_with("b-")).unwrap();
    session.open(name, true).unwrap().write_at(&[7; 5_000], 0).unwrap();
    disk.kill();

    let (log, seams) = (Log::default(), ManualClock::new().seams(2));
    let second = builder_with(&disk, Quota::unbounded(), seams.clone()).open().unwrap();
    assert!(second.swept().bytes >= 5_000, "{:?}", second.swept());
    let builder = Pool::builder().memory(ByteSize::mib(1)).spill(second).seams(seams);
    let pool = builder.watch(log.clone()).build().unwrap();
    let told = log.take();
    let [Event::SweptSession { part, sessions: 1, files: 2, bytes }] = &told[..] else {
        panic!("{told:?}")
    };
    assert_eq!(**part, *place);
    assert!((5_000..20_000).contains(&bytes.as_bytes()), "{bytes}");
    drop((first, pool));
}

#[derive(Debug)]
struct Panicking;

impl Watcher for Panicking {
    fn on(&self, event: &Event) {
        panic!("{event:?} makes it panic");
    }
}

#[test]
fn a_watcher_that_panics_harms_no_write() {
    let (disk, clock) = (SimulatedDisk::new(1), ManualClock::new());
    let medium = builder_with(&disk, mib(100), clock.seams(1)).open().unwrap();
    medium.watched_by(Arc::new(Panicking));
    disk.fail_from(Call::Write, 1, Fault::Error);
    (0..3).for_each(|name| drop(write(&medium, name, 300_000).unwrap_err()));
    disk.heal();
    write(&medium, 1, 300_000).unwrap();
}

/// It asks the medium what it has: under a lock of the medium that would never end.
#[derive(Debug)]
struct Looking(std::sync::OnceLock<std::sync::Weak<DirMedium>>, Mutex<usize>);

impl Watcher for Looking {
    fn on(&self, _event: &Event) {
        let medium = self.0.get().and_then(std::sync::Weak::upgrade).unwrap();
        *self.1.lock().unwrap() += medium.usage().parts.len();
    }
}

#[test]
fn what_is_told_is_told_without_a_lock() {
    let (disk, clock) = (SimulatedDisk::new(1), ManualClock::new());
    let medium = Arc::new(builder_with(&disk, mib(2), clock.seams(1)).open().unwrap());
    let looking = Arc::new(Looking(std::sync::OnceLock::new(), Mutex::default()));
    looking.0.set(Arc::downgrade(&medium)).unwrap();
    medium.watched_by(looking.clone());
    while write(&*medium, 1, 300_000).is_ok() {}
    assert_eq!(*looking.1.lock().unwrap(), 1, "that it is full");
    disk.fail_from(Call::Write, 1, Fault::Error);
    (0..3).for_each(|_| drop(write(&*medium, 1, 3_000).unwrap_err()));
    disk.heal();
    write(&*medium, 1, 3_000).unwrap();
    assert_eq!(*looking.1.lock().unwrap(), 3, "that it is left alone, and used again");
}
