//! Directories in directories.

use std::collections::BTreeSet;
use std::io::ErrorKind;

use forebay_journal::disk::simulated::{Call, Fault, Habits, Remains, SimulatedDisk};

use super::rig::{kind, names, on_both, outcomes, read, set, write};

#[test]
fn a_folder_is_a_directory_of_its_own() {
    on_both(|directory| {
        let folder = directory.folder("in").unwrap();
        write(&*folder.create("one").unwrap(), b"hello", 0);
        directory.create("one").unwrap();
        assert_eq!(
            (names(&*folder), names(&*directory)),
            (vec!["one".into()], vec!["in".into(), "one".into()])
        );
        let again = directory.folder("in").unwrap();
        assert_eq!(read(&*again, "one").unwrap(), b"hello");
        again.sync().unwrap();
        assert!(again.describe().ends_with("/in"), "{}", again.describe());
        let deeper = folder.folder("deep").unwrap();
        deeper.create("two").unwrap();
        assert_eq!(names(&*deeper), ["two"]);
    });
}

#[test]
fn folders_are_told_from_files() {
    on_both(|directory| {
        directory.create("file").unwrap();
        directory.folder("in").unwrap();
        assert_eq!(directory.folders().unwrap(), ["in"]);
        assert_eq!(directory.plain_files().unwrap(), ["file"]);
        assert_eq!(kind(directory.folder("file")), ErrorKind::NotADirectory);
        assert_eq!(kind(directory.existing_folder("file")), ErrorKind::NotADirectory);
        assert_eq!(kind(directory.rename_folder("file", "other")), ErrorKind::NotADirectory);
        assert_eq!(kind(directory.remove_folder("file")), ErrorKind::NotADirectory);
        assert_eq!(kind(directory.create("in")), ErrorKind::AlreadyExists);
        assert!(directory.remove("in").is_err() && directory.open("in", true).is_err());
        assert!(directory.rename("file", "in").is_err());
        assert_eq!(names(&*directory), ["file", "in"]);
    });
}

#[test]
fn a_folder_that_is_not_there_is_made_only_by_whoever_wants_that() {
    on_both(|directory| {
        assert_eq!(kind(directory.existing_folder("in")), ErrorKind::NotFound);
        assert_eq!(kind(directory.rename_folder("in", "other")), ErrorKind::NotFound);
        assert_eq!(kind(directory.remove_folder("in")), ErrorKind::NotFound);
        assert!(names(&*directory).is_empty());
        directory.folder("in").unwrap().create("one").unwrap();
        assert_eq!(names(&*directory.existing_folder("in").unwrap()), ["one"]);
    });
}

#[test]
fn only_an_empty_folder_is_removed() {
    on_both(|directory| {
        let folder = directory.folder("in").unwrap();
        folder.create("one").unwrap();
        assert_eq!(kind(directory.remove_folder("in")), ErrorKind::DirectoryNotEmpty);
        folder.remove("one").unwrap();
        directory.remove_folder("in").unwrap();
        directory.sync().unwrap();
        assert!(names(&*directory).is_empty());
        assert_eq!(kind(folder.create("one")), ErrorKind::NotFound);
        assert_eq!(kind(folder.create_unnamed()), ErrorKind::NotFound);
        let file = directory.create("two").unwrap();
        assert_eq!(kind(folder.link(&file, "one")), ErrorKind::NotFound);
        assert!(names(&*directory.folder("in").unwrap()).is_empty());
    });
}

#[test]
fn a_renamed_folder_keeps_what_is_in_it_and_replaces_nothing() {
    on_both(|directory| {
        let folder = directory.folder("in").unwrap();
        let file = folder.create("one").unwrap();
        directory.folder("full").unwrap().create("two").unwrap();
        directory.create("file").unwrap();
        assert_eq!(kind(directory.rename_folder("in", "full")), ErrorKind::DirectoryNotEmpty);
        assert_eq!(kind(directory.rename_folder("in", "file")), ErrorKind::NotADirectory);
        directory.rename_folder("in", "out").unwrap();
        write(&*file, b"hello", 0);
        assert_eq!(names(&*directory), ["file", "full", "out"]);
        assert_eq!(read(&*directory.folder("out").unwrap(), "one").unwrap(), b"hello");
        assert_eq!(kind(folder.create("three")), ErrorKind::NotFound, "it is to be opened again");
    });
}

