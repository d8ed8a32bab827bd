//! Threads on one archive.

use std::ops::ControlFlow;
use std::sync::Arc;

use forebay_journal::disk::simulated::{Remains, SimulatedDisk};
use forebay_pool::{Archive, ArchiveSettings, ByteSize, Handle, Pool};
use forebay_store::sync::atomic::{AtomicBool, Ordering};

use super::world::{World, explore_some, together};

pub(crate) fn archive(pool: &Pool, disk: &SimulatedDisk) -> Archive {
    let settings = ArchiveSettings { small_max: ByteSize::bytes(100), ..Default::default() };
    pool.archive_in(disk.directory("a"), settings).wait().unwrap()
}

#[test]
fn who_is_told_that_it_is_kept_can_cut_the_power_although_another_one_keeps_it() {
    explore_some(|| {
        let (world, disk) = (World::new(), SimulatedDisk::new(1));
        let archive = archive(&world.pool, &disk);
        let object = world.pool.insert(vec![1_u8; 64]).wait().unwrap();
        let key = object.key();
        let is_cut = Arc::new(AtomicBool::new(false));
        let keep = || {
            let (archive, object) = (archive.clone(), object.clone());
            let (disk, is_cut) = (disk.clone(), Arc::clone(&is_cut));
            Box::new(move || {
                let kept = archive.keep(&object).wait();
                if kept.is_ok() && !is_cut.swap(true, Ordering::AcqRel) {
                    disk.power_cut_leaving(Remains::Nothing);
                }
            }) as Box<dyn FnOnce() + Send>
        };
        together(vec![keep(), keep()]);
        let later = World::new();
        let again = self::archive(&later.pool, &disk);
        let object: Handle<Vec<u8>> = again.open(key).wait().unwrap();
        assert_eq!(*object.get().wait().unwrap(), [1; 64]);
    });
}

#[test]
fn a_commit_beside_a_collection_and_a_delete_is_whole() {
    explore_some(|| {
        let (world, disk) = (World::new(), SimulatedDisk::new(1));
        let archive = archive(&world.pool, &disk);
        let small = world.pool.insert(vec![1_u8; 64]).wait().unwrap();
        let large = world.pool.insert(vec![2_u8; 300]).wait().unwrap();
        archive.keep(&large).wait().unwrap();
        archive.commit("old", [("small", &small), ("large", &large)]).wait().unwrap();
        archive.delete_snapshot("old").wait().unwrap();
        let (commits, collects, deletes) = (archive.clone(), archive.clone(), archive.clone());
        let (one, two, key) = (small.clone(), large.clone(), large.key());
        together(vec![
            Box::new(move || {
                commits.commit("new", [("small", &one), ("large", &two)]).wait().unwrap();
            }),
            Box::new(move || {
                collects.gc().wait().unwrap();
            }),
            Box::new(move || assert!(deletes.delete(key).wait().unwrap())),
        ]);
        let verified = archive.verify(|_| ControlFlow::Continue(())).wait().unwrap();
        assert!(verified.is_good(), "{verified:?}");
        assert_eq!(archive.items("new").wait().unwrap().len(), 2);
    });
}

#[test]
fn who_opens_an_object_beside_its_removal_has_it_or_hears_that_it_is_gone() {
    explore_some(|| {
        let (world, disk) = (World::new(), SimulatedDisk::new(1));
        let archive = archive(&world.pool, &disk);
        let (small, large) = {
            let small = world.pool.insert(vec![1_u8; 64]).wait().unwrap();
            let large = world.pool.insert(vec![2_u8; 300]).wait().unwrap();
            archive.commit("s", [("small", &small), ("large", &large)]).wait().unwrap();
            (small.key(), large.key())
        };
        // Nobody has them any more, so that they are opened anew.
        world.pool.idle().wait().unwrap();
        let find = |key, length| {
            let archive = archive.clone();
            Box::new(move || {
                let found: Option<Handle<Vec<u8>>> = archive.find(key).wait().unwrap();
                if let Some(object) = found {
                    // More of them than the archive keeps open without need could be read meanwhile.
                    assert_eq!(object.get().wait().unwrap().len(), length);
                }
            }) as Box<dyn FnOnce() + Send>
        };
        let collects = archive.clone();
        together(vec![
            find(small, 64),
            find(large, 300),
            Box::new(move || {
                collects.delete_snapshot("s").wait().unwrap();
                assert_eq!(collects.gc().wait().unwrap().removed, 2);
            }),
        ]);
    });
}

#[test]
fn whoever_closes_an_archive_refuses_nobody_in_the_same_pool() {
    explore_some(|| {
        let (world, disk) = (World::new(), SimulatedDisk::new(1));
        let archive = archive(&world.pool, &disk);
        let object = world.pool.insert(vec![1_u8; 64]).wait().unwrap();
        let key = archive.keep(&object).wait().unwrap();
        let (pool, disk) = (world.pool.clone(), disk.clone());
        together(vec![
            Box::new(move || drop(archive)),
            Box::new(move || drop(object)),
            Box::new(move || {
                let archive = self::archive(&pool, &disk);
                assert!(archive.contains(key).wait().unwrap());
            }),
        ]);
    });
}
