//! What a start finds, removes, refuses and leaves alone.

use std::sync::Arc;

use forebay_journal::disk::simulated::{Call, Fault, Habits, SimulatedDisk};
use forebay_pool::{DirMedium, ErrorKind, Medium, Quota};
use forebay_store::Seams;
use forebay_store::seam::manual::ManualClock;
use forebay_store::seam::{Clock, Moment};

use super::hurried::{Hurried, hurried};
use super::rig::{SPILL, builder, builder_with, is_all, open, write};

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort_unstable();
    names
}

fn names(disk: &SimulatedDisk) -> Vec<String> {
    sorted(disk.directory(SPILL).list().unwrap())
}

fn folders(disk: &SimulatedDisk) -> Vec<String> {
    sorted(disk.directory(SPILL).folders().unwrap())
}

#[test]
fn f04_a_new_process_starts_on_a_dead_ones_directory() {
    for is_cut in [false, true] {
        let disk = SimulatedDisk::new(1);
        let first = open(&disk, 1);
        for byte in 0..20 {
            write(&*first, byte, 300_000).unwrap();
        }
        if is_cut {
            disk.power_cut();
        } else {
            disk.kill();
        }
        let second = open(&disk, 2);
        let place = write(&*second, 9, 300_000).unwrap();
        assert!(is_all(&*second, place, 9, 300_000));
        drop(first);
    }
}

#[test]
fn f05_nothing_of_a_dead_process_is_left_after_the_next_start() {
    for is_cut in [false, true] {
        let disk = SimulatedDisk::new(1);
        disk.set_room(64 << 20);
        let free = disk.directory(SPILL).free_bytes().unwrap();
        let first = open(&disk, 1);
        for byte in 0..20 {
            write(&*first, byte, 300_000).unwrap();
        }
        let dead = folders(&disk);
        assert_eq!(dead.len(), 1);
        if is_cut {
            disk.power_cut();
        } else {
            disk.kill();
        }
        let second = open(&disk, 2);
        let living = folders(&disk);
        assert_eq!(living.len(), 1, "{living:?}");
        assert_ne!(living, dead);
        if !is_cut {
            assert_eq!(second.swept().sessions, 1);
        }
        drop(second);
        assert_eq!(names(&disk), ["DOOR", "FOREBAY-SPILL"]);
        // Two files of one block.
        assert_eq!(disk.directory(SPILL).free_bytes().unwrap(), free.map(|free| free - 8192));
        drop(first);
    }
}

/// Where files have a name for a moment, a process may end in that moment.
#[test]
fn f05_nor_a_file_that_had_its_name_still() {
    let disk = SimulatedDisk::new(1);
    disk.set_habits(Habits { no_unnamed: true, ..Habits::default() });
    let first = open(&disk, 1);
    disk.fail(Call::Remove, 1, Fault::Error);
    assert_eq!(write(&*first, 1, 300_000).unwrap_err().kind(), ErrorKind::Unavailable);
    let session = format!("{SPILL}/{}", folders(&disk)[0]);
    assert_eq!(disk.files(&session).len(), 2, "the lock and the file");
    disk.kill();
    let second = open(&disk, 2);
    assert_eq!((second.swept().sessions, second.swept().files), (1, 2));
    assert_eq!(folders(&disk).len(), 1);
    drop((first, second));
    assert_eq!(names(&disk), ["DOOR", "FOREBAY-SPILL"]);
}

#[test]
fn f05_of_a_living_one_everything_is_left() {
    let disk = SimulatedDisk::new(1);
    let neighbour = open(&disk, 1);
    let place = write(&*neighbour, 7, 300_000).unwrap();
    let session = folders(&disk);
    for process in 2..5 {
        let other = open(&disk, process);
        assert!(folders(&disk).contains(&session[0]));
        assert_eq!(other.swept().sessions, 0);
        drop(other);
        assert_eq!(folders(&disk), session);
    }
    assert!(is_all(&*neighbour, place, 7, 300_000));
    let another = write(&*neighbour, 8, 300_000).unwrap();
    assert!(is_all(&*neighbour, another, 8, 300_000));
}

#[test]
fn f06_a_folder_of_others_is_refused_and_not_touched() {
    let disk = SimulatedDisk::new(1);
    let directory = disk.directory(SPILL);
    directory.create("thesis.txt").unwrap();
    let refused = builder(&disk, 1).open().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    assert!(refused.to_string().contains("thesis.txt"), "{refused}");
    assert_eq!(names(&disk), ["thesis.txt"]);
}

