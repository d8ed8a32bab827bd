//! Names: what a power cut leaves of their changes, and what a sync of the directory is for.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use forebay_journal::disk::simulated::{Call, Fault, Habits, Remains, SimulatedDisk};

use super::rig::{durable_file, outcomes, set, write};

/// A file whose bytes are durable and whose name is not.
fn nameless_file(disk: &SimulatedDisk, name: &str, byte: u8) {
    let file = disk.directory("a").create(name).unwrap();
    write(&*file, &[byte], 0);
    file.sync().unwrap();
}

#[test]
fn an_unsynced_name_may_be_lost() {
    assert_eq!(outcomes(|disk| nameless_file(disk, "one", 1)), set(["", "one1"]));
}

#[test]
fn a_synced_name_never_is_even_if_its_bytes_are() {
    let seen = outcomes(|disk| {
        let directory = disk.directory("a");
        write(&*directory.create("one").unwrap(), &[1], 0);
        directory.sync().unwrap();
    });
    assert_eq!(seen, set(["one?", "one0", "one1"]));
}

#[test]
fn names_survive_in_any_order() {
    let seen = outcomes(|disk| {
        nameless_file(disk, "one", 1);
        nameless_file(disk, "two", 2);
    });
    assert_eq!(seen, set(["", "one1", "two2", "one1 two2"]));
}

#[test]
fn a_rename_is_made_or_not() {
    let seen = outcomes(|disk| {
        durable_file(disk, "one", &[1]);
        durable_file(disk, "two", &[2]);
        disk.directory("a").rename("one", "two").unwrap();
    });
    assert_eq!(seen, set(["one1 two2", "two1"]));
}

#[test]
fn a_rename_does_not_survive_without_the_creation_before_it() {
    let seen = outcomes(|disk| {
        nameless_file(disk, "one", 1);
        disk.directory("a").rename("one", "two").unwrap();
    });
    assert_eq!(seen, set(["", "one1", "two1"]));
}

#[test]
fn a_chain_of_renames_never_gives_a_file_two_names() {
    let seen = outcomes(|disk| {
        durable_file(disk, "one", &[1]);
        disk.directory("a").rename("one", "two").unwrap();
        disk.directory("a").rename("two", "three").unwrap();
    });
    assert_eq!(seen, set(["one1", "two1", "three1"]));
}

#[test]
fn a_sync_of_the_directory_covers_what_was_there_when_it_began() {
    let disk = SimulatedDisk::new(1);
    let directory = disk.directory("a");
    nameless_file(&disk, "one", 1);
    let during = Mutex::new(Some(Arc::clone(&directory)));
    disk.on_call(Box::new(move |call| {
        let is_sync = call == Call::SyncDirectory;
        let taken = if is_sync { during.lock().unwrap().take() } else { None };
        if let Some(directory) = taken {
            directory.create("two").unwrap();
        }
    }));
    directory.sync().unwrap();
    assert_eq!(disk.files("a"), ["one", "two"]);
    disk.power_cut_leaving(Remains::Nothing);
    assert_eq!(disk.files("a"), ["one"]);
}

#[test]
fn a_removed_name_may_come_back_until_the_directory_is_synced() {
    let remove = |disk: &SimulatedDisk| {
        durable_file(disk, "one", &[1]);
        disk.directory("a").remove("one").unwrap();
    };
    assert_eq!(outcomes(remove), set(["", "one1"]));
    let seen = outcomes(|disk| {
        remove(disk);
        disk.directory("a").sync().unwrap();
    });
    assert_eq!(seen, set([""]));
}

#[test]
fn a_name_that_was_taken_again_is_the_old_file_none_or_the_new_one() {
    let seen = outcomes(|disk| {
        durable_file(disk, "one", &[1]);
        disk.directory("a").remove("one").unwrap();
        nameless_file(disk, "one", 2);
    });
    assert_eq!(seen, set(["one1", "", "one2"]));
}

#[test]
fn after_a_failed_sync_of_the_directory_a_later_one_proves_nothing() {
    let seen = outcomes(|disk| {
        nameless_file(disk, "one", 1);
        disk.fail(Call::SyncDirectory, 1, Fault::Error);
        let directory = disk.directory("a");
        assert!(directory.sync().is_err());
        assert_eq!(disk.files("a"), ["one"]);
        directory.sync().unwrap();
        nameless_file(disk, "two", 2);
        directory.sync().unwrap();
    });
    assert_eq!(seen, set(["two2", "one1 two2"]));
}

#[test]
fn a_lying_sync_of_the_directory_does_nothing() {
    let disk = SimulatedDisk::new(1);
    nameless_file(&disk, "one", 1);
    disk.fail(Call::SyncDirectory, 1, Fault::Lie);
    disk.directory("a").sync().unwrap();
    assert_eq!(disk.read_durable("a", "one"), None);
    disk.directory("a").sync().unwrap();
    assert_eq!(disk.read_durable("a", "one"), Some(vec![1]));
}

#[test]
fn a_sync_of_a_file_keeps_names_only_if_that_is_the_disks_habit() {
    for (sync_keeps_names, expected) in [(false, None), (true, Some(vec![1]))] {
        let disk = SimulatedDisk::new(1);
        disk.set_habits(Habits { sync_keeps_names, ..Habits::default() });
        nameless_file(&disk, "one", 1);
        disk.power_cut_leaving(Remains::Nothing);
        assert_eq!(disk.read_live("a", "one"), expected);
    }
}

#[test]
fn directories_of_one_disk_have_their_own_names_and_their_own_syncs() {
    let disk = SimulatedDisk::new(1);
    let (one, two) = (disk.directory("one"), disk.directory("two"));
    one.create("file").unwrap();
    two.create("file").unwrap();
    two.sync().unwrap();
    disk.power_cut_leaving(Remains::Nothing);
    assert!(disk.files("one").is_empty());
    assert_eq!(disk.files("two"), ["file"]);
}

#[test]
fn a_name_has_no_separator() {
    let directory = SimulatedDisk::new(1).directory("a");
    for name in ["", ".", "..", "a/b", "a\\b"] {
        assert!(directory.create(name).is_err(), "{name}");
    }
}

#[test]
fn a_directory_that_is_moved_has_its_new_name_for_good_and_in_between_one_of_the_two() {
    let begun = |seed| {
        let disk = SimulatedDisk::new(seed);
        durable_file(&disk, "one", &[1]);
        disk
    };
    let names = |disk: &SimulatedDisk| (disk.files("a").len(), disk.files("b").len());
    let mut seen = BTreeSet::new();
    for seed in 0..100 {
        let disk = begun(seed);
        disk.move_directory("a", "b").unwrap();
        disk.power_cut();
        assert_eq!(names(&disk), (0, 1), "seed {seed}");

        let disk = begun(seed);
        disk.fail(Call::SyncDirectory, 1, Fault::Error);
        disk.move_directory("a", "b").unwrap_err();
        assert_eq!(names(&disk), (0, 1), "the name is changed, only not for good");
        disk.power_cut();
        seen.insert(names(&disk));
    }
    assert_eq!(seen, BTreeSet::from([(0, 1), (1, 0)]));

    let disk = begun(1);
    disk.directory("b").create("two").unwrap();
    disk.move_directory("a", "b").unwrap_err();
    assert_eq!(names(&disk), (1, 1), "nothing is replaced that is not empty");
}
