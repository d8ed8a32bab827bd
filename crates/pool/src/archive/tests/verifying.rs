//! Verification.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use forebay_journal::disk::simulated::{Call, Fault};

use super::world::{World, load, object, shown};
use crate::archive::{Archive, ArchiveSettings, Catalog, Verified};

fn verified(archive: &Archive) -> Verified {
    archive.verify(|_| ControlFlow::Continue(())).wait().unwrap()
}

fn filled(world: &World) -> Archive {
    let small_max = forebay_store::ByteSize::bytes(1024);
    let settings = ArchiveSettings { small_max, ..ArchiveSettings::default() };
    let archive = world.try_open_with(settings).unwrap();
    let objects = [object(1, 9000), object(2, 100), object(3, 700)];
    let [large, small, kept] = &objects;
    archive.commit("s", [("large", large), ("small", small)]).wait().unwrap();
    archive.keep(kept).wait().unwrap();
    archive
}

#[test]
fn a_good_archive_is_good_and_nothing_of_it_changes() {
    let world = World::new(1);
    let archive = filled(&world);
    let changes = world.disk.changes();
    let found = verified(&archive);
    assert!(found.is_good(), "{found:?}");
    assert_eq!((found.objects, found.garbage, found.strangers), (3, 0, 0));
    let catalog = Catalog::open_in(world.disk.directory(World::ARCHIVE)).unwrap();
    assert_eq!(catalog.verify(|_| ControlFlow::Continue(())).unwrap(), found);
    let stock = catalog.stock().unwrap();
    assert_eq!((stock.kept, stock.objects, stock.packs, stock.snapshots), (1, 1, 1, 1));
    assert_eq!(catalog.keys().unwrap(), archive.keys().wait().unwrap());
    assert_eq!(catalog.items("s").unwrap().len(), 2);
    assert_eq!(world.disk.changes(), changes);
}

#[test]
fn any_wrong_bit_is_found_and_never_served() {
    let world = World::new(1);
    drop(filled(&world));
    let mut checked = 0;
    for folder in ["kept", "objects", "packs", "snapshots"] {
        for name in world.names(folder) {
            let bytes = world.disk.read_live(&World::path(folder), &name).unwrap();
            let bits = 8 * bytes.len() as u64;
            let some = (0..bits.min(2400)).chain((0..bits).step_by(701)).chain([bits - 1]);
            for bit in some {
                assert!(world.disk.flip_bit(&World::path(folder), &name, bit));
                let catalog = Catalog::open_in(world.disk.directory(World::ARCHIVE)).unwrap();
                let found = catalog.verify(|_| ControlFlow::Continue(())).unwrap();
                assert!(!found.is_good(), "{folder}/{name}, bit {bit}");
                assert!(world.disk.flip_bit(&World::path(folder), &name, bit));
                checked += 1;
            }
        }
    }
    assert!(checked > 5000);
    assert!(verified(&world.open()).is_good());
}

#[test]
fn what_is_missing_is_named() {
    let world = World::new(1);
    let archive = filled(&world);
    let large = super::rig::key(1).to_string();
    world.disk.directory(&World::path("objects")).remove(&large).unwrap();
    let pack = world.names("packs").remove(0);
    world.disk.directory(&World::path("packs")).remove(&pack).unwrap();
    let found = verified(&archive);
    let names: Vec<_> = found.missing.iter().map(|missing| &*missing.name).collect();
    assert_eq!(names, ["large", "small"]);
    assert!(found.missing[0].path.ends_with(&large), "{found:?}");
    assert!(shown(&archive, "s").is_err());
}

#[test]
fn it_says_how_far_it_is_and_can_be_broken_off() {
    let world = World::new(1);
    let archive = filled(&world);
    let told = Arc::new(Mutex::new(Vec::new()));
    let teller = Arc::clone(&told);
    let told_to = move |progress| {
        teller.lock().unwrap().push(progress);
        ControlFlow::Continue(())
    };
    let whole = archive.verify(told_to).wait().unwrap();
    let told = told.lock().unwrap();
    let last = told.last().unwrap();
    assert_eq!((last.done, last.total, last.objects), (whole.bytes, whole.bytes, 3));
    assert!(told.windows(2).all(|pair| pair[0].done < pair[1].done));
    let part = archive.verify(|_| ControlFlow::Break(())).wait().unwrap();
    assert!(part.is_cut_off && part.bytes < whole.bytes && part.is_good());
}

