//! Keeping one object.

use forebay_journal::disk::simulated::{Call, Fault, Habits, SimulatedDisk};
use forebay_store::ErrorKind;

use super::world::{World, found, load, object};
use crate::archive::Item;
use crate::archive::names::unfinished;
use crate::archive::part::Part;
use crate::archive::placing::Placed;

const LARGE: usize = 300 << 10;

#[test]
fn what_was_kept_is_there_after_a_power_cut() {
    for seed in 0..16 {
        let world = World::new(seed);
        let archive = world.open();
        let objects = [object(1, 0), object(2, 5000), world.spilled(3, LARGE)];
        for object in &objects {
            assert_eq!(archive.keep(object).wait().unwrap(), object.id());
        }
        drop(archive);
        let world = world.after(SimulatedDisk::power_cut);
        let archive = world.open();
        for object in &objects {
            assert_eq!(found(&archive, object.id()).unwrap().unwrap(), object.bytes());
        }
        assert_eq!(
            archive.keys().wait().unwrap(),
            [objects[0].id(), objects[1].id(), objects[2].id()]
        );
        assert!(!archive.contains(super::rig::key(9)).wait().unwrap());
    }
}

#[test]
fn keeping_twice_is_keeping_once() {
    let world = World::new(1);
    let archive = world.open();
    let object = object(1, 100);
    archive.keep(&object).wait().unwrap();
    let before = world.disk.counts();
    archive.keep(&object).wait().unwrap();
    let after = world.disk.counts();
    assert_eq!((after.writes, after.name_changes), (before.writes, before.name_changes));
    assert_eq!(world.names("kept").len(), 1);
}

#[test]
fn what_another_type_has_under_that_key_is_corrupt_and_not_replaced() {
    let world = World::new(1);
    let archive = world.open();
    let object = object(1, 100);
    archive.keep(&object).wait().unwrap();
    assert!(world.disk.truncate(&World::path("kept"), &object.id().to_string(), 130));
    let kind = archive.keep(&object).wait().unwrap_err().kind();
    assert_eq!(kind, ErrorKind::Corrupt);
}

#[test]
fn a_spilled_object_is_linked_and_not_copied() {
    let world = World::new(1);
    let archive = world.open();
    let object = world.spilled(1, LARGE);
    let before = world.disk.counts().bytes_written;
    archive.keep(&object).wait().unwrap();
    assert_eq!(world.disk.counts().bytes_written, before);
    assert!(object.blob().unwrap().is_named());
    let world = world.after(SimulatedDisk::power_cut);
    assert_eq!(found(&world.open(), object.id()).unwrap().unwrap(), object.bytes());
}

#[test]
fn where_nothing_can_be_linked_it_is_copied() {
    let world = World::new(1);
    let archive = world.open();
    world.disk.set_habits(Habits { no_links: true, ..Habits::default() });
    let object = world.spilled(1, LARGE);
    archive.keep(&object).wait().unwrap();
    let report = archive.commit("s", [("a", &object)]).wait().unwrap();
    assert_eq!(report.written, report.bytes);
    let world = world.after(SimulatedDisk::power_cut);
    let archive = world.open();
    assert_eq!(found(&archive, object.id()).unwrap().unwrap(), object.bytes());
    assert_eq!(super::world::shown(&archive, "s").unwrap()["a"], object.bytes());
}

#[test]
fn after_a_failed_sync_it_is_written_to_another_file() {
    for seed in 0..16 {
        for is_spilled in [false, true] {
            let world = World::new(seed);
            let archive = world.open();
            let object = object(1, LARGE);
            if is_spilled {
                object.spill(&world).unwrap();
            }
            world.disk.fail(Call::Sync, 1, Fault::Error);
            archive.keep(&object).wait().unwrap();
            assert_eq!(object.distrusted(), u32::from(is_spilled));
            // What the spill shares with the archive is not the file whose sync has failed.
            world.disk.forget_clean();
            assert_eq!(load(&object.blob().unwrap()).unwrap(), object.bytes());
            drop(archive);
            let world = world.after(SimulatedDisk::power_cut);
            assert_eq!(found(&world.open(), object.id()).unwrap().unwrap(), object.bytes());
        }
    }
}

#[test]
fn if_that_fails_too_nothing_is_kept() {
    for is_spilled in [false, true] {
        let world = World::new(1);
        let archive = world.open();
        let object = object(1, LARGE);
        if is_spilled {
            object.spill(&world).unwrap();
        }
        world.disk.fail_from(Call::Sync, 1, Fault::Error);
        let error = archive.keep(&object).wait().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert_eq!(world.names("kept"), Vec::<String>::new());
        world.disk.heal();
        archive.keep(&object).wait().unwrap();
        let world = world.after(SimulatedDisk::power_cut);
        assert_eq!(found(&world.open(), object.id()).unwrap().unwrap(), object.bytes());
    }
}

