//! Archives that are closed, or whose owner moves on, while their objects are in use.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use forebay_journal::disk::simulated::{Call, Habits, SimulatedDisk};
use forebay_store::ErrorKind;

use super::world::{World, load, object};
use crate::archive::{Archive, ArchiveSettings};
use crate::handle::Handle;
use crate::key::Key;

const LARGE: usize = 300 << 10;

/// An archive that has these many objects, and nobody has it open.
fn filled(count: u64, length: usize) -> (World, Vec<Key>) {
    let world = World::new(1);
    let archive = world.open();
    let keys = (0..count).map(|number| archive.keep(&object(number, length)).wait().unwrap());
    let keys = keys.collect();
    drop(archive);
    (world.after(SimulatedDisk::kill), keys)
}

fn reader(world: &World) -> Archive {
    Archive::to_read(world.inner(), world.disk.directory(World::ARCHIVE)).unwrap()
}

#[test]
fn who_has_an_object_keeps_it_although_another_process_owns_the_archive_by_now() {
    let (world, keys) = filled(3, 1000);
    let archive = world.open();
    let blobs: Vec<_> =
        keys.iter().map(|key| archive.vault().find(*key).unwrap().unwrap()).collect();
    drop(archive);
    let other = world.beside();
    let owner = other.open();
    for key in &keys {
        assert!(owner.delete(*key).wait().unwrap());
    }
    for (number, blob) in (0..).zip(&blobs) {
        assert_eq!(load(blob).unwrap(), super::world::content(number, 1000));
    }
}

#[test]
fn objects_whose_files_cannot_all_be_kept_open_keep_the_archive_owned() {
    let (world, keys) = filled(12, 1000);
    world.disk.set_habits(Habits { open_files_max: Some(40), ..Habits::default() });
    let archive = world.open();
    let mut blobs: Vec<_> =
        keys.iter().map(|key| archive.vault().find(*key).unwrap().unwrap()).collect();
    drop(archive);
    let other = world.beside();
    assert_eq!(other.try_open().unwrap_err().kind(), ErrorKind::Unavailable);
    // The pool that has them can open it again, of course.
    let archive = world.open();
    blobs.truncate(5);
    drop(archive);
    other.open();
    assert!(blobs.iter().all(|blob| load(blob).is_ok()));
}

#[test]
fn the_last_object_that_keeps_an_archive_owned_gives_it_up() {
    let (world, keys) = filled(12, 1000);
    world.disk.set_habits(Habits { open_files_max: Some(40), ..Habits::default() });
    let archive = world.open();
    let mut blobs: Vec<_> =
        keys.iter().map(|key| archive.vault().find(*key).unwrap().unwrap()).collect();
    drop(archive);
    let (other, last) = (world.beside(), blobs.pop());
    blobs.clear();
    assert_eq!(other.try_open().unwrap_err().kind(), ErrorKind::Unavailable);
    drop(last);
    other.open();
}

#[test]
fn archives_of_a_pool_keep_no_more_files_open_together_than_one_may() {
    let world = World::new(1);
    world.disk.set_habits(Habits { open_files_max: Some(40), ..Habits::default() });
    let archives = ["a", "b", "c"].map(|name| {
        world
            .pool
            .archive_in(world.disk.directory(name), ArchiveSettings::default())
            .wait()
            .unwrap()
    });
    let objects: Vec<_> = (0..36).map(|number| object(number, 10)).collect();
    for (kept, archive) in objects.iter().zip(archives.iter().cycle()) {
        archive.keep(kept).wait().unwrap();
    }
    assert_eq!(objects.iter().filter(|kept| kept.blob().is_some()).count(), 10);
}

