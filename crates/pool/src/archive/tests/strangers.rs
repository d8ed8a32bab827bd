//! Files of others in an archive.

use std::ops::ControlFlow;

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_store::ErrorKind;

use super::rig::key;
use super::world::{World, found, object};
use crate::archive::Catalog;

const LETTER: &[u8] =
    b"Dear all, this is none of yours. It is long enough to be taken for something else.";

fn write(world: &World, folder: &str, name: &str, bytes: &[u8]) {
    let file = world.disk.directory(&World::path(folder)).create(name).unwrap();
    assert_eq!(file.write_at(bytes, 0).unwrap(), bytes.len());
}

fn read(world: &World, folder: &str, name: &str) -> Vec<u8> {
    world.disk.read_live(&World::path(folder), name).unwrap()
}

#[test]
fn a_strangers_file_among_snapshots_is_no_snapshot_and_is_not_touched() {
    let world = World::new(1);
    let archive = world.open();
    archive.commit("s", [("a", &object(1, 10))]).wait().unwrap();
    drop(archive);
    let world = world.after(SimulatedDisk::kill);
    for name in ["notes", ".DS_Store", "x.tmp"] {
        write(&world, "snapshots", name, LETTER);
    }
    world.disk.directory(&World::path("snapshots")).folder("folder").unwrap();
    let archive = world.open();
    let listed = archive.snapshots().wait().unwrap().all().unwrap();
    assert_eq!(listed.iter().map(|one| &*one.name).collect::<Vec<_>>(), ["s"]);
    assert_eq!(archive.items("notes").wait().unwrap_err().kind(), ErrorKind::Invalid);
    assert!(!archive.contains(key(9)).wait().unwrap());
    assert_eq!(archive.gc().wait().unwrap().strangers, 3);
    let catalog = Catalog::open_in(world.disk.directory(World::ARCHIVE)).unwrap();
    let verified = catalog.verify(|_| ControlFlow::Continue(())).unwrap();
    assert!(verified.is_good() && verified.strangers == 3, "{verified:?}");
    let stock = catalog.stock().unwrap();
    assert_eq!((stock.snapshots, stock.damaged_snapshots, stock.strangers), (1, 0, 3));
    for name in ["notes", "folder"] {
        assert!(!archive.delete_snapshot(name).wait().unwrap(), "{name}");
    }
    for name in ["notes", "folder", "x"] {
        let refused = archive.commit(name, [("a", &object(1, 10))]).wait().unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Refused, "{name}");
    }
    for name in ["notes", ".DS_Store", "x.tmp"] {
        assert_eq!(read(&world, "snapshots", name), LETTER, "{name}");
    }
}

#[test]
fn what_was_a_manifest_is_a_damaged_one_as_long_as_there_is_any_sign_of_it() {
    let world = World::new(1);
    let archive = world.open();
    archive.commit("step-1", [("a", &object(1, 300 << 10))]).wait().unwrap();
    drop(archive);
    let good = read(&world, "snapshots", "step-1");
    let damaged = [
        Vec::new(),
        vec![0; good.len()],
        vec![0xff; good.len()],
        good[..64].to_vec(),
        [LETTER, &good[LETTER.len()..]].concat(),
        [&good[..16], LETTER].concat(),
        [b"f", &LETTER[..20], &good[21..]].concat(),
    ];
    for bytes in damaged {
        let world = world.copy();
        world.disk.directory(&World::path("snapshots")).remove("step-1").unwrap();
        write(&world, "snapshots", "step-1", &bytes);
        let archive = world.open();
        let listed = archive.snapshots().wait().unwrap();
        assert_eq!((listed.whole.len(), listed.damaged.len()), (0, 1), "{bytes:?}");
        assert_eq!(archive.gc().wait().unwrap_err().kind(), ErrorKind::Corrupt, "{bytes:?}");
        assert_eq!(world.names("objects").len(), 1);
        assert!(archive.delete_snapshot("step-1").wait().unwrap(), "{bytes:?}");
    }
}

