//! Deleting, and collecting garbage.

use forebay_journal::disk::simulated::{Habits, SimulatedDisk};
use forebay_store::ErrorKind;

use super::world::{World, found, load, object, shown};

const LARGE: usize = 300 << 10;

#[test]
fn what_was_deleted_stays_deleted_and_who_has_it_keeps_it() {
    for seed in 0..16 {
        let world = World::new(seed);
        let archive = world.open();
        let kept = object(1, 1000);
        archive.keep(&kept).wait().unwrap();
        let blob = archive.vault().find(kept.id()).unwrap().unwrap();
        assert!(archive.delete(kept.id()).wait().unwrap());
        assert!(!archive.delete(kept.id()).wait().unwrap());
        assert!(!archive.contains(kept.id()).wait().unwrap());
        assert_eq!(load(&blob).unwrap(), kept.bytes());
        drop((archive, blob));
        let world = world.after(SimulatedDisk::power_cut);
        assert_eq!(found(&world.open(), kept.id()).unwrap(), None);
    }
}

#[test]
fn what_is_kept_again_after_it_was_deleted_is_another_file() {
    let world = World::new(1);
    let archive = world.open();
    let kept = object(1, 1000);
    archive.keep(&kept).wait().unwrap();
    let blob = archive.vault().find(kept.id()).unwrap().unwrap();
    archive.delete(kept.id()).wait().unwrap();
    archive.keep(&object(1, 1000)).wait().unwrap();
    let again = archive.vault().find(kept.id()).unwrap().unwrap();
    assert_ne!(blob.place.file, again.place.file);
    drop(blob);
    assert_eq!(load(&again).unwrap(), kept.bytes());
}

#[test]
fn a_collection_removes_what_nothing_refers_to_and_nothing_else() {
    let world = World::new(1);
    let archive = world.open();
    let objects = [object(1, LARGE), object(2, LARGE), object(3, 100), object(4, 100)];
    let [large, shared, small, kept] = &objects;
    archive.commit("a", [("large", large), ("shared", shared), ("small", small)]).wait().unwrap();
    archive.commit("b", [("shared", shared)]).wait().unwrap();
    archive.keep(kept).wait().unwrap();
    for folder in ["objects", "packs", "kept"] {
        world.disk.directory(&World::path(folder)).create("letter").unwrap();
    }
    assert_eq!(archive.gc().wait().unwrap().removed, 0);
    assert!(archive.delete_snapshot("a").wait().unwrap());
    assert!(!archive.delete_snapshot("a").wait().unwrap());
    let dry = archive.gc_dry_run().wait().unwrap();
    assert_eq!((dry.removed, dry.strangers), (2, 3));
    assert_eq!(world.names("objects").len(), 3);
    assert_eq!(archive.gc().wait().unwrap(), dry);
    assert_eq!(world.names("objects"), [shared.id().to_string(), "letter".into()]);
    assert_eq!(world.names("packs"), ["letter"]);
    assert_eq!(shown(&archive, "b").unwrap()["shared"], shared.bytes());
    assert_eq!(found(&archive, kept.id()).unwrap().unwrap(), kept.bytes());
    // They were adopted by the objects, which are still there.
    assert_eq!(load(&small.blob().unwrap()).unwrap(), small.bytes());
}

#[test]
fn what_is_being_written_is_never_collected() {
    let world = World::new(1);
    let archive = world.open();
    let unfinished = format!("{}.tmp", super::rig::key(1));
    for folder in ["objects", "packs"] {
        world.disk.directory(&World::path(folder)).create(&unfinished).unwrap();
    }
    let collected = archive.gc().wait().unwrap();
    assert_eq!((collected.removed, collected.strangers), (0, 0));
    assert_eq!(world.names("objects"), [unfinished]);
}

#[test]
fn nothing_is_collected_while_a_manifest_is_damaged_and_it_can_be_deleted() {
    let world = World::new(1);
    let archive = world.open();
    let (good, bad) = (object(1, LARGE), object(2, LARGE));
    archive.commit("good", [("a", &good)]).wait().unwrap();
    archive.commit("bad", [("a", &bad)]).wait().unwrap();
    assert!(world.disk.flip_bit(&World::path("snapshots"), "bad", 1200));
    let refused = archive.gc().wait().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Corrupt);
    assert!(refused.chain().contains("snapshots/bad"), "{}", refused.chain());
    assert_eq!(world.names("objects").len(), 2);
    assert_eq!(archive.items("bad").wait().unwrap_err().kind(), ErrorKind::Corrupt);
    assert_eq!(shown(&archive, "good").unwrap()["a"], good.bytes());
    let unknown = archive.contains(super::rig::key(9)).wait().unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::Corrupt);
    assert!(archive.delete_snapshot("bad").wait().unwrap());
    assert_eq!(archive.gc().wait().unwrap().removed, 1);
}

