//! Files without a name, and the names that they are given.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::sync::Arc;

use forebay_journal::disk::simulated::{Call, Fault, Habits, Remains, SimulatedDisk};
use forebay_journal::disk::{Directory, DiskFile, RealDirectory};

use super::rig::{kind, names, on_both, outcomes, read, set, write};

fn unnamed(directory: &dyn Directory) -> Arc<dyn DiskFile> {
    directory.create_unnamed().unwrap().expect("it has files without a name")
}

#[test]
fn a_file_that_was_made_without_a_name_is_a_file_and_has_none() {
    on_both(|directory| {
        let (one, two) = (unnamed(&*directory), unnamed(&*directory));
        write(&*one, b"hello", 3);
        write(&*two, b"J", 0);
        one.sync().unwrap();
        let mut bytes = [b'.'; 9];
        assert_eq!((one.read_at(&mut bytes, 1).unwrap(), one.len().unwrap()), (7, 8));
        assert_eq!(&bytes, b"\0\0hello..");
        assert_eq!(two.len().unwrap(), 1);
        assert!(names(&*directory).is_empty());
    });
}

#[test]
fn a_linked_file_has_its_name_and_outlives_its_handles() {
    on_both(|directory| {
        let file = unnamed(&*directory);
        write(&*file, b"hello", 0);
        assert!(directory.link(&file, "one").unwrap());
        assert_eq!(names(&*directory), ["one"]);
        write(&*file, b"J", 0);
        drop(file);
        directory.sync().unwrap();
        assert_eq!(read(&*directory, "one").unwrap(), b"Jello");
    });
}

#[test]
fn a_link_may_be_in_another_directory_of_the_same_disk() {
    on_both(|directory| {
        let (from, to) = (directory.folder("from").unwrap(), directory.folder("to").unwrap());
        let file = unnamed(&*from);
        write(&*file, b"hello", 0);
        assert!(to.link(&file, "one").unwrap());
        assert_eq!((names(&*from).len(), read(&*to, "one").unwrap()), (0, b"hello".to_vec()));
    });
}

#[test]
fn a_file_with_a_name_gets_one_more_and_stays_until_it_has_none() {
    on_both(|directory| {
        let file = directory.create("one").unwrap();
        write(&*file, b"hello", 0);
        assert!(directory.link(&file, "two").unwrap());
        directory.remove("one").unwrap();
        directory.sync().unwrap();
        write(&*file, b"J", 0);
        drop(file);
        assert_eq!(names(&*directory), ["two"]);
        assert_eq!(read(&*directory, "two").unwrap(), b"Jello");
    });
}

#[test]
fn a_link_never_takes_a_name_that_is_taken() {
    on_both(|directory| {
        write(&*directory.create("one").unwrap(), b"old", 0);
        let file = unnamed(&*directory);
        assert_eq!(kind(directory.link(&file, "one")), ErrorKind::AlreadyExists);
        assert_eq!(read(&*directory, "one").unwrap(), b"old");
        assert!(directory.link(&file, "two").unwrap(), "it can still have another name");
    });
}

#[test]
fn what_has_lost_its_last_name_gets_none_again() {
    on_both(|directory| {
        let created = directory.create("one").unwrap();
        let linked = unnamed(&*directory);
        assert!(directory.link(&linked, "two").unwrap());
        directory.remove("one").unwrap();
        directory.remove("two").unwrap();
        assert!(!directory.link(&created, "three").unwrap());
        assert!(!directory.link(&linked, "three").unwrap());
        assert!(names(&*directory).is_empty());
    });
}

#[test]
fn a_file_of_another_disk_is_not_linked() {
    let place = tempfile::tempdir().unwrap();
    let real = RealDirectory::open(place.path()).unwrap();
    let (one, two) = (SimulatedDisk::new(1), SimulatedDisk::new(2));
    // The second disk has a file of the same number, and that is not it.
    let (file, _other) = (unnamed(&*one.directory("a")), unnamed(&*two.directory("a")));
    assert!(!two.directory("a").link(&file, "one").unwrap());
    assert!(!real.link(&file, "one").unwrap());
    assert!(!one.directory("a").link(&unnamed(&real), "one").unwrap());
    assert!(one.files("a").is_empty() && two.files("a").is_empty() && names(&real).is_empty());
}