#[test]
fn a_strangers_file_whose_name_could_be_a_key_is_never_collected() {
    let world = World::new(1);
    let archive = world.open();
    let (digest, garbage) = (key(7).to_string(), object(1, 300 << 10));
    for folder in ["objects", "packs"] {
        write(&world, folder, &digest, LETTER);
    }
    archive.commit("s", [("a", &garbage), ("b", &object(2, 10))]).wait().unwrap();
    archive.delete_snapshot("s").wait().unwrap();
    let dry = archive.gc_dry_run().wait().unwrap();
    assert_eq!((dry.removed, dry.strangers), (2, 2));
    assert_eq!(archive.gc().wait().unwrap(), dry);
    for folder in ["objects", "packs"] {
        assert_eq!(read(&world, folder, &digest), LETTER);
    }
    assert_eq!(found(&archive, garbage.id()).unwrap(), None);
}

/// What a manifest may look like when other bytes were written over it.
fn noise() -> Vec<u8> {
    LETTER.repeat(4)
}

fn replace(world: &World, name: &str, bytes: &[u8]) {
    world.disk.directory(&World::path("snapshots")).remove(name).unwrap();
    write(world, "snapshots", name, bytes);
}

#[test]
fn nothing_is_collected_while_a_file_may_be_a_manifest_that_has_lost_all_signs() {
    let world = World::new(1);
    let archive = world.open();
    archive.commit("step-1", [("a", &object(1, 300 << 10))]).wait().unwrap();
    drop(archive);
    let world = world.after(SimulatedDisk::kill);
    replace(&world, "step-1", &noise());
    write(&world, "snapshots", ".DS_Store", &noise());
    let archive = world.open();
    for refused in [archive.gc().wait(), archive.gc_dry_run().wait()] {
        let refused = refused.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Refused);
        assert!(refused.chain().contains("snapshots/step-1"), "{}", refused.chain());
    }
    assert_eq!(world.names("objects").len(), 1);
    world.disk.directory(&World::path("snapshots")).remove("step-1").unwrap();
    assert_eq!(archive.gc().wait().unwrap().removed, 1);
    let hidden = archive.commit(".step-2", [("a", &object(1, 10))]).wait().unwrap_err();
    assert_eq!(hidden.kind(), ErrorKind::Invalid);
}

#[test]
fn what_this_process_knows_for_a_manifest_is_a_damaged_one_whatever_is_in_it_now() {
    let world = World::new(1);
    let archive = world.open();
    archive.commit("step-1", [("a", &object(1, 300 << 10))]).wait().unwrap();
    assert_eq!(archive.snapshots().wait().unwrap().whole.len(), 1);
    replace(&world, "step-1", LETTER);
    for _ in 0..2 {
        assert_eq!(archive.gc().wait().unwrap_err().kind(), ErrorKind::Corrupt);
        assert_eq!(archive.snapshots().wait().unwrap().damaged.len(), 1);
    }
    assert_eq!(world.names("objects").len(), 1);
    assert!(archive.delete_snapshot("step-1").wait().unwrap());
    // Deleted it is forgotten: who puts a file there now is a stranger.
    write(&world, "snapshots", "step-1", LETTER);
    assert_eq!(archive.gc().wait().unwrap().removed, 1);
    assert!(!archive.delete_snapshot("step-1").wait().unwrap());
}

#[test]
fn a_folder_that_is_named_as_what_is_being_written_is_left_alone() {
    let world = World::new(1);
    drop(world.open());
    let name = format!("{}.tmp", key(8));
    for folder in ["kept", "objects", "packs"] {
        world.disk.directory(&World::path(folder)).folder(&name).unwrap();
    }
    let world = world.after(SimulatedDisk::kill);
    let archive = world.open();
    assert_eq!(archive.gc().wait().unwrap().removed, 0);
}

#[test]
fn a_folder_whose_name_could_be_a_key_is_neither_opened_nor_removed() {
    let world = World::new(1);
    drop(world.open());
    let name = key(8).to_string();
    for folder in ["kept", "objects", "packs"] {
        world.disk.directory(&World::path(folder)).folder(&name).unwrap();
    }
    let archive = world.open();
    for _ in 0..2 {
        let swept = archive.gc().wait().unwrap();
        assert_eq!((swept.removed, swept.strangers), (0, 3));
    }
    let catalog = Catalog::open_in(world.disk.directory(World::ARCHIVE)).unwrap();
    assert!(catalog.verify(|_| ControlFlow::Continue(())).unwrap().is_good());
}