#[test]
fn a_lock_is_kept_through_a_new_name_of_its_folder() {
    on_both(|directory| {
        let lock = directory.folder("live").unwrap().lock("LOCK").unwrap();
        directory.rename_folder("live", "dead").unwrap();
        let dead = directory.folder("dead").unwrap();
        assert!(dead.lock("LOCK").is_err());
        drop(directory.folder("live").unwrap().lock("LOCK").unwrap());
        drop(lock);
        drop(dead.lock("LOCK").unwrap());
    });
}

#[test]
fn whoever_removes_a_lock_file_lets_another_owner_in() {
    on_both(|directory| {
        let first = directory.lock("LOCK").unwrap();
        directory.remove("LOCK").unwrap();
        let second = directory.lock("LOCK").unwrap();
        drop(first);
        assert!(directory.lock("LOCK").is_err());
        drop(second);
    });
}

#[test]
fn all_is_durable_after_a_sync_of_the_whole_file_system() {
    let made = |disk: &SimulatedDisk| {
        let folder = disk.directory("a").folder("in").unwrap();
        write(&*folder.create("one").unwrap(), &[1], 0);
    };
    let seen = outcomes(|disk| {
        made(disk);
        disk.directory("b").sync_file_system().unwrap();
    });
    assert_eq!(seen, set(["in/one1"]));
    let seen = outcomes(|disk| {
        made(disk);
        disk.fail(Call::SyncFileSystem, 1, Fault::Error);
        assert!(disk.directory("b").sync_file_system().is_err());
        disk.directory("b").sync_file_system().unwrap();
    });
    assert_eq!(seen, set(["", "in/", "in/one?", "in/one0", "in/one1"]));
    on_both(|directory| directory.sync_file_system().unwrap());
}

#[test]
fn a_folder_is_durable_when_the_directory_around_it_was_synced() {
    let seen = outcomes(|disk| drop(disk.directory("a").folder("in").unwrap()));
    assert_eq!(seen, set(["", "in/"]));
    let seen = outcomes(|disk| {
        disk.directory("a").folder("in").unwrap();
        disk.directory("a").sync().unwrap();
    });
    assert_eq!(seen, set(["in/"]));
}

#[test]
fn what_was_synced_in_a_folder_is_lost_with_the_folder() {
    let seen = outcomes(|disk| {
        let folder = disk.directory("a").folder("in").unwrap();
        let file = folder.create("one").unwrap();
        write(&*file, &[1], 0);
        file.sync().unwrap();
        folder.sync().unwrap();
    });
    assert_eq!(seen, set(["", "in/one1"]));
    // And the sync of the directory around it says nothing about names in it.
    let seen = outcomes(|disk| {
        disk.directory("a").folder("in").unwrap().folder("deep").unwrap();
        disk.directory("a").sync().unwrap();
    });
    assert_eq!(seen, set(["in/", "in/deep/"]));
}

#[test]
fn a_folder_that_is_lost_frees_the_room_of_what_was_in_it() {
    let disk = SimulatedDisk::new(1);
    disk.set_room(8192);
    let folder = disk.directory("a").folder("in").unwrap();
    let deep = folder.folder("deep").unwrap();
    let file = deep.create("one").unwrap();
    write(&*file, &[1; 8192], 0);
    file.sync().unwrap();
    deep.sync().unwrap();
    folder.sync().unwrap();
    assert_eq!(folder.free_bytes().unwrap(), Some(0));
    disk.power_cut_leaving(Remains::Nothing);
    assert_eq!(disk.directory("a").free_bytes().unwrap(), Some(8192));
}

#[test]
fn a_new_name_of_a_folder_is_durable_when_the_directory_around_it_was_synced() {
    let renamed = |disk: &SimulatedDisk| {
        let directory = disk.directory("a");
        let folder = directory.folder("in").unwrap();
        let file = folder.create("one").unwrap();
        write(&*file, &[1], 0);
        file.sync().unwrap();
        folder.sync().unwrap();
        directory.sync().unwrap();
        directory.rename_folder("in", "out").unwrap();
        directory
    };
    assert_eq!(outcomes(|disk| drop(renamed(disk))), set(["in/one1", "out/one1"]));
    assert_eq!(outcomes(|disk| renamed(disk).sync().unwrap()), set(["out/one1"]));
}