#[test]
fn a_manifest_that_somebody_removed_does_not_come_back_without_its_objects() {
    for seed in 0..64 {
        let world = World::new(seed);
        let archive = world.open();
        let large = object(1, LARGE);
        archive.commit("s", [("a", &large)]).wait().unwrap();
        world.disk.directory(&World::path("snapshots")).remove("s").unwrap();
        assert_eq!(archive.gc().wait().unwrap().removed, 1);
        drop(archive);
        let world = world.after(SimulatedDisk::power_cut);
        assert!(world.open().snapshots().wait().unwrap().is_empty(), "seed {seed}");
    }
}

#[test]
fn what_cannot_be_kept_open_is_not_removed() {
    let world = World::new(1);
    world.disk.set_habits(Habits { open_files_max: Some(40), ..Habits::default() });
    let archive = world.open();
    let objects: Vec<_> = (0..12).map(|number| object(number, 10)).collect();
    for kept in &objects {
        archive.keep(kept).wait().unwrap();
    }
    // Ten of them hold their files, so these two have none to hold.
    assert_eq!(objects.iter().filter(|kept| kept.blob().is_some()).count(), 10);
    let blob = archive.vault().find(objects[11].id()).unwrap().unwrap();
    assert_eq!(archive.delete(objects[11].id()).wait().unwrap_err().kind(), ErrorKind::Busy);
    assert_eq!(load(&blob).unwrap(), objects[11].bytes());
    drop(blob);
    assert!(archive.delete(objects[11].id()).wait().unwrap());
}

#[test]
fn who_has_an_object_of_a_deleted_snapshot_keeps_it_after_the_collection() {
    for length in [100, LARGE] {
        let world = World::new(1);
        let archive = world.open();
        let committed = object(1, length);
        archive.commit("s", [("a", &committed)]).wait().unwrap();
        drop(archive);
        // The next process adopts nothing: it has opened the object from the archive.
        let world = world.after(SimulatedDisk::kill);
        let archive = world.open();
        let blob = archive.vault().find(committed.id()).unwrap().unwrap();
        archive.delete_snapshot("s").wait().unwrap();
        assert_eq!(archive.gc().wait().unwrap().removed, 1);
        assert_eq!(load(&blob).unwrap(), committed.bytes());
    }
}

#[test]
fn a_pack_that_one_snapshot_needs_stays_although_others_have_copies_of_what_is_in_it() {
    let world = World::new(1);
    let archive = world.open();
    let (one, two) = (object(1, 300), object(2, 300));
    archive.commit("s1", [("one", &one), ("two", &two)]).wait().unwrap();
    // Each refers to less than half of the pack, so that it gets a copy.
    archive.commit("s2", [("one", &one)]).wait().unwrap();
    archive.commit("s3", [("two", &two)]).wait().unwrap();
    assert_eq!(world.names("packs").len(), 3);
    assert_eq!(archive.gc_dry_run().wait().unwrap().removed, 0);
    let collected = archive.gc().wait().unwrap();
    assert_eq!((collected.removed, collected.half_dead_packs), (0, 0));
    drop(archive);
    let world = world.after(SimulatedDisk::kill);
    let archive = world.open();
    for (snapshot, names) in [("s1", 2), ("s2", 1), ("s3", 1)] {
        assert_eq!(shown(&archive, snapshot).unwrap().len(), names);
    }
    // Two copies of one object at one place are counted once.
    archive.commit("s4", [("one", &one), ("two", &two)]).wait().unwrap();
    archive.delete_snapshot("s1").wait().unwrap();
    archive.gc().wait().unwrap();
    for snapshot in ["s2", "s3", "s4"] {
        shown(&archive, snapshot).unwrap();
    }
}

#[test]
fn who_has_an_object_keeps_it_although_the_archive_was_opened_again_before_it_was_deleted() {
    let world = World::new(1);
    let kept = object(1, 1000);
    let archive = world.open();
    archive.keep(&kept).wait().unwrap();
    drop(archive);
    let world = world.after(SimulatedDisk::kill);
    let archive = world.open();
    let blob = archive.vault().find(kept.id()).unwrap().unwrap();
    drop(archive);
    let archive = world.open();
    assert!(archive.delete(kept.id()).wait().unwrap());
    assert_eq!(load(&blob).unwrap(), kept.bytes());
}
