//! Every medium keeps the contract.

use forebay_journal::disk::simulated::{Habits, SimulatedDisk};
use forebay_pool::conformance::assert_conforms;
use forebay_pool::{ByteSize, DirMedium, PlainMemory, Quota};
use forebay_store::seam::manual::ManualClock;

#[test]
fn plain_memory_conforms() {
    assert_conforms(PlainMemory::default);
    assert_conforms(|| std::sync::Arc::new(PlainMemory::default()));
}

fn simulated(habits: Habits, quota: Quota) -> DirMedium {
    let disk = SimulatedDisk::new(7);
    disk.set_habits(habits);
    let seams = ManualClock::new().seams(7);
    let builder = DirMedium::builder().directory(disk.directory("spill"), quota);
    builder.seams(seams).open().unwrap()
}

#[test]
fn a_directory_conforms() {
    assert_conforms(|| simulated(Habits::default(), Quota::bytes(ByteSize::mib(24))));
}

#[test]
fn a_directory_without_unnamed_files_conforms() {
    let habits = Habits { no_unnamed: true, ..Habits::default() };
    assert_conforms(move || simulated(habits, Quota::unbounded()));
}

#[test]
fn a_real_directory_conforms() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_owned();
    let quota = Quota::bytes(ByteSize::mib(40));
    assert_conforms(move || DirMedium::builder().dir_with(&path, quota).open().unwrap());
}

#[test]
fn two_directories_conform() {
    assert_conforms(|| {
        let disk = SimulatedDisk::new(7);
        let quota = Quota::bytes(ByteSize::mib(16));
        let builder = DirMedium::builder()
            .directory(disk.directory("one"), quota)
            .directory(disk.directory("two"), quota);
        builder.seams(ManualClock::new().seams(7)).open().unwrap()
    });
}
