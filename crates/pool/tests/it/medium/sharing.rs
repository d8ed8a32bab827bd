//! Small blobs share files, and so do large ones when there are no more files.

use forebay_journal::disk::simulated::{Call, Fault, Habits, SimulatedDisk};
use forebay_pool::{ByteSize, DirMedium, ErrorKind, HEAD, Medium, Place};

use super::rig::{SPILL, builder, is_all, open, write};

const SMALL: usize = 3_000;
const LARGE: usize = 300_000;

#[test]
fn small_blobs_share_a_file_and_each_is_two_writes() {
    let disk = SimulatedDisk::new(1);
    let medium = open(&disk, 1);
    let before = disk.counts();
    let places: Vec<Place> = (0..100).map(|byte| write(&*medium, byte, SMALL).unwrap()).collect();
    assert_eq!(disk.counts().unnamed, 1);
    assert_eq!(disk.counts().writes - before.writes, 200);
    assert_eq!(medium.usage().bytes, 100 * 4096);
    assert!(places.iter().all(|place| place.file == places[0].file));
    assert!(places.iter().all(|place| medium.file(*place).is_none()), "it is others', too");
    assert!((0..).zip(places).all(|(byte, place)| is_all(&*medium, place, byte, SMALL)));
}

#[test]
fn what_is_given_back_is_the_next_ones() {
    let disk = SimulatedDisk::new(1);
    let medium = open(&disk, 1);
    let places: Vec<Place> = (0..10).map(|byte| write(&*medium, byte, SMALL).unwrap()).collect();
    medium.free(places[7]);
    medium.free(places[3]);
    let again = [write(&*medium, 33, SMALL).unwrap(), write(&*medium, 77, SMALL).unwrap()];
    assert_eq!([again[0].at, again[1].at], [places[3].at, places[7].at]);
    assert_eq!(medium.usage().bytes, 10 * 4096);
    assert!(is_all(&*medium, again[0], 33, SMALL) && is_all(&*medium, places[4], 4, SMALL));
}

#[test]
fn a_blob_that_is_longer_than_was_said_does_no_harm_to_the_next() {
    let disk = SimulatedDisk::new(1);
    let medium = open(&disk, 1);
    let mut writing = medium.begin(Some(SMALL as u64)).unwrap();
    let neighbour = write(&*medium, 5, SMALL).unwrap();
    writing.put(&[1; SMALL]).unwrap();
    assert_eq!(writing.put(&[1; 2_000]).unwrap_err().kind(), ErrorKind::Refused);
    drop(writing);
    assert!(is_all(&*medium, neighbour, 5, SMALL));
    assert_eq!(medium.usage().blobs, 1);
}

#[test]
fn a_write_that_fails_anywhere_gives_its_cell_back() {
    for nth in [1, 2] {
        for (fault, kind) in
            [(Fault::Error, ErrorKind::Unavailable), (Fault::Full, ErrorKind::Busy)]
        {
            let disk = SimulatedDisk::new(1);
            let medium = open(&disk, 1);
            disk.fail(Call::Write, nth, fault);
            assert_eq!(write(&*medium, 1, SMALL).unwrap_err().kind(), kind);
            let place = write(&*medium, 2, SMALL).unwrap();
            assert_eq!((place.at, medium.usage().blobs), (0, 1));
        }
    }
}

#[test]
fn when_the_last_blob_is_gone_nothing_is_kept_that_is_not_used_again() {
    let disk = SimulatedDisk::new(1);
    disk.set_room(64 << 20);
    let medium = open(&disk, 1);
    let free = disk.directory(SPILL).free_bytes().unwrap();
    for length in [10, SMALL, 70_000, LARGE] {
        let places: Vec<Place> =
            (0..9).map(|byte| write(&*medium, byte, length).unwrap()).collect();
        for place in places {
            medium.free(place);
        }
    }
    assert_eq!(medium.usage().blobs, 0);
    assert!(medium.usage().bytes > 0);
    medium.trim();
    assert_eq!(medium.usage().bytes, 0);
    assert_eq!(disk.directory(SPILL).free_bytes().unwrap(), free);
}