#[test]
fn files_that_are_only_read_leave_half_of_those_that_may_be_open_to_those_that_must() {
    let (world, _) = filled(0, 0);
    world.disk.set_habits(Habits { open_files_max: Some(40), ..Habits::default() });
    let [read, deleted] = ["a", "b"].map(|name| {
        let root = world.disk.directory(name);
        let settings = ArchiveSettings { adopts: false, ..ArchiveSettings::default() };
        world.pool.archive_in(root, settings).wait().unwrap()
    });
    let keys: Vec<_> = (0..10).map(|number| object(number, 10).id()).collect();
    let blobs = [&read, &deleted].map(|archive| {
        let keep = |number| archive.keep(&object(number, 10)).wait().unwrap();
        (0..10).map(keep).for_each(drop);
        let blob = |key: &Key| archive.vault().find(*key).unwrap().unwrap();
        keys.iter().map(blob).collect::<Vec<_>>()
    });
    // All ten are read, and five of them stay open.
    assert!(blobs[0].iter().all(|blob| load(blob).is_ok()));
    let gone = keys.iter().map(|key| deleted.delete(*key).wait());
    assert_eq!(gone.take_while(|gone| matches!(gone, Ok(true))).count(), 5);
    assert!(blobs[1].iter().all(|blob| load(blob).is_ok()));
}

#[test]
fn what_a_reader_has_opened_stays_although_its_owner_removes_it() {
    let (world, keys) = filled(2, 1000);
    let (owner, other) = (world.open(), world.beside());
    let reader = reader(&other);
    let object: Handle<Vec<u8>> = reader.open(keys[0]).wait().unwrap();
    for key in &keys {
        assert!(owner.delete(*key).wait().unwrap());
    }
    assert_eq!(object.get().wait().unwrap().len(), 1000);
    assert_eq!(reader.open::<Vec<u8>>(keys[1]).wait().unwrap_err().kind(), ErrorKind::Invalid);
}

#[test]
fn a_reader_finds_what_its_owner_moves_while_it_looks() {
    for length in [100, LARGE] {
        let world = World::new(1);
        let owner = world.open();
        let (first, second) = (object(1, length), object(2, length));
        owner.commit("s", [("a", &first), ("b", &second)]).wait().unwrap();
        let other = world.beside();
        let reader = reader(&other);
        // It has read the manifest, and opens the file that this names.
        let has_moved = Arc::new(AtomicBool::new(false));
        let opens = Arc::new(std::sync::atomic::AtomicU32::new(0));
        world.disk.on_call({
            let (owner, first, is_moved) = (owner.clone(), first.clone(), Arc::clone(&has_moved));
            Box::new(move |call| {
                if call != Call::Open || opens.fetch_add(1, Ordering::AcqRel) != 2 {
                    return;
                }
                is_moved.store(true, Ordering::Release);
                owner.keep(&first).wait().unwrap();
                owner.commit("s", [("c", &first)]).wait().unwrap();
                owner.delete_snapshot("s").wait().unwrap();
                owner.gc().wait().unwrap();
            })
        });
        let object: Handle<Vec<u8>> = reader.open(first.id()).wait().unwrap();
        world.disk.off_call();
        assert!(has_moved.load(Ordering::Acquire));
        assert_eq!(*object.get().wait().unwrap(), first.bytes());
    }
}

#[test]
fn a_file_that_is_missing_is_said_to_be_when_it_is_opened() {
    let world = World::new(1);
    let archive = world.open();
    let committed = object(1, LARGE);
    archive.commit("s", [("a", &committed)]).wait().unwrap();
    drop(archive);
    let world = world.after(SimulatedDisk::kill);
    let name = committed.id().to_string();
    world.disk.directory(&World::path("objects")).remove(&name).unwrap();
    let error = world.open().open_in::<Vec<u8>>("s", "a").wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
}

#[test]
fn another_archive_under_the_same_path_is_another_one() {
    let (one, two) = (World::new(1), World::new(2));
    let settings = ArchiveSettings::default();
    let first = one.open();
    // Its directory calls itself the same.
    let second = one.pool.archive_in(two.disk.directory(World::ARCHIVE), settings).wait().unwrap();
    assert!(!Arc::ptr_eq(first.vault(), second.vault()));
    assert_eq!(two.beside().try_open().unwrap_err().kind(), ErrorKind::Unavailable);
}
