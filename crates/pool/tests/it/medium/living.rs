//! Large blobs, each in a file of its own.

use std::sync::Arc;

use forebay_journal::disk::Directory;
use forebay_journal::disk::simulated::{Call, Fault, Habits, SimulatedDisk};
use forebay_pool::{ByteSize, DirMedium, ErrorKind, Linkable, Medium, Quota};
use forebay_store::seam::manual::ManualClock;

use super::rig::{SPILL, builder, builder_with, is_all, mib, open, write};

const LARGE: usize = 300_000;

#[test]
fn no_file_of_it_has_a_name() {
    for no_unnamed in [false, true] {
        let disk = SimulatedDisk::new(1);
        disk.set_habits(Habits { no_unnamed, ..Habits::default() });
        let medium = open(&disk, 1);
        let places: Vec<_> = (0..9).map(|byte| write(&*medium, byte, LARGE).unwrap()).collect();
        let session = disk.directory(SPILL).folders().unwrap().remove(0);
        assert_eq!(disk.files(&format!("{SPILL}/{session}")), ["LOCK"]);
        assert!((0..).zip(places).all(|(byte, place)| is_all(&*medium, place, byte, LARGE)));
    }
}

#[test]
fn f18_when_it_is_dropped_nothing_is_left() {
    let disk = SimulatedDisk::new(1);
    disk.set_room(64 << 20);
    drop(open(&disk, 1));
    let before = disk.directory(SPILL).free_bytes().unwrap();
    let medium = open(&disk, 2);
    for byte in 0..9 {
        let place = write(&*medium, byte, LARGE).unwrap();
        if byte % 2 == 0 {
            medium.free(place);
        }
    }
    drop(medium);
    assert_eq!(disk.files(SPILL), ["DOOR", "FOREBAY-SPILL"]);
    assert_eq!(disk.directory(SPILL).free_bytes().unwrap(), before);
}

#[test]
fn a_file_whose_blob_is_gone_is_written_again() {
    let disk = SimulatedDisk::new(1);
    let medium = open(&disk, 1);
    for byte in 0..20 {
        // Lengths that take the same blocks.
        let length = LARGE + usize::from(byte % 3);
        let place = write(&*medium, byte, length).unwrap();
        assert!(is_all(&*medium, place, byte, length));
        assert_eq!(medium.usage().bytes, 307_200);
        medium.free(place);
    }
    assert_eq!(disk.counts().unnamed, 1);
    assert_eq!(medium.usage().blobs, 0);
    medium.trim();
    assert_eq!(medium.usage().bytes, 0);
}

#[test]
fn as_many_files_as_were_there_are_written_again() {
    let disk = SimulatedDisk::new(1);
    let medium = open(&disk, 1);
    for _ in 0..3 {
        let places: Vec<_> = (0..20).map(|byte| write(&*medium, byte, LARGE).unwrap()).collect();
        assert!((0..).zip(&places).all(|(byte, place)| is_all(&*medium, *place, byte, LARGE)));
        for place in places {
            medium.free(place);
        }
    }
    assert_eq!((disk.counts().unnamed, medium.usage().bytes), (20, 20 * 307_200));
}

#[test]
fn files_are_kept_to_be_written_again_up_to_a_sixteenth_of_the_quota() {
    let disk = SimulatedDisk::new(1);
    let quota = Quota::bytes(ByteSize::bytes(16 * 5 * 307_200));
    let medium = builder_with(&disk, quota, ManualClock::new().seams(1)).open().unwrap();
    let places: Vec<_> = (0..20).map(|byte| write(&medium, byte, LARGE).unwrap()).collect();
    for place in places {
        medium.free(place);
    }
    assert_eq!(medium.usage().bytes, 5 * 307_200);
}

/// The one that fits best is taken, and none that is much too large.
#[test]
fn a_file_that_is_a_little_larger_is_written_again() {
    let disk = SimulatedDisk::new(1);
    let medium = open(&disk, 1);
    let written = [LARGE + 60_000, LARGE + 20_000, LARGE + 30_000];
    let places = written.map(|length| write(&*medium, 1, length).unwrap());
    for place in places {
        medium.free(place);
    }
    let before = medium.usage().bytes;
    for (byte, made) in [(2, 3), (3, 3), (4, 4)] {
        let place = write(&*medium, byte, LARGE).unwrap();
        assert!(is_all(&*medium, place, byte, LARGE));
        assert_eq!(disk.counts().unnamed, made);
    }
    assert_eq!(medium.usage().bytes, before + 307_200);
}

/// Whoever was given the file may have given it a name.
#[test]
fn a_file_that_may_have_a_name_is_never_written_again() {
    let disk = SimulatedDisk::new(1);
    let medium = open(&disk, 1);
    let place = write(&*medium, 7, LARGE).unwrap();
    let Linkable(file) = medium.file(place).unwrap();
    assert!(disk.directory("archive").link(&file, "named").unwrap());
    drop(file);
    medium.free(place);
    assert_eq!((medium.usage().blobs, medium.usage().bytes), (0, 0));
    let other = write(&*medium, 8, LARGE).unwrap();
    assert!(is_all(&*medium, other, 8, LARGE));
    let named = disk.read_live("archive", "named").unwrap();
    assert_eq!(named.len() as u64, place.length);
    assert!(named[4096..].iter().all(|byte| *byte == 7), "what was linked has changed");
}

/// What is behind the blob in its file would be in the archive, too.
#[test]
fn a_file_that_is_longer_than_its_blob_is_not_given_a_name() {
    let disk = SimulatedDisk::new(1);
    let medium = open(&disk, 1);
    let long = write(&*medium, 7, LARGE + 10).unwrap();
    medium.free(long);
    let short = write(&*medium, 8, LARGE).unwrap();
    assert_eq!(disk.counts().unnamed, 1, "it is the same file");
    assert!(medium.file(short).is_none());
}

