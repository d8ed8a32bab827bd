//! Opening.

use std::sync::Arc;

use forebay_journal::disk::simulated::{Call, Ending, Fault, SimulatedDisk};
use forebay_store::ErrorKind;

use super::world::{World, carry_out, end_after, found, object};
use crate::archive::{Archive, ArchiveSettings};

fn touch(disk: &SimulatedDisk, directory: &str, name: &str) {
    disk.directory(directory).create(name).unwrap().write_at(b"x", 0).unwrap();
}

#[test]
fn an_empty_directory_becomes_an_archive_that_is_the_same_the_next_time() {
    let world = World::new(1);
    let id = world.open().vault().files.id();
    let names = world.disk.files(World::ARCHIVE);
    assert_eq!(names, ["ARCHIVE", "LOCK", "kept", "objects", "packs", "snapshots"]);
    assert_eq!(world.open().vault().files.id(), id);
    let world = world.after(SimulatedDisk::power_cut);
    assert_eq!(world.open().vault().files.id(), id);
}

#[test]
fn a_directory_with_anything_else_in_it_is_not_touched() {
    for name in ["letter", "kept.tmp", "snapshots"] {
        let world = World::new(1);
        touch(&world.disk, World::ARCHIVE, name);
        assert_eq!(world.try_open().unwrap_err().kind(), ErrorKind::Invalid, "{name}");
        assert_eq!(world.disk.files(World::ARCHIVE), [name]);
    }
    let world = World::new(1);
    let root = world.disk.directory(World::ARCHIVE);
    touch(&world.disk, World::ARCHIVE, "ARCHIVE.tmp");
    root.folder("kept").unwrap();
    touch(&world.disk, &World::path("kept"), "letter");
    assert_eq!(world.try_open().unwrap_err().kind(), ErrorKind::Invalid);
}

#[test]
fn a_second_owner_is_refused_and_a_reader_is_not() {
    let world = World::new(1);
    let archive = world.open();
    let other = world.beside();
    assert_eq!(other.try_open().unwrap_err().kind(), ErrorKind::Unavailable);
    let object = object(1, 10);
    archive.keep(&object).wait().unwrap();
    let root = world.disk.directory(World::ARCHIVE);
    let reader = Archive::to_read(other.inner(), root).unwrap();
    assert_eq!(found(&reader, object.id()).unwrap().unwrap(), object.bytes());
    let refused = reader.keep(&object).wait().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unsupported);
    drop(archive);
    other.open();
}

#[test]
fn an_archive_that_a_pool_opens_twice_is_one_archive() {
    let world = World::new(1);
    let (first, second) = (world.open(), world.open());
    assert!(Arc::ptr_eq(first.vault(), second.vault()));
    drop(first);
    assert!(world.beside().try_open().is_err());
    drop(second);
    world.beside().open();
    world.open();
}

#[test]
fn an_opening_that_was_cut_off_at_any_step_is_finished_by_the_next() {
    let steps = {
        let world = World::new(1);
        world.open();
        world.disk.steps()
    };
    for (step, seed) in (0..=steps).flat_map(|step| (0..8).map(move |seed| (step, seed))) {
        for end in [Ending::Kill, Ending::PowerCut] {
            let world = World::new(seed);
            end_after(&world.disk, end, step);
            let id = world.try_open().ok().map(|archive| archive.vault().files.id());
            let world = world.after(|disk| carry_out(disk, end));
            let opened = world.open().vault().files.id();
            assert!(id.is_none_or(|id| id == opened), "step {step}, seed {seed}");
            let object = object(1, 10);
            world.open().keep(&object).wait().unwrap();
            let world = world.after(SimulatedDisk::power_cut);
            let archive = world.open();
            assert_eq!(archive.vault().files.id(), opened, "step {step}, seed {seed}");
            assert!(found(&archive, object.id()).unwrap().is_some(), "step {step}, seed {seed}");
        }
    }
}

#[test]
fn what_was_being_written_is_removed_by_the_next_owner_and_strangers_are_not() {
    let world = World::new(1);
    drop(world.open());
    let key = super::rig::key(1);
    let (ours, foreign) = (format!("{key}.tmp"), "letter.tmp");
    for folder in ["kept", "objects", "packs"] {
        touch(&world.disk, &World::path(folder), &ours);
        touch(&world.disk, &World::path(folder), foreign);
    }
    let snapshots = world.disk.directory(&World::path("snapshots"));
    snapshots.create("step-1.tmp").unwrap();
    // The head of a manifest is written last.
    let draft = snapshots.create("step-2.tmp").unwrap();
    draft.write_at(b"\x06\0step-2", 128).unwrap();
    touch(&world.disk, &World::path("snapshots"), "a letter.tmp");
    touch(&world.disk, &World::path("snapshots"), "letter.tmp");
    drop(world.open());
    for folder in ["kept", "objects", "packs"] {
        assert_eq!(world.names(folder), [foreign]);
    }
    assert_eq!(world.names("snapshots"), ["a letter.tmp", "letter.tmp"]);
}

#[test]
fn an_archive_whose_names_cannot_be_made_durable_is_not_opened() {
    for nth in 1..=5 {
        let world = World::new(1);
        drop(world.open());
        world.disk.fail(Call::SyncDirectory, nth, Fault::Error);
        assert!(world.try_open().is_err(), "sync {nth}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a thread that waits for the other one")]
fn a_failed_sync_of_the_file_system_is_marked_while_another_archive_is_being_opened() {
    let world = World::new(1);
    let open = |name: &str| {
        let root = world.disk.directory(name);
        world.pool.archive_in(root, ArchiveSettings::default()).wait().unwrap()
    };
    let (archive, other) = (world.open(), open("other"));
    let syncing = Arc::new(std::sync::Mutex::new(None));
    world.disk.on_call({
        let (disk, archive, syncing) = (world.disk.clone(), archive.clone(), Arc::clone(&syncing));
        Box::new(move |call| {
            let mut thread = syncing.lock().unwrap();
            if call != Call::SyncDirectory || thread.is_some() {
                return;
            }
            disk.fail(Call::SyncFileSystem, 1, Fault::Error);
            let archive = archive.clone();
            *thread = Some(std::thread::spawn(move || archive.sync_file_system().wait()));
            drop(thread);
            while !disk.files("other").contains(&"DOUBT".to_owned()) {
                std::thread::yield_now();
            }
        })
    });
    let third = open("third");
    let thread = syncing.lock().unwrap().take().unwrap();
    thread.join().unwrap().unwrap_err();
    world.disk.off_call();
    for archive in [&archive, &other, &third] {
        assert_eq!(archive.keep(&object(1, 10)).wait().unwrap_err().kind(), ErrorKind::Unavailable);
    }
}
