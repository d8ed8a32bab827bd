//! Objects that are in files already: of the spill, or in the other folder.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use forebay_journal::disk::simulated::{Call, Fault, Habits, SimulatedDisk};
use forebay_store::seam::manual::ManualClock;
use forebay_store::{ByteSize, ErrorKind};

use super::object::Fake;
use super::world::{World, found, object, shown};
use crate::archive::{Archive, ArchiveSettings};
use crate::handle::Handle;
use crate::key::Key;
use crate::medium::{DirMedium, Quota, Tiers};
use crate::pool::Pool;

const LARGE: usize = 300 << 10;

/// A pool that spills to a directory of the same disk, and the archive.
fn spilling(world: &World) -> (Pool, Archive) {
    let seams = ManualClock::new().seams(77);
    let spill = DirMedium::builder().directory(world.disk.directory("dir"), Quota::unbounded());
    let spill = spill.seams(seams.clone()).open().unwrap();
    let pool = Pool::builder().memory(ByteSize::mib(64)).spill(spill).seams(seams);
    let pool = pool.build().unwrap();
    let archive = world.disk.directory(World::ARCHIVE);
    let archive = pool.archive_in(archive, ArchiveSettings::default()).wait().unwrap();
    (pool, archive)
}

fn spilled(pool: &Pool) -> Handle<Vec<u8>> {
    let object = pool.insert(vec![7; LARGE]).wait().unwrap();
    assert!(object.evict().wait().unwrap());
    object
}

fn is_ours(value: &[u8]) -> bool {
    value.len() == LARGE && value.iter().all(|byte| *byte == 7)
}

fn has(archive: &Archive, key: Key) -> bool {
    let object: Option<Handle<Vec<u8>>> = archive.find(key).wait().unwrap();
    object.is_some_and(|object| object.get().wait().is_ok_and(|value| is_ours(&value)))
}

#[test]
fn what_was_linked_from_the_spill_is_copied_into_a_snapshot_that_can_be_read() {
    let world = World::new(1);
    let (pool, archive) = spilling(&world);
    let object = spilled(&pool);
    let key = archive.keep(&object).wait().unwrap();
    let head = archive.vault().find(key).unwrap().unwrap().head;
    assert_eq!(head.offset, 4096);
    drop((object, archive, pool));
    let world = world.after(SimulatedDisk::kill);
    world.disk.set_habits(Habits { no_links: true, ..Habits::default() });
    let archive = world.open();
    let object: Handle<Vec<u8>> = archive.open(key).wait().unwrap();
    archive.commit("s", [("a", &object)]).wait().unwrap();
    drop((object, archive));
    let world = world.after(SimulatedDisk::kill);
    let archive = world.open();
    let object: Handle<Vec<u8>> = archive.open_in("s", "a").wait().unwrap();
    assert!(is_ours(&object.get().wait().unwrap()));
    let verified = archive.verify(|_| ControlFlow::Continue(())).wait().unwrap();
    assert!(verified.is_good(), "{verified:?}");
}

#[test]
fn a_file_whose_sync_has_failed_is_never_linked_afterwards() {
    for seed in 0..32 {
        let world = World::new(seed);
        let (pool, archive) = spilling(&world);
        let object = spilled(&pool);
        world.disk.fail_from(Call::Sync, 1, Fault::Error);
        assert_eq!(archive.keep(&object).wait().unwrap_err().kind(), ErrorKind::Unavailable);
        world.disk.heal();
        let before = world.disk.counts().bytes_written;
        let key = archive.keep(&object).wait().unwrap();
        assert!(world.disk.counts().bytes_written > before, "it was linked");
        drop((object, archive, pool));
        let world = world.after(SimulatedDisk::power_cut);
        assert!(has(&world.open(), key), "seed {seed}");
    }
}

/// In memory, and it stays there: it adopts nothing.
fn not_adopted(world: &World) -> (Archive, Arc<Fake>) {
    let settings = ArchiveSettings { adopts: false, ..ArchiveSettings::default() };
    (world.try_open_with(settings).unwrap(), object(1, LARGE))
}