#[test]
fn a_removed_folder_may_come_back_until_the_directory_around_it_is_synced() {
    let removed = |disk: &SimulatedDisk| {
        let directory = disk.directory("a");
        directory.folder("in").unwrap();
        directory.sync().unwrap();
        directory.remove_folder("in").unwrap();
        directory
    };
    assert_eq!(outcomes(|disk| drop(removed(disk))), set(["", "in/"]));
    assert_eq!(outcomes(|disk| removed(disk).sync().unwrap()), set([""]));
}

#[test]
fn a_process_that_is_killed_leaves_its_folders_and_not_its_handles() {
    let disk = SimulatedDisk::new(1);
    let folder = disk.directory("a").folder("in").unwrap();
    folder.create("one").unwrap();
    disk.kill();
    assert!(folder.list().is_err());
    assert_eq!(disk.files("a/in"), ["one"]);
    assert_eq!(names(&*disk.directory("a/in")), ["one"]);
}

#[test]
fn calls_of_folders_fail_like_others() {
    for (fault, happened) in [(Fault::Error, false), (Fault::ErrorAfter, true)] {
        let disk = SimulatedDisk::new(1);
        let directory = disk.directory("a");
        disk.fail(Call::Create, 1, fault);
        assert!(directory.folder("in").is_err());
        assert_eq!(disk.files("a") == ["in"], happened);
        directory.folder("in").unwrap();
        disk.fail(Call::Open, 1, fault);
        assert!(directory.existing_folder("in").is_err());
        disk.fail(Call::Rename, 1, fault);
        assert!(directory.rename_folder("in", "out").is_err());
        assert_eq!(disk.files("a") == ["out"], happened);
        disk.fail(Call::Remove, 1, fault);
        assert!(directory.remove_folder(&disk.files("a")[0]).is_err());
        assert_eq!(disk.files("a").is_empty(), happened);
        disk.fail(Call::List, 1, fault);
        assert!(directory.folders().is_err());
        disk.fail(Call::FreeBytes, 1, fault);
        assert!(directory.free_bytes().is_err());
    }
}

#[test]
fn a_disk_says_how_much_is_free_and_how_many_files_may_be_open() {
    on_both(|directory| {
        if let Some(free) = directory.free_bytes().unwrap() {
            assert!(free < 1 << 60, "{free}");
        }
        assert!(directory.open_files_max().is_none_or(|most| most > 2));
    });
    let disk = SimulatedDisk::new(1);
    let directory = disk.directory("a");
    assert_eq!((directory.free_bytes().unwrap(), directory.open_files_max()), (None, None));
    disk.set_room(10_000);
    write(&*directory.create("one").unwrap(), &[1], 0);
    assert_eq!(directory.free_bytes().unwrap(), Some(4096));
}

#[test]
fn a_process_has_no_more_files_open_than_it_may() {
    let disk = SimulatedDisk::new(1);
    let directory = disk.directory("a");
    drop(directory.create("one").unwrap());
    disk.set_habits(Habits { open_files_max: Some(2), ..Habits::default() });
    assert_eq!(directory.open_files_max(), Some(2));
    let open = [directory.open("one", true).unwrap(), directory.open("one", false).unwrap()];
    let refused = [
        directory.create("two").unwrap_err(),
        directory.open("one", true).unwrap_err(),
        directory.create_unnamed().unwrap_err(),
    ];
    assert!(refused.iter().all(forebay_journal::disk::are_files_used_up));
    assert_eq!(disk.files("a"), ["one"], "nothing was made");
    drop(open);
    directory.create_unnamed().unwrap().unwrap();
    directory.create("two").unwrap();
    assert!(!forebay_journal::disk::are_files_used_up(&ErrorKind::StorageFull.into()));
}

#[test]
fn folders_are_seen_in_no_order() {
    let mut seen = BTreeSet::new();
    for seed in 0..20 {
        let directory = SimulatedDisk::new(seed).directory("a");
        directory.folder("one").unwrap();
        directory.folder("two").unwrap();
        seen.insert(directory.folders().unwrap());
    }
    assert_eq!(seen.len(), 2);
}