#[test]
fn it_is_told_and_can_be_broken_off_within_a_long_file() {
    let world = World::new(1);
    let archive = world.open();
    let long = object(1, 13 << 20);
    archive.keep(&long).wait().unwrap();
    let mut told = Vec::new();
    let catalog = Catalog::open_in(world.disk.directory(World::ARCHIVE)).unwrap();
    let whole = catalog.verify(|progress| {
        told.push((progress.done, progress.objects));
        ControlFlow::Continue(())
    });
    let whole = whole.unwrap();
    assert!(told.len() == 4 && told.is_sorted(), "{told:?}");
    assert_eq!(told.last(), Some(&(whole.bytes, 1)));
    let part = catalog.verify(|progress| {
        let is_long_enough = progress.done > 6 << 20;
        if is_long_enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let part = part.unwrap();
    assert!(part.is_cut_off && part.is_good() && part.bytes == 0, "{part:?}");
}

#[test]
fn a_damaged_blob_is_an_error_for_who_loads_it_and_for_nobody_else() {
    let world = World::new(1);
    let archive = filled(&world);
    let (large, small) = (super::rig::key(1), super::rig::key(2));
    assert!(world.disk.flip_bit(&World::path("objects"), &large.to_string(), 8 * 5000));
    let blob = archive.vault().find(large).unwrap().unwrap();
    assert_eq!(load(&blob).unwrap_err().kind(), forebay_store::ErrorKind::Corrupt);
    let blob = archive.vault().find(small).unwrap().unwrap();
    assert!(load(&blob).is_ok());
}

#[test]
fn what_its_owner_replaces_meanwhile_is_not_missing() {
    let world = World::new(1);
    let archive = filled(&world);
    let catalog = Catalog::open_in(world.disk.directory(World::ARCHIVE)).unwrap();
    archive.delete(super::rig::key(3)).wait().unwrap();
    let mut is_replaced = false;
    let found = catalog.verify(|_| {
        if !std::mem::replace(&mut is_replaced, true) {
            archive.commit("s", [("large", &object(4, 9000))]).wait().unwrap();
            archive.gc().wait().unwrap();
        }
        ControlFlow::Continue(())
    });
    let found = found.unwrap();
    assert!(found.is_good(), "{found:?}");
}

#[test]
fn damage_names_its_file_once() {
    let world = World::new(1);
    drop(filled(&world));
    for folder in ["kept", "objects", "packs", "snapshots"] {
        let name = world.names(folder).remove(0);
        assert!(world.disk.flip_bit(&World::path(folder), &name, 8 * 60));
    }
    let found = verified(&world.open());
    assert_eq!(found.damaged.len(), 4);
    let short = world.names("objects").remove(0);
    assert!(world.disk.truncate(&World::path("objects"), &short, 100));
    let cut = verified(&world.open());
    // A disk that does not give it says why.
    let catalog = Catalog::open_in(world.disk.directory(World::ARCHIVE)).unwrap();
    let mut refused = Vec::new();
    for (call, nth) in
        [Call::Open, Call::Read].into_iter().flat_map(|it| (1..9).map(move |n| (it, n)))
    {
        world.disk.fail(call, nth, Fault::Error);
        let found = catalog.verify(|_| ControlFlow::Continue(()));
        let damaged = found.into_iter().flat_map(|found| found.damaged);
        refused.extend(damaged.filter(|one| one.what.contains("simulated")));
        world.disk.heal();
    }
    let places: std::collections::BTreeSet<_> = refused.iter().map(|one| &one.path).collect();
    assert!(places.len() > 2, "{refused:?}");
    for damage in found.damaged.iter().chain(&cut.damaged).chain(&refused) {
        assert_eq!(damage.to_string().matches(&damage.path).count(), 1, "{damage}");
    }
}