#[test]
fn after_a_failed_sync_of_a_folder_every_change_is_refused_and_reads_go_on() {
    let world = World::new(1);
    let archive = world.open();
    let (first, second) = (object(1, 10), object(2, 10));
    archive.keep(&first).wait().unwrap();
    world.disk.fail(Call::SyncDirectory, 1, Fault::Error);
    assert_eq!(archive.keep(&second).wait().unwrap_err().kind(), ErrorKind::Unknown);
    let refused = |kind: ErrorKind| assert_eq!(kind, ErrorKind::Unavailable);
    refused(archive.keep(&second).wait().unwrap_err().kind());
    refused(archive.commit("s", [("a", &first)]).wait().unwrap_err().kind());
    refused(archive.delete(first.id()).wait().unwrap_err().kind());
    refused(archive.delete_snapshot("s").wait().unwrap_err().kind());
    refused(archive.gc().wait().unwrap_err().kind());
    assert_eq!(found(&archive, first.id()).unwrap().unwrap(), first.bytes());
    drop(archive);
    world.open().keep(&second).wait().unwrap();
}

#[test]
fn a_full_disk_keeps_nothing_and_leaves_nothing() {
    let world = World::new(1);
    let archive = world.open();
    world.disk.set_room(100 << 10);
    let object = object(1, LARGE);
    assert_eq!(archive.keep(&object).wait().unwrap_err().kind(), ErrorKind::Busy);
    assert_eq!(world.names("kept"), Vec::<String>::new());
    world.disk.set_room(u64::MAX);
    archive.keep(&object).wait().unwrap();
    assert!(!world.names("kept").contains(&unfinished(&object.id().to_string())));
}

#[test]
fn a_name_that_is_there_and_not_durable_is_made_so_before_it_is_answered() {
    for seed in 0..32 {
        let world = World::new(seed);
        let archive = world.open();
        let object = object(1, 100);
        // Killed between the rename and the sync of the folder.
        world.disk.on_call({
            let disk = world.disk.clone();
            Box::new(move |call| {
                if call == Call::SyncDirectory {
                    disk.kill_after(0);
                }
            })
        });
        assert!(archive.keep(&object).wait().is_err());
        world.disk.off_call();
        let world = world.after(SimulatedDisk::kill);
        assert_eq!(world.names("kept"), [object.id().to_string()]);
        world.open().keep(&object).wait().unwrap();
        let world = world.after(SimulatedDisk::power_cut);
        assert_eq!(found(&world.open(), object.id()).unwrap().unwrap(), object.bytes());
    }
}

#[test]
fn an_object_that_is_changed_before_its_content_is_there_is_kept_under_its_new_key() {
    let world = World::new(1);
    let archive = world.open();
    let object = object(1, 1000);
    let (before, after) = (object.id(), super::rig::key(2));
    object.will_change(after);
    assert_eq!(archive.keep(&object).wait().unwrap(), after);
    assert_eq!(found(&archive, after).unwrap().unwrap(), object.bytes());
    assert_eq!(found(&archive, before).unwrap(), None);
    assert_eq!(load(&object.blob().unwrap()).unwrap(), object.bytes());
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a call to the disk waits for what another thread does"
)]
fn what_is_deleted_while_it_is_kept_does_not_cost_the_object() {
    let world = World::new(1);
    let archive = world.open();
    let object = object(1, 1000);
    let key = object.id();
    let deletes = std::sync::Mutex::new(None);
    let deletes = std::sync::Arc::new(deletes);
    // It has its name, and that is not durable yet.
    world.disk.on_call({
        let (disk, archive, deletes) = (world.disk.clone(), archive.clone(), deletes.clone());
        Box::new(move |call| {
            let mut thread = deletes.lock().unwrap();
            if call != Call::SyncDirectory || thread.is_some() {
                return;
            }
            let archive = archive.clone();
            *thread = Some(std::thread::spawn(move || archive.delete(key).wait()));
            drop(thread);
            while !disk.files(&World::path("kept")).is_empty() {
                std::thread::yield_now();
            }
        })
    });
    archive.keep(&object).wait().unwrap();
    let thread = deletes.lock().unwrap().take().unwrap();
    assert!(thread.join().unwrap().unwrap());
    world.disk.off_call();
    assert!(object.blob().is_none_or(|blob| load(&blob).is_ok()));
}

#[test]
fn who_puts_an_object_that_somebody_has_just_put_writes_nothing_over_it() {
    let world = World::new(1);
    let archive = world.open();
    let object = world.pool.insert(vec![7_u8; LARGE]).wait().unwrap();
    let item = Item::from(&object);
    for part in [Part::Kept, Part::Objects] {
        // Nobody has told that it is there when the next one comes.
        archive.vault().place(part, item.object(), 0).unwrap();
        let written = world.disk.counts().bytes_written;
        let again = archive.vault().place(part, item.object(), 0).unwrap();
        assert!(matches!(again, Placed::Named(_)), "{part:?}: {again:?}");
        assert_eq!(world.disk.counts().bytes_written, written);
    }
}