/// `/proc` is there on every Linux and is another file system than the one for temporary files.
#[cfg(target_os = "linux")]
#[test]
fn a_file_of_another_file_system_is_not_linked() {
    let place = tempfile::tempdir().unwrap();
    let real = RealDirectory::open(place.path()).unwrap();
    let other = RealDirectory::existing("/proc/self").unwrap().open("status", false).unwrap();
    assert!(!real.link(&other, "one").unwrap());
    assert!(names(&real).is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn where_no_file_goes_without_a_name_that_is_no_error() {
    let proc = RealDirectory::existing("/proc/self").unwrap();
    assert!(proc.create_unnamed().unwrap().is_none());
    let disk = SimulatedDisk::new(1);
    disk.set_habits(Habits { no_unnamed: true, ..Habits::default() });
    assert!(disk.directory("a").create_unnamed().unwrap().is_none());
}

#[test]
fn a_disk_without_links_does_nothing_and_says_so() {
    let disk = SimulatedDisk::new(1);
    disk.set_habits(Habits { no_links: true, ..Habits::default() });
    let directory = disk.directory("a");
    assert!(!directory.link(&unnamed(&*directory), "one").unwrap());
    assert!(disk.files("a").is_empty());
}

#[test]
fn a_file_without_a_name_takes_room_until_it_is_closed() {
    let disk = SimulatedDisk::new(1);
    disk.set_room(3 * 4096);
    let directory = disk.directory("a");
    let (one, two) = (unnamed(&*directory), directory.create("two").unwrap());
    write(&*one, &[1; 8192], 0);
    assert_eq!(kind(two.write_at(&[1; 4097], 0)), ErrorKind::StorageFull);
    drop(one);
    write(&*two, &[1; 4097], 0);
    // The same for one whose name was removed.
    directory.remove("two").unwrap();
    let three = unnamed(&*directory);
    assert!(three.write_at(&[1; 4097], 0).is_err());
    drop(two);
    write(&*three, &[1; 4097], 0);
}

#[test]
fn a_file_with_two_names_takes_its_room_once() {
    let disk = SimulatedDisk::new(1);
    disk.set_room(4 * 4096);
    let directory = disk.directory("a");
    let file = unnamed(&*directory);
    write(&*file, &[1; 8192], 0);
    assert!(directory.link(&file, "one").unwrap() && directory.link(&file, "two").unwrap());
    assert_eq!(directory.free_bytes().unwrap(), Some(8192));
}

#[test]
fn a_file_without_a_name_is_gone_at_every_end_even_if_it_was_synced() {
    for end in [SimulatedDisk::kill, SimulatedDisk::power_cut] {
        let disk = SimulatedDisk::new(1);
        disk.set_room(4096);
        let directory = disk.directory("a");
        let file = unnamed(&*directory);
        write(&*file, &[1; 4096], 0);
        file.sync().unwrap();
        directory.sync().unwrap();
        end(&disk);
        assert!(file.len().is_err());
        let directory = disk.directory("a");
        assert!(directory.link(&file, "one").is_err());
        assert!(disk.files("a").is_empty());
        assert_eq!(directory.free_bytes().unwrap(), Some(4096));
    }
}

#[test]
fn a_link_is_lost_or_not_until_its_directory_is_synced() {
    let linked = |disk: &SimulatedDisk| {
        let directory = disk.directory("a");
        let file = unnamed(&*directory);
        write(&*file, &[1], 0);
        file.sync().unwrap();
        assert!(directory.link(&file, "one").unwrap());
        directory
    };
    assert_eq!(outcomes(|disk| drop(linked(disk))), set(["", "one1"]));
    assert_eq!(outcomes(|disk| linked(disk).sync().unwrap()), set(["one1"]));
    // The sync of the directory that it comes from says nothing.
    let elsewhere = |disk: &SimulatedDisk| {
        let file = unnamed(&*disk.directory("b"));
        write(&*file, &[1], 0);
        file.sync().unwrap();
        assert!(disk.directory("a").link(&file, "one").unwrap());
        disk.directory("b").sync().unwrap();
    };
    assert_eq!(outcomes(elsewhere), set(["", "one1"]));
}

#[test]
fn a_link_before_the_sync_of_the_file_may_name_any_part_of_it() {
    let mut seen = BTreeSet::new();
    for seed in 0..300 {
        let disk = SimulatedDisk::new(seed);
        let directory = disk.directory("a");
        let file = unnamed(&*directory);
        write(&*file, &[1; 512], 0);
        write(&*file, &[2; 512], 512);
        assert!(directory.link(&file, "one").unwrap());
        directory.sync().unwrap();
        disk.power_cut();
        let bytes = disk.read_live("a", "one").expect("the name is durable");
        let byte = |at: usize| bytes.get(at).copied();
        seen.insert((byte(0), byte(1023)));
    }
    for part in [(None, None), (Some(1), None), (Some(0), Some(2)), (Some(1), Some(2))] {
        assert!(seen.contains(&part), "{part:?}: {seen:?}");
    }
}

#[test]
fn bytes_that_are_written_after_the_link_are_synced_as_any_others() {
    let disk = SimulatedDisk::new(1);
    let directory = disk.directory("a");
    let file = unnamed(&*directory);
    assert!(directory.link(&file, "one").unwrap());
    directory.sync().unwrap();
    write(&*file, b"hello", 0);
    file.sync().unwrap();
    disk.power_cut_leaving(Remains::Nothing);
    assert_eq!(disk.read_live("a", "one").unwrap(), b"hello");
}

#[test]
fn both_calls_fail_like_others() {
    let disk = SimulatedDisk::new(1);
    let directory = disk.directory("a");
    disk.fail(Call::CreateUnnamed, 1, Fault::Full);
    assert_eq!(kind(directory.create_unnamed()), ErrorKind::StorageFull);
    disk.set_room(0);
    disk.fail(Call::CreateUnnamed, 1, Fault::ErrorAfter);
    assert!(directory.create_unnamed().is_err());
    let file = unnamed(&*directory);
    assert_eq!(kind(file.write_at(&[1], 0)), ErrorKind::StorageFull);
    for (fault, happened) in [(Fault::Error, false), (Fault::ErrorAfter, true)] {
        disk.fail(Call::Link, 1, fault);
        assert!(directory.link(&file, "one").is_err());
        assert_eq!(disk.files("a") == ["one"], happened);
    }
    let counts = disk.counts();
    assert_eq!((counts.unnamed, counts.name_changes), (3, 2));
}

#[test]
fn a_failed_sync_of_the_file_loses_its_bytes_whatever_name_it_gets() {
    let mut seen = BTreeSet::new();
    for seed in 0..100 {
        let disk = SimulatedDisk::new(seed);
        let directory = disk.directory("a");
        let file = unnamed(&*directory);
        write(&*file, &[1; 512], 0);
        disk.fail(Call::Sync, 1, Fault::Error);
        assert!(file.sync().is_err());
        file.sync().unwrap();
        assert!(directory.link(&file, "one").unwrap());
        directory.sync().unwrap();
        disk.power_cut();
        seen.insert(disk.read_live("a", "one").unwrap() == [1; 512]);
    }
    assert_eq!(seen, BTreeSet::from([false, true]));
}

#[test]
fn a_link_that_is_cut_off_is_made_or_not() {
    let mut seen = BTreeSet::new();
    for seed in 0..50 {
        let disk = SimulatedDisk::new(seed);
        let directory = disk.directory("a");
        let file = unnamed(&*directory);
        disk.kill_after_change(0);
        assert!(directory.link(&file, "one").is_err());
        disk.kill();
        seen.insert(disk.files("a"));
    }
    assert_eq!(seen, BTreeSet::from([vec![], vec!["one".to_owned()]]));
}
