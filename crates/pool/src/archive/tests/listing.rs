//! What an archive says is in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use forebay_journal::disk::simulated::{Call, Fault, SimulatedDisk};
use forebay_store::ErrorKind;

use super::rig::key;
use super::world::{World, object};
use crate::archive::manifest::{Entry, ManifestPen, Spot};
use crate::archive::{Archive, Catalog, Snapshots};
use crate::blob::Head;

/// So many snapshots of one small object each.
fn filled(count: u64) -> World {
    let world = World::new(1);
    let archive = world.open();
    for number in 0..count {
        let name = format!("s{number}");
        archive.commit(&name, [("a", &object(number, 100))]).wait().unwrap();
    }
    drop(archive);
    world.after(SimulatedDisk::kill)
}

fn catalog(world: &World) -> Catalog {
    Catalog::open_in(world.disk.directory(World::ARCHIVE)).unwrap()
}

fn names(snapshots: &Snapshots) -> Vec<&str> {
    snapshots.whole.iter().map(|one| &*one.name).collect()
}

/// How many files are opened meanwhile.
fn opens<T>(world: &World, work: impl FnOnce() -> T) -> (u64, T) {
    let opens = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&opens);
    world.disk.on_call(Box::new(move |call| {
        counted.fetch_add(u64::from(call == Call::Open), Ordering::AcqRel);
    }));
    let done = work();
    world.disk.off_call();
    (opens.load(Ordering::Acquire), done)
}

#[test]
fn a_damaged_snapshot_is_named_and_hides_no_other() {
    let world = filled(3);
    assert!(world.disk.flip_bit(&World::path("snapshots"), "s1", 8 * 140));
    let archive = world.open();
    for listed in [archive.snapshots().wait().unwrap(), catalog(&world).snapshots().unwrap()] {
        assert_eq!(names(&listed), ["s0", "s2"]);
        let [damaged] = &*listed.damaged else { panic!("{listed:?}") };
        assert_eq!((&*damaged.name, damaged.error.kind()), ("s1", ErrorKind::Corrupt));
        assert!(damaged.error.to_string().contains("snapshots/s1"), "{damaged:?}");
        assert!(!listed.is_empty() && listed.all().is_err());
    }
    for (name, is_whole) in [("s0", true), ("s1", false), ("s2", true)] {
        assert_eq!(archive.items(name).wait().is_ok(), is_whole, "{name}");
        assert_eq!(archive.open_in::<Vec<u8>>(name, "a").wait().is_ok(), is_whole, "{name}");
    }
    assert_eq!(archive.keys().wait().unwrap_err().kind(), ErrorKind::Corrupt);
}

#[test]
fn a_snapshot_that_the_disk_does_not_give_hides_no_other() {
    let world = filled(3);
    for call in [Call::Open, Call::Read] {
        let catalog = catalog(&world);
        world.disk.fail(call, 1, Fault::Error);
        let listed = catalog.snapshots().unwrap();
        assert_eq!((listed.whole.len(), listed.damaged.len()), (2, 1), "{call:?}");
        assert_eq!(listed.damaged[0].error.kind(), ErrorKind::Unavailable, "{call:?}");
        assert_eq!(catalog.snapshots().unwrap().all().unwrap().len(), 3, "{call:?}");
    }
}

#[test]
fn its_owner_opens_objects_without_a_look_at_all_snapshots() {
    let world = filled(40);
    let archive = world.open();
    archive.keys().wait().unwrap();
    let (by_key, found) = opens(&world, || archive.find::<Vec<u8>>(key(7)).wait());
    assert!(found.unwrap().is_some() && by_key < 5, "{by_key}");
    let (by_name, found) = opens(&world, || archive.open_in::<Vec<u8>>("s7", "a").wait());
    assert!(found.is_ok() && by_name < 5, "{by_name}");
    let (committed, _) = opens(&world, || archive.commit("s", [("a", &object(41, 10))]).wait());
    assert!(committed < 10, "{committed}");
    // What it has changed itself it sees at once.
    assert!(archive.contains(key(41)).wait().unwrap());
    assert!(archive.delete_snapshot("s").wait().unwrap());
    assert!(!archive.contains(key(41)).wait().unwrap());
}

#[test]
fn a_reader_looks_at_one_snapshot_for_what_is_in_it_and_sees_what_has_changed() {
    let world = filled(40);
    let (owner, other) = (world.open(), world.beside());
    let reader = Archive::to_read(other.inner(), world.disk.directory(World::ARCHIVE)).unwrap();
    reader.keys().wait().unwrap();
    let (by_name, found) = opens(&world, || reader.open_in::<Vec<u8>>("s7", "a").wait());
    assert!(found.is_ok() && by_name < 5, "{by_name}");
    owner.commit("s7", [("b", &object(41, 10))]).wait().unwrap();
    assert!(reader.open_in::<Vec<u8>>("s7", "a").wait().is_err());
    assert!(reader.open_in::<Vec<u8>>("s7", "b").wait().is_ok());
    assert_eq!(reader.items("s7").wait().unwrap()[0].name, "b");
    owner.delete_snapshot("s7").wait().unwrap();
    assert_eq!(reader.items("s7").wait().unwrap_err().kind(), ErrorKind::Invalid);
}

#[test]
fn counts_that_no_archive_can_have_overflow_nowhere() {
    let world = World::new(1);
    let archive = world.open();
    let huge = |name: &str, number, at| {
        let head = Head {
            id: key(number),
            codec: 1,
            fingerprint: 1,
            raw: u64::MAX,
            stored: u64::MAX - 1000,
            weight: u64::MAX,
            sum: 1,
            offset: 128,
            compression: 0,
            is_big_endian: false,
        };
        let spot = Spot::Pack { pack: key(99), at };
        Entry { name: name.into(), spot, head, type_name: Entry::type_name("t") }
    };
    let file = world.disk.directory(&World::path("snapshots")).create("s").unwrap();
    let mut pen = ManifestPen::begin(file, "s", &"s".parse().unwrap()).unwrap();
    for entry in [huge("a", 1, 128), huge("b", 2, 192)] {
        pen.put(&entry).unwrap();
    }
    pen.finish(archive.vault().files.id(), u64::MAX, 0).unwrap();
    let listed = archive.snapshots().wait().unwrap().all().unwrap();
    assert_eq!((listed[0].objects, listed[0].bytes), (2, u64::MAX));
    assert_eq!(archive.gc_dry_run().wait().unwrap().removed, 0);
    assert_eq!(catalog(&world).stock().unwrap().snapshots, 1);
    let committed = archive.commit("t", [("a", &object(1, 10)), ("b", &object(2, 10))]).wait();
    assert_eq!(committed.unwrap_err().kind(), ErrorKind::Refused, "no sequence is left");
}