#[test]
fn without_unnamed_files_none_can_get_a_name() {
    let disk = SimulatedDisk::new(1);
    disk.set_habits(Habits { no_unnamed: true, ..Habits::default() });
    let medium = open(&disk, 1);
    let place = write(&*medium, 8, LARGE).unwrap();
    assert!(medium.file(place).is_none());
}

#[test]
fn a_write_that_fails_anywhere_leaves_nothing() {
    for (call, nth) in [(Call::CreateUnnamed, 1), (Call::Write, 1), (Call::Write, 2)] {
        for (fault, kind) in
            [(Fault::Error, ErrorKind::Unavailable), (Fault::Full, ErrorKind::Busy)]
        {
            let disk = SimulatedDisk::new(1);
            let medium = open(&disk, 1);
            disk.fail(call, nth, fault);
            assert_eq!(write(&*medium, 1, LARGE).unwrap_err().kind(), kind, "{call:?} {nth}");
            assert_eq!((medium.usage().blobs, medium.usage().bytes), (0, 0), "{call:?} {nth}");
            let place = write(&*medium, 2, LARGE).unwrap();
            assert!(is_all(&*medium, place, 2, LARGE));
        }
    }
}

#[test]
fn short_reads_and_writes_are_gone_on_with() {
    let disk = SimulatedDisk::new(1);
    let medium = open(&disk, 1);
    disk.set_rate(Call::Write, Fault::Short, 700);
    disk.set_rate(Call::Read, Fault::Short, 700);
    let place = write(&*medium, 5, LARGE).unwrap();
    assert!(is_all(&*medium, place, 5, LARGE));
}

#[test]
fn a_read_that_fails_costs_nothing() {
    let disk = SimulatedDisk::new(1);
    let medium = open(&disk, 1);
    let place = write(&*medium, 5, LARGE).unwrap();
    disk.fail(Call::Read, 1, Fault::Error);
    let failed = medium.reading(place).unwrap().read(0, &mut [0; 128]).unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Unavailable);
    assert!(is_all(&*medium, place, 5, LARGE));
}

#[test]
fn f15_a_session_that_somebody_removed_is_an_error_that_names_it() {
    let directory = tempfile::tempdir().unwrap();
    let medium = DirMedium::open(directory.path()).unwrap();
    let place = write(&medium, 5, LARGE).unwrap();
    let root = forebay_journal::disk::RealDirectory::open(directory.path()).unwrap();
    let session = root.folders().unwrap().remove(0);
    std::fs::remove_dir_all(directory.path().join(&session)).unwrap();
    let gone = write(&medium, 6, LARGE).unwrap_err();
    assert_eq!(gone.kind(), ErrorKind::Unavailable);
    assert!(gone.to_string().contains(&session), "{gone}");
    assert!(is_all(&medium, place, 5, LARGE), "what is open is there still");
}

#[test]
fn f15_a_stray_file_is_a_stranger() {
    let disk = SimulatedDisk::new(1);
    let medium = open(&disk, 1);
    let root = disk.directory(SPILL);
    let session = root.folders().unwrap().remove(0);
    root.create("stray").unwrap();
    root.existing_folder(&session).unwrap().create("stray").unwrap();
    let place = write(&*medium, 5, LARGE).unwrap();
    assert!(is_all(&*medium, place, 5, LARGE));
    drop(medium);
    assert_eq!(disk.files(&format!("{SPILL}/{session}")), ["stray"]);
    assert!(disk.files(SPILL).contains(&"stray".to_owned()));
}

#[test]
fn f26_a_quota_holds_and_what_is_spare_goes_first() {
    let disk = SimulatedDisk::new(1);
    let builder = DirMedium::builder().directory(disk.directory(SPILL), mib(8));
    let seams = ManualClock::new().seams(1);
    let medium = Arc::new(builder.seams(seams).open().unwrap());
    let small = write(&*medium, 1, LARGE).unwrap();
    medium.free(small);
    assert!(medium.usage().bytes > 0, "it is kept");
    let large = write(&*medium, 2, (8 << 20) - 4096).unwrap();
    assert_eq!(medium.usage().bytes, 8 << 20);
    assert_eq!(write(&*medium, 3, LARGE).unwrap_err().kind(), ErrorKind::Busy);
    medium.free(large);
    write(&*medium, 3, LARGE).unwrap();
}

#[test]
fn nine_tenths_of_what_is_free_are_the_quota() {
    let disk = SimulatedDisk::new(1);
    disk.set_room(100 << 20);
    let directory = disk.directory(SPILL);
    let builder = DirMedium::builder().directory(directory, Quota::default());
    let medium = builder.open().unwrap();
    let quota = medium.usage().quota.unwrap();
    assert!((89 << 20..=90 << 20).contains(&quota), "{quota}");
    drop(medium);
    assert_eq!(builder_of_unknown_room().usage().quota, None);
}

fn builder_of_unknown_room() -> DirMedium {
    let disk = SimulatedDisk::new(1);
    let quota = Quota::default();
    DirMedium::builder().directory(disk.directory(SPILL), quota).open().unwrap()
}

#[test]
fn a_blob_that_is_too_large_for_any_file_system_is_refused() {
    let disk = SimulatedDisk::new(1);
    let medium = builder(&disk, 1).open().unwrap();
    for length in [(1 << 40) + 1, u64::MAX] {
        let refused = medium.begin(Some(length)).map(|_| ()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Refused);
    }
}