/// Half of what may be open is the medium's, and an eighth of that is for packs.
#[test]
fn when_files_are_used_up_large_blobs_share_them() {
    let disk = SimulatedDisk::new(1);
    disk.set_habits(Habits { open_files_max: Some(64), ..Habits::default() });
    let medium = open(&disk, 1);
    let places: Vec<Place> = (0..60).map(|byte| write(&*medium, byte, LARGE).unwrap()).collect();
    let nameable = places.iter().filter(|place| medium.file(**place).is_some()).count();
    assert_eq!(nameable, 28);
    assert!((0..).zip(&places).all(|(byte, place)| is_all(&*medium, *place, byte, LARGE)));
    let too_large = medium.begin(Some(65 << 20)).map(|_| ()).unwrap_err();
    assert_eq!(too_large.kind(), ErrorKind::Busy);
    let unknown = medium.begin(None).map(|_| ()).unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::Busy);
    for place in places {
        medium.free(place);
    }
    assert!(medium.begin(None).is_ok(), "what was freed can be had again");
}

#[test]
fn however_few_files_there_are_one_is_to_be_shared() {
    let disk = SimulatedDisk::new(1);
    disk.set_habits(Habits { open_files_max: Some(8), ..Habits::default() });
    let medium = open(&disk, 1);
    let places: Vec<Place> = (0..9).map(|byte| write(&*medium, byte, LARGE).unwrap()).collect();
    assert!((0..).zip(&places).all(|(byte, place)| is_all(&*medium, *place, byte, LARGE)));
}

/// Others have them all: that is no failure of the directory, and what is kept goes first.
#[test]
fn files_that_others_have_used_up_are_not_a_failure() {
    let disk = SimulatedDisk::new(1);
    let medium = open(&disk, 1);
    let pack = write(&*medium, 1, LARGE - 100_000).unwrap();
    let spare = write(&*medium, 2, LARGE).unwrap();
    medium.free(spare);
    disk.set_habits(Habits { open_files_max: Some(1), ..Habits::default() });
    for _ in 0..5 {
        assert_eq!(write(&*medium, 3, 900_000).unwrap_err().kind(), ErrorKind::Busy);
    }
    assert!(!medium.usage().parts[0].is_left);
    assert_eq!(medium.usage().bytes, 196 << 10, "what was spare is closed");
    disk.set_habits(Habits::default());
    write(&*medium, 3, 900_000).unwrap();
    assert!(is_all(&*medium, pack, 1, LARGE - 100_000));
}

#[test]
fn what_is_small_is_a_setting() {
    let disk = SimulatedDisk::new(1);
    let medium = builder(&disk, 1).small_max(ByteSize::mib(2)).open().unwrap();
    let places: Vec<Place> = (0..9).map(|byte| write(&medium, byte, 1 << 20).unwrap()).collect();
    assert_eq!(disk.counts().unnamed, 1);
    assert!((0..).zip(&places).all(|(byte, place)| is_all(&medium, *place, byte, 1 << 20)));
    let refused = DirMedium::builder().directory(disk.directory(SPILL), super::rig::mib(1));
    let refused = refused.small_max(ByteSize::mib(65)).open().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    assert!(refused.to_string().contains("small_max"), "{refused}");
}

/// A cell has the bytes of the blob before behind those of a shorter one.
#[test]
fn f07_what_an_earlier_blob_left_is_behind_the_end() {
    let disk = SimulatedDisk::new(1);
    let medium = open(&disk, 1);
    let long = write(&*medium, 9, SMALL).unwrap();
    medium.free(long);
    let short = write(&*medium, 1, 2_000).unwrap();
    assert_eq!(short.length, (HEAD + 2_000) as u64);
    let read = medium.reading(short).unwrap().read(short.length - 1, &mut [0; 2]);
    assert_eq!(read.unwrap_err().kind(), ErrorKind::Corrupt);
}
