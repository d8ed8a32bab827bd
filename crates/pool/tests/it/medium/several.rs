//! Several directories: where a blob goes, and what becomes of one that fails.

use std::sync::Arc;
use std::time::Duration;

use forebay_journal::disk::simulated::{Call, Fault, Habits, SimulatedDisk};
use forebay_pool::{DirMedium, ErrorKind, Medium, Place};
use forebay_store::seam::manual::ManualClock;

use super::rig::{is_all, mib, write};

const LARGE: usize = 1_000_000;

struct Two {
    clock: Arc<ManualClock>,
    first: SimulatedDisk,
    second: SimulatedDisk,
    medium: DirMedium,
}

impl Two {
    fn of(first_mib: u64, second_mib: u64) -> Self {
        let clock = ManualClock::new();
        let (first, second) = (SimulatedDisk::new(1), SimulatedDisk::new(2));
        let builder = DirMedium::builder()
            .directory(first.directory("first"), mib(first_mib))
            .directory(second.directory("second"), mib(second_mib));
        let medium = builder.seams(clock.seams(1)).open().unwrap();
        Self { clock, first, second, medium }
    }

    fn write(&self) -> Place {
        write(&self.medium, 1, LARGE).unwrap()
    }

    fn blobs(&self) -> (u64, u64) {
        let parts = self.medium.usage().parts;
        (parts[0].blobs, parts[1].blobs)
    }

    fn is_left(&self) -> bool {
        self.medium.usage().parts[0].is_left
    }
}

#[test]
fn the_one_with_the_largest_free_share_is_taken() {
    let two = Two::of(10, 40);
    let places: Vec<Place> = (0..20).map(|_| two.write()).collect();
    let (first, second) = two.blobs();
    assert!((3..=5).contains(&first) && first + second == 20, "{first}, {second}");
    assert!(places.iter().all(|place| is_all(&two.medium, *place, 1, LARGE)));
}

#[test]
fn what_is_full_is_passed_over_and_all_full_is_busy() {
    let two = Two::of(3, 6);
    let mut places = Vec::new();
    let busy = loop {
        match write(&two.medium, 1, LARGE) {
            Ok(place) => places.push(place),
            Err(error) => break error,
        }
    };
    assert_eq!(busy.kind(), ErrorKind::Busy);
    assert_eq!(two.blobs(), (3, 6));
    assert!(places.iter().all(|place| is_all(&two.medium, *place, 1, LARGE)));
}

#[test]
fn one_that_cannot_make_a_file_is_passed_over_at_once() {
    let two = Two::of(100, 10);
    two.first.fail_from(Call::CreateUnnamed, 1, Fault::Error);
    two.write();
    assert_eq!(two.blobs(), (0, 1));
}

#[test]
fn one_that_fails_three_times_is_left_alone_and_comes_back() {
    let two = Two::of(100, 10);
    let kept = two.write();
    // From now on the first has the larger free share.
    two.write();
    two.first.fail_from(Call::Write, 1, Fault::Error);
    for _ in 0..3 {
        assert!(!two.is_left());
        let failed = write(&two.medium, 2, LARGE).unwrap_err();
        assert_eq!(failed.kind(), ErrorKind::Unavailable);
    }
    assert!(two.is_left());
    two.write();
    assert_eq!(two.blobs(), (1, 2), "others are used meanwhile");
    assert!(is_all(&two.medium, kept, 1, LARGE), "it is read still");

    two.clock.advance(Duration::from_millis(1_001));
    assert!(!two.is_left());
    write(&two.medium, 2, LARGE).unwrap_err();
    assert!(two.is_left(), "one failure is enough now");
    two.clock.advance(Duration::from_millis(1_001));
    assert!(two.is_left(), "for twice as long");
    two.clock.advance(Duration::from_millis(1_001));
    two.first.heal();
    two.write();
    assert_eq!(two.blobs(), (2, 2));
}

/// Its quota says that it has most room of all.
#[test]
fn one_whose_file_system_is_full_is_left_alone_too() {
    let two = Two::of(100, 10);
    two.first.fail_from(Call::Write, 1, Fault::Full);
    for _ in 0..3 {
        assert_eq!(write(&two.medium, 2, LARGE).unwrap_err().kind(), ErrorKind::Busy);
    }
    assert!(two.is_left());
    two.write();
    assert_eq!(two.blobs(), (0, 1));
}

#[test]
fn it_is_left_alone_for_a_minute_at_most() {
    let two = Two::of(100, 10);
    two.first.fail_from(Call::Write, 1, Fault::Error);
    for _ in 0..20 {
        write(&two.medium, 2, LARGE).unwrap_err();
        two.clock.advance(Duration::from_secs(60));
        assert!(!two.is_left());
    }
}

/// The pool itself leaves a medium alone that fails, so one that is all there is is tried when it asks.
#[test]
fn what_is_left_alone_is_tried_when_there_is_nothing_else() {
    let two = Two::of(100, 10);
    two.first.fail_from(Call::Write, 1, Fault::Error);
    (0..3).for_each(|_| drop(write(&two.medium, 2, LARGE).unwrap_err()));
    two.second.fail_from(Call::CreateUnnamed, 1, Fault::Full);
    two.first.heal();
    assert!(two.is_left());
    two.write();
    assert!(!two.is_left());
}

#[test]
fn each_directory_keeps_its_share_of_the_files_that_may_be_spare() {
    let disks = [SimulatedDisk::new(1), SimulatedDisk::new(2)];
    for disk in &disks {
        disk.set_habits(Habits { open_files_max: Some(64), ..Habits::default() });
    }
    let builder = DirMedium::builder()
        .directory(disks[0].directory("first"), mib(1_000))
        .directory(disks[1].directory("second"), mib(1_000));
    let medium = builder.seams(ManualClock::new().seams(1)).open().unwrap();
    let places: Vec<Place> = (0..16).map(|_| write(&medium, 1, LARGE).unwrap()).collect();
    let bytes = |medium: &DirMedium| medium.usage().parts.iter().map(|part| part.bytes).collect();
    let room = 1_007_616;
    let taken: Vec<u64> = bytes(&medium);
    assert_eq!(taken, [8 * room, 8 * room]);
    for place in places {
        medium.free(place);
    }
    // Of 64 half are the medium's, a quarter of those may be spare, and half of them in each.
    let kept: Vec<u64> = bytes(&medium);
    assert_eq!(kept, [4 * room, 4 * room]);
}

#[test]
fn a_start_that_one_directory_spoils_leaves_nothing_in_the_other() {
    let disk = SimulatedDisk::new(1);
    disk.directory("second").create("thesis.txt").unwrap();
    let builder = DirMedium::builder()
        .directory(disk.directory("first"), mib(1))
        .directory(disk.directory("second"), mib(1));
    let refused = builder.seams(ManualClock::new().seams(1)).open().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    assert_eq!(disk.files("first"), ["DOOR", "FOREBAY-SPILL"]);
    assert_eq!(disk.files("second"), ["thesis.txt"]);
}