#[test]
fn f06_a_marker_that_is_none_of_ours_is_refused() {
    for (text, kind) in [
        ("shopping list\n", ErrorKind::Invalid),
        ("", ErrorKind::Invalid),
        ("forebay spill directory\nversion 2\n", ErrorKind::Unsupported),
    ] {
        let disk = SimulatedDisk::new(1);
        let directory = disk.directory(SPILL);
        let marker = directory.create("FOREBAY-SPILL").unwrap();
        marker.write_at(text.as_bytes(), 0).unwrap();
        assert_eq!(builder(&disk, 1).open().unwrap_err().kind(), kind);
        assert_eq!(names(&disk), ["FOREBAY-SPILL"]);
    }
}

#[test]
fn f06_foreign_files_survive_sweeping() {
    let disk = SimulatedDisk::new(1);
    let first = open(&disk, 1);
    let directory = disk.directory(SPILL);
    let session = folders(&disk).remove(0);
    directory.existing_folder(&session).unwrap().create("notes.txt").unwrap();
    directory.create("live-notes").unwrap();
    directory.folder("live-0123").unwrap();
    disk.kill();
    let second = open(&disk, 2);
    let swept = second.swept();
    assert_eq!((swept.sessions, swept.strangers.len()), (0, 1), "{swept:?}");
    let stranger = &swept.strangers[0];
    assert!(stranger.contains("spill/dead-") && stranger.ends_with("/notes.txt"), "{stranger}");
    let left = names(&disk);
    assert!(left.contains(&"live-notes".to_owned()) && left.contains(&"live-0123".to_owned()));
    drop((first, second));
    assert_eq!(open(&disk, 3).swept().strangers.len(), 1, "it is told at each start");
}

/// Whatever step of the first start is the last, the second start finishes or begins anew.
#[test]
fn a_start_that_was_cut_off_anywhere_is_no_obstacle() {
    for is_cut in [false, true] {
        for step in 0..40 {
            let disk = SimulatedDisk::new(step);
            if is_cut {
                disk.cut_after(step);
            } else {
                disk.kill_after(step);
            }
            let first = hurried(&disk, 1).open();
            if disk.ending().is_none() && first.is_ok() {
                assert!(step > 10, "so few steps cannot be a start");
                break;
            }
            drop(first);
            if is_cut {
                disk.power_cut();
            } else {
                disk.kill();
            }
            let second = hurried(&disk, 2).open();
            let second = second.unwrap_or_else(|error| panic!("after step {step}: {error:?}"));
            assert_eq!(folders(&disk).len(), 1, "after step {step}");
            drop(second);
            assert_eq!(names(&disk), ["DOOR", "FOREBAY-SPILL"], "after step {step}");
        }
    }
}

#[test]
fn who_is_at_the_door_is_waited_for() {
    let disk = SimulatedDisk::new(1);
    drop(open(&disk, 1));
    let door = disk.directory(SPILL).lock("DOOR").unwrap();
    let clock = Hurried::default();
    clock.meanwhile(Box::new(move || drop(door)));
    let seams = Seams { clock: Arc::new(clock), ..ManualClock::new().seams(2) };
    builder_with(&disk, Quota::unbounded(), seams).open().unwrap();
}

#[test]
fn who_stays_at_the_door_is_named_after_five_seconds() {
    let disk = SimulatedDisk::new(1);
    drop(open(&disk, 1));
    let door = disk.directory(SPILL).lock("DOOR").unwrap();
    let clock = Arc::new(Hurried::default());
    let seams = Seams { clock: clock.clone(), ..ManualClock::new().seams(2) };
    let error = builder_with(&disk, Quota::unbounded(), seams).open().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.to_string().contains("DOOR is owned by"), "{error}");
    assert!(clock.now() >= Moment(5_000_000_000) && clock.now() < Moment(6_000_000_000));
    drop(door);
}

#[test]
fn a_medium_of_no_directory_or_of_one_twice_is_invalid() {
    assert_eq!(DirMedium::builder().open().unwrap_err().kind(), ErrorKind::Invalid);
    let disk = SimulatedDisk::new(1);
    let twice = builder(&disk, 1).directory(disk.directory(SPILL), Quota::unbounded());
    assert_eq!(twice.open().unwrap_err().kind(), ErrorKind::Invalid);
    assert!(names(&disk).is_empty());
}

#[test]
fn what_cannot_be_swept_is_tried_at_the_next_start() {
    let disk = SimulatedDisk::new(1);
    let first = open(&disk, 1);
    disk.kill();
    disk.fail(Call::Remove, 1, Fault::Error);
    let second = open(&disk, 2);
    assert_eq!((second.swept().sessions, second.swept().failed), (0, 1));
    drop((first, second));
    let third = open(&disk, 3);
    assert_eq!((third.swept().sessions, third.swept().failed), (1, 0));
    assert_eq!(third.usage().blobs, 0);
}
