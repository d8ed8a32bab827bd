//! Threads on one object that an archive takes meanwhile.

use forebay_journal::disk::simulated::SimulatedDisk;
use forebay_pool::Handle;

use super::archive::archive;
use super::slot::value;
use super::world::{World, explore_some, together};

#[test]
fn a_keep_beside_an_eviction_and_a_read_leaves_one_value() {
    explore_some(|| {
        let (world, disk) = (World::new(), SimulatedDisk::new(1));
        let archive = archive(&world.pool, &disk);
        let handle = world.pool.insert(value(1)).wait().unwrap();
        let (kept, evicter, reader) = (handle.clone(), handle.clone(), handle.clone());
        let keeper = archive.clone();
        together(vec![
            Box::new(move || {
                keeper.keep(&kept).wait().unwrap();
            }),
            Box::new(move || {
                evicter.evict().wait().unwrap();
            }),
            Box::new(move || assert_eq!(*reader.get().wait().unwrap(), value(1))),
        ]);
        handle.evict().wait().unwrap();
        assert_eq!(*handle.get().wait().unwrap(), value(1));
        drop((handle, archive));
        world.check();
    });
}

#[test]
fn a_keep_beside_a_replacement_has_the_content_of_its_key() {
    explore_some(|| {
        let (world, disk) = (World::new(), SimulatedDisk::new(1));
        let archive = archive(&world.pool, &disk);
        let mut handle = world.pool.insert(value(1)).wait().unwrap();
        let (item, keeper) = (handle.item(), archive.clone());
        let before = handle.key();
        together(vec![
            Box::new(move || {
                let key = keeper.keep(item).wait().unwrap();
                assert_eq!(key, before, "an item is a handle: its object stays as it is");
            }),
            Box::new(move || {
                handle.replace(value(2)).wait().unwrap();
                handle.evict().wait().unwrap();
                assert_eq!(*handle.get().wait().unwrap(), value(2));
            }),
        ]);
        let again: Handle<Vec<u8>> = archive.open(before).wait().unwrap();
        assert_eq!(*again.get().wait().unwrap(), value(1));
        drop((again, archive));
        world.check();
    });
}

#[test]
fn a_prefetch_beside_a_read_and_a_replacement_is_what_is_there() {
    explore_some(|| {
        let world = World::new();
        let mut handle = super::slot::spilled(&world, 1);
        let (get, weak) = (handle.get(), handle.downgrade());
        together(vec![
            Box::new(move || {
                if let Some(handle) = weak.upgrade() {
                    handle.prefetch();
                }
            }),
            Box::new(move || {
                let seen = get.wait().map(|guard| guard[0]).unwrap_or(1);
                assert!(seen == 1 || seen == 2);
            }),
            Box::new(move || {
                handle.replace(value(2)).wait().unwrap();
                assert_eq!(*handle.get().wait().unwrap(), value(2));
                handle.evict().wait().unwrap();
                handle.prefetch();
                assert_eq!(*handle.get().wait().unwrap(), value(2));
            }),
        ]);
        world.check();
    });
}
