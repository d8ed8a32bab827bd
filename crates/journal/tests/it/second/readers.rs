//! Those who only look into a journal look into both directories.

use forebay_journal::disk::Place;
use forebay_journal::disk::simulated::{Call, Ending, Fault, SimulatedDisk};
use forebay_journal::{copy, inspect, read, read_only};

use super::{begun, fail, put_long};
use crate::crash::rig::Rig;
use crate::fixtures::reading::reading;
use crate::fixtures::second_reader::said;

fn at_rest() -> Rig {
    let mut rig = begun(1);
    fail(&mut rig, (Call::Write, Fault::Error));
    put_long(&mut rig, 5);
    rig.disk.heal();
    rig.end(Ending::Kill);
    rig
}

#[test]
fn an_inspection_says_where_each_segment_is_and_misses_none() {
    let rig = at_rest();
    let whole = inspect(rig.directories()).unwrap();
    assert_eq!(whole.missing, []);
    let places: Vec<_> = whole.segments.iter().map(|segment| segment.place).collect();
    assert!(places.contains(&Place::First) && places.ends_with(&[Place::Second; 3]), "{places:?}");
    let newest = whole.slot().unwrap();
    let counters = whole.second_slots.unwrap().map(|slot| slot.unwrap().counter);
    assert!(counters.contains(&newest.counter), "{newest:?}");
    // Without the second it cannot be told what is missing, but that one is needed.
    let alone = inspect(rig.disk.directory("a")).unwrap();
    assert!(alone.slot().unwrap().second.is_some() && alone.second_slots.is_none());
}

#[test]
fn a_copy_holds_what_is_in_both() {
    let rig = at_rest();
    let target = SimulatedDisk::new(5);
    let seams = rig.settings().seams;
    copy(rig.directories(), target.directory("a"), seams.clone()).unwrap();
    let recovery = read(target.directory("a"), |_, _| Ok(())).unwrap();
    assert_eq!((recovery.last, recovery.was_clean), (rig.model.last(), true));
    copy(rig.disk.directory("a"), SimulatedDisk::new(6).directory("a"), seams).unwrap_err();
}

#[test]
fn what_is_only_read_can_be_changed_in_neither_and_its_progress_goes_over_both() {
    let rig = at_rest();
    let (told, hears) = std::sync::mpsc::channel();
    let told = std::sync::Mutex::new(told);
    let watched = read_only(rig.directories(), move |done, total| {
        told.lock().unwrap().send((done, total)).unwrap();
    });
    let watched = watched.unwrap();
    read(watched.clone(), |_, _| Ok(())).unwrap();
    for directory in [Some(watched.first()), watched.second()] {
        directory.unwrap().create("new-a").unwrap_err();
    }
    drop(watched);
    let told: Vec<_> = hears.try_iter().collect();
    assert!(told.is_sorted(), "{told:?}");
    let segments = inspect(rig.directories()).unwrap().segments;
    let total: u64 = segments.iter().map(|segment| segment.length).sum();
    assert_eq!(told.last(), Some(&(total, total)));
}

/// Everything that is in a directory, as real files.
#[expect(clippy::disallowed_methods, reason = "the test writes files of its own")]
fn unpacked(disk: &SimulatedDisk, directory: &str) -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    for name in disk.files(directory) {
        let bytes = disk.read_live(directory, &name).unwrap();
        std::fs::write(place.path().join(name), bytes).unwrap();
    }
    place
}

#[test]
fn a_reader_in_another_language_finds_the_same_in_both() {
    for (seed, call) in (0..3).flat_map(|seed| [(seed, Call::Write), (seed, Call::Rename)]) {
        let mut rig = begun(seed);
        fail(&mut rig, (call, Fault::ErrorAfter));
        // What is left of attempts to make a segment stays.
        rig.disk.fail_from(Call::Remove, 1, Fault::Error);
        put_long(&mut rig, 5);
        rig.append(&[70, 8]).unwrap();
        rig.disk.heal();
        rig.end(Ending::Kill);
        let expected = reading(rig.directories());
        assert!(expected.contains("record 6 "), "{expected}");
        let [first, second] = [("a", &rig.disk), ("b", rig.second.as_ref().unwrap())]
            .map(|(name, disk)| unpacked(disk, name));
        assert_eq!(said(&[first.path(), second.path()]), expected, "{}", rig.place);
    }
}