#[test]
fn what_is_damaged_in_the_other_folder_is_written_from_the_object() {
    for is_short in [false, true] {
        let world = World::new(1);
        let (archive, object) = not_adopted(&world);
        archive.keep(&object).wait().unwrap();
        let (folder, name) = (World::path("kept"), object.id().to_string());
        if is_short {
            assert!(world.disk.truncate(&folder, &name, 130));
        } else {
            assert!(world.disk.flip_bit(&folder, &name, 8 * 5000));
            world.disk.set_habits(Habits { no_links: true, ..Habits::default() });
        }
        archive.commit("s", [("a", &object)]).wait().unwrap();
        assert_eq!(shown(&archive, "s").unwrap()["a"], object.bytes());
    }
}

#[test]
fn what_is_collected_while_it_is_kept_is_kept() {
    for no_links in [false, true] {
        let world = World::new(1);
        let (archive, object) = not_adopted(&world);
        archive.commit("s", [("a", &object)]).wait().unwrap();
        archive.delete_snapshot("s").wait().unwrap();
        world.disk.set_habits(Habits { no_links, ..Habits::default() });
        let is_collected = AtomicBool::new(false);
        world.disk.on_call({
            let archive = archive.clone();
            Box::new(move |call| {
                let is_next = call == Call::Link;
                if is_next && !is_collected.swap(true, Ordering::AcqRel) {
                    assert_eq!(archive.gc().wait().unwrap().removed, 1);
                }
            })
        });
        archive.keep(&object).wait().unwrap();
        world.disk.off_call();
        assert_eq!(world.names("objects"), Vec::<String>::new());
        assert_eq!(found(&archive, object.id()).unwrap().unwrap(), object.bytes());
    }
}

#[test]
fn what_was_kept_and_not_answered_so_is_kept_again_although_nobody_knows_of_it() {
    for is_spilled in [false, true] {
        let world = World::new(1);
        let (pool, archive) = spilling(&world);
        let object = pool.insert(vec![7_u8; LARGE]).wait().unwrap();
        assert!(!is_spilled || object.evict().wait().unwrap());
        world.disk.fail(Call::SyncDirectory, 1, Fault::Error);
        assert_eq!(archive.keep(&object).wait().unwrap_err().kind(), ErrorKind::Unknown);
        drop(archive);
        assert_eq!(world.names("kept").len(), 1);
        let root = world.disk.directory(World::ARCHIVE);
        let archive = pool.archive_in(root, ArchiveSettings::default()).wait().unwrap();
        let key = archive.keep(&object).wait().unwrap();
        assert_eq!(world.names("kept"), [key.to_string()]);
        drop((object, archive, pool));
        let world = world.after(SimulatedDisk::power_cut);
        assert!(has(&world.open(), key));
    }
}

#[test]
fn a_blob_that_cannot_be_linked_from_one_tier_hinders_none_in_the_other() {
    let (world, other) = (World::new(1), SimulatedDisk::new(2));
    let seams = ManualClock::new().seams(77);
    let [fast, slow] = [world.disk.directory("fast"), other.directory("slow")].map(|directory| {
        let medium = DirMedium::builder().directory(directory, Quota::unbounded());
        medium.seams(seams.clone()).open().unwrap()
    });
    let spill = Tiers::builder(fast, slow).fast_max(ByteSize::mib(2)).seams(seams.clone()).build();
    let pool = Pool::builder().memory(ByteSize::mib(64)).spill(spill).seams(seams).build().unwrap();
    let archive = world.disk.directory(World::ARCHIVE);
    let archive = pool.archive_in(archive, ArchiveSettings::default()).wait().unwrap();
    // The first ones move down while the last ones are written.
    let objects: Vec<_> = (0..8).map(|_| spilled(&pool)).collect();
    let written = |object: &Handle<Vec<u8>>| {
        let before = world.disk.counts().bytes_written;
        archive.keep(object).wait().unwrap();
        world.disk.counts().bytes_written - before
    };
    assert!(written(&objects[0]) >= LARGE as u64);
    assert_eq!(written(&objects[7]), 0);
}
