//! Committing many objects.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, OnceLock};

use forebay_journal::disk::simulated::{Call, Fault, Habits, SimulatedDisk};
use forebay_store::seam::manual::ManualClock;
use forebay_store::sync::Mutex;
use forebay_store::{ByteSize, ErrorKind};

use super::object::Fake;
use super::world::{World, found, load, object, shown};
use crate::archive::{Archive, ArchiveSettings};
use crate::event::{Event, Watcher};
use crate::handle::Handle;
use crate::pool::Pool;

const LARGE: usize = 300 << 10;

fn some(numbers: std::ops::Range<u64>, length: usize) -> Vec<(String, Arc<Fake>)> {
    numbers.map(|number| (format!("n{number}"), object(number, length))).collect()
}

fn named(objects: &[(String, Arc<Fake>)]) -> impl Iterator<Item = (String, &Arc<Fake>)> {
    objects.iter().map(|(name, object)| (name.clone(), object))
}

fn contents(objects: &[(String, Arc<Fake>)]) -> BTreeMap<String, Vec<u8>> {
    objects.iter().map(|(name, object)| (name.clone(), object.bytes().to_vec())).collect()
}

#[test]
fn what_was_committed_is_there_after_a_power_cut() {
    for seed in 0..16 {
        let world = World::new(seed);
        let archive = world.open();
        let mut objects = some(0..5, 1000);
        objects.push(("large".into(), object(10, LARGE)));
        objects.push(("spilled".into(), world.spilled(11, LARGE)));
        objects.push(("small and spilled".into(), world.spilled(12, 100)));
        objects.push(("the same again".into(), Arc::clone(&objects[0].1)));
        let report = archive.commit("step-1", named(&objects)).wait().unwrap();
        assert_eq!(report.objects, 9);
        assert!(report.bytes > report.written && report.written > LARGE as u64);
        drop(archive);
        let world = world.after(SimulatedDisk::power_cut);
        let archive = world.open();
        assert_eq!(shown(&archive, "step-1").unwrap(), contents(&objects));
        assert_eq!(found(&archive, objects[2].1.id()).unwrap().unwrap(), objects[2].1.bytes());
        let verified = archive.verify(|_| std::ops::ControlFlow::Continue(())).wait().unwrap();
        assert!(verified.is_good() && verified.objects == 8, "{verified:?}");
    }
}

#[test]
fn many_small_objects_cost_four_syncs() {
    let world = World::new(1);
    let archive = world.open();
    let objects = some(0..256, 1000);
    let before = world.disk.counts();
    archive.commit("s", named(&objects)).wait().unwrap();
    let after = world.disk.counts();
    // The pack and the manifest; `packs` and `snapshots`. Nothing was named in `objects`.
    assert_eq!(after.syncs - before.syncs, 2);
    assert_eq!(after.directory_syncs - before.directory_syncs, 2);
}

#[test]
fn of_objects_that_are_new_no_file_is_looked_for_and_their_pack_is_opened_once() {
    let opens = [1, 9, 200].map(|count| {
        let world = World::new(1);
        let archive = world.open();
        let objects = (0..count).map(|at| world.pool.insert(vec![at; 100]).wait().unwrap());
        let objects: Vec<Handle<Vec<u8>>> = objects.collect();
        let opens = Arc::new(AtomicU32::new(0));
        world.disk.on_call({
            let opens = Arc::clone(&opens);
            Box::new(move |call| {
                opens.fetch_add(u32::from(call == Call::Open), Relaxed);
            })
        });
        let items = objects.iter().enumerate().map(|(at, object)| (at.to_string(), object));
        archive.commit("s", items).wait().unwrap();
        world.disk.off_call();
        assert!(objects.iter().all(Handle::is_saved));
        opens.load(Relaxed)
    });
    // The snapshot of that name, if it were there, and the pack, for those who have its blobs from now on.
    assert_eq!(opens, [2, 2, 2]);
}

#[test]
fn a_name_is_replaced_and_the_others_stay() {
    let world = World::new(1);
    let archive = world.open();
    let (old, new, other) = (object(1, 10), object(2, LARGE), object(3, 10));
    archive.commit("s", [("a", &old)]).wait().unwrap();
    archive.commit("other", [("a", &other)]).wait().unwrap();
    archive.commit("s", [("b", &new)]).wait().unwrap();
    let world = world.after(SimulatedDisk::power_cut);
    let archive = world.open();
    assert_eq!(shown(&archive, "s").unwrap(), [("b".into(), new.bytes().to_vec())].into());
    assert_eq!(shown(&archive, "other").unwrap()["a"], other.bytes());
    let snapshots = archive.snapshots().wait().unwrap().all().unwrap();
    let names: Vec<_> =
        snapshots.iter().map(|snapshot| (&*snapshot.name, snapshot.sequence)).collect();
    assert_eq!(names, [("other", 2), ("s", 3)]);
}

#[test]
fn a_commit_that_fails_shows_nothing_and_the_next_one_works() {
    for refused in [4, 17] {
        let world = World::new(1);
        let archive = world.open();
        let mut objects = some(0..9, LARGE);
        objects.extend(some(20..29, 100));
        archive.commit("s", named(&objects[..1])).wait().unwrap();
        objects[refused].1.refuse();
        let error = archive.commit("s", named(&objects)).wait().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        assert_eq!(shown(&archive, "s").unwrap(), contents(&objects[..1]));
        for folder in ["objects", "packs", "snapshots"] {
            let names = world.names(folder);
            assert!(!names.iter().any(|name| name.contains(".tmp")), "{names:?}");
        }
        objects.remove(refused);
        archive.commit("s", named(&objects)).wait().unwrap();
        assert_eq!(shown(&archive, "s").unwrap(), contents(&objects));
    }
}

#[test]
fn what_is_wrong_with_a_commit_is_said_before_anything_is_written() {
    let world = World::new(1);
    let archive = world.open();
    let object = object(1, 10);
    let steps = world.disk.steps();
    let long = "n".repeat(1025);
    let kind = |result: forebay_store::Result<_>| {
        result.map(|_: crate::SnapshotReport| ()).unwrap_err().kind()
    };
    for name in ["", "a/b", "x.tmp"] {
        assert_eq!(kind(archive.commit(name, [("a", &object)]).wait()), ErrorKind::Invalid);
    }
    for item in ["", &long] {
        assert_eq!(kind(archive.commit("s", [(item, &object)]).wait()), ErrorKind::Invalid);
    }
    let twice = archive.commit("s", [("a", &object), ("a", &object)]).wait();
    assert_eq!(kind(twice), ErrorKind::Invalid);
    assert_eq!(world.disk.steps(), steps);
}

#[test]
fn deleting_a_kept_object_leaves_the_snapshots_whole() {
    for length in [100, LARGE] {
        let world = World::new(1);
        let archive = world.open();
        let object = object(1, length);
        archive.keep(&object).wait().unwrap();
        archive.commit("s", [("a", &object)]).wait().unwrap();
        assert!(archive.delete(object.id()).wait().unwrap());
        archive.gc().wait().unwrap();
        let world = world.after(SimulatedDisk::power_cut);
        assert_eq!(shown(&world.open(), "s").unwrap()["a"], object.bytes());
    }
}

#[test]
fn what_a_snapshot_has_is_linked_when_it_is_kept() {
    let world = World::new(1);
    let archive = world.open();
    let object = object(1, LARGE);
    archive.commit("s", [("a", &object)]).wait().unwrap();
    let before = world.disk.counts().bytes_written;
    // Another handle of it, which does not know that the archive has it.
    archive.keep(&self::object(1, LARGE)).wait().unwrap();
    assert_eq!(world.disk.counts().bytes_written, before);
    archive.delete_snapshot("s").wait().unwrap();
    archive.gc().wait().unwrap();
    let world = world.after(SimulatedDisk::power_cut);
    assert_eq!(found(&world.open(), object.id()).unwrap().unwrap(), object.bytes());
}

#[test]
fn what_is_in_the_archive_is_not_written_again() {
    let world = World::new(1);
    let archive = world.open();
    let mut objects = some(0..4, LARGE);
    objects.extend(some(10..20, 1000));
    archive.commit("one", named(&objects)).wait().unwrap();
    let report = archive.commit("two", named(&objects)).wait().unwrap();
    assert_eq!(report.written, 0);
    archive.delete_snapshot("one").wait().unwrap();
    archive.gc().wait().unwrap();
    assert_eq!(shown(&archive, "two").unwrap(), contents(&objects));
}

#[test]
fn packs_of_deleted_snapshots_go_although_one_object_lives_on() {
    let world = World::new(1);
    let archive = world.open();
    let objects = some(0..20, 10_000);
    archive.commit("old", named(&objects)).wait().unwrap();
    let old = world.names("packs");
    archive.commit("new", named(&objects[..1])).wait().unwrap();
    archive.delete_snapshot("old").wait().unwrap();
    let collected = archive.gc().wait().unwrap();
    assert_eq!(collected.removed, 1);
    assert!(collected.bytes > 200_000 && !world.names("packs").contains(&old[0]));
    assert_eq!(shown(&archive, "new").unwrap(), contents(&objects[..1]));
}

#[test]
fn after_failed_syncs_it_is_written_again_and_is_whole_or_not_there() {
    let syncs = 4;
    for (nth, seed) in (1..=syncs + 1).flat_map(|nth| (0..8).map(move |seed| (nth, seed))) {
        for stays in [false, true] {
            let world = World::new(seed);
            let archive = world.open();
            let mut objects = some(0..3, 100);
            objects.push(("large".into(), object(10, LARGE)));
            objects.push(("spilled".into(), world.spilled(11, LARGE)));
            if stays {
                world.disk.fail_from(Call::Sync, nth, Fault::Error);
            } else {
                world.disk.fail(Call::Sync, nth, Fault::Error);
            }
            let result = archive.commit("s", named(&objects)).wait();
            assert_eq!(result.is_ok(), !stays || nth > syncs, "sync {nth}: {result:?}");
            world.disk.heal();
            drop(archive);
            let world = world.after(SimulatedDisk::power_cut);
            let archive = world.open();
            match result {
                Ok(_) => assert_eq!(shown(&archive, "s").unwrap(), contents(&objects)),
                Err(_) => assert!(archive.snapshots().wait().unwrap().is_empty()),
            }
        }
    }
}

#[test]
fn an_object_survives_the_removal_of_the_archive_that_it_was_kept_in() {
    let world = World::new(1);
    let archive = world.open();
    let objects = [object(1, 100), object(2, LARGE), object(3, LARGE)];
    archive.commit("s", [("a", &objects[0]), ("b", &objects[1])]).wait().unwrap();
    archive.keep(&objects[2]).wait().unwrap();
    for folder in ["kept", "objects", "packs", "snapshots"] {
        let directory = world.disk.directory(&World::path(folder));
        world.names(folder).iter().for_each(|name| directory.remove(name).unwrap());
    }
    for object in &objects {
        assert_eq!(load(&object.blob().unwrap()).unwrap(), object.bytes());
    }
}

#[test]
fn kept_all_at_once_they_are_durable_and_have_their_keys() {
    let world = World::new(1);
    let archive = world.open();
    let objects: Vec<_> = (0..20).map(|number| object(number, 1000)).collect();
    let kept = archive.keep_all(&objects).wait().unwrap();
    let world = world.after(SimulatedDisk::power_cut);
    let archive = world.open();
    for (object, key) in objects.iter().zip(&kept.keys) {
        assert_eq!(found(&archive, *key).unwrap().unwrap(), object.bytes());
    }
    assert_eq!(archive.items(&kept.snapshot).wait().unwrap().len(), 20);
    assert!(archive.delete_snapshot(&kept.snapshot).wait().unwrap());
    assert_eq!(found(&archive, kept.keys[0]).unwrap(), None);
}

#[test]
fn a_manifest_under_another_name_or_of_another_archive_is_corrupt() {
    let world = World::new(1);
    let archive = world.open();
    archive.commit("s", [("a", &object(1, 10))]).wait().unwrap();
    let bytes = world.disk.read_live(&World::path("snapshots"), "s").unwrap();
    let other = World::new(2);
    let other_archive = other.open();
    for (disk, archive, name) in [(&world.disk, &archive, "t"), (&other.disk, &other_archive, "s")]
    {
        let file = disk.directory(&World::path("snapshots")).create(name).unwrap();
        assert_eq!(file.write_at(&bytes, 0).unwrap(), bytes.len());
        let kind = archive.items(name).wait().unwrap_err().kind();
        assert_eq!(kind, ErrorKind::Corrupt, "{name}");
    }
}

#[test]
fn a_name_that_the_file_system_takes_for_another_one_is_refused() {
    let world = World::new(1);
    let archive = world.open();
    let object = object(1, 10);
    archive.commit("Step", [("a", &object)]).wait().unwrap();
    // As where upper and lower case are the same: the file of `Step` is found under `step`.
    world.disk.directory(&World::path("snapshots")).rename("Step", "step").unwrap();
    let error = archive.commit("step", [("a", &object)]).wait().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
}

#[test]
fn an_object_that_is_changed_before_its_content_is_there_is_committed_under_its_new_key() {
    for length in [100, LARGE] {
        let world = World::new(1);
        let archive = world.open();
        let (changed, other) = (object(1, length), object(2, length));
        changed.will_change(super::rig::key(3));
        archive.commit("s", [("changed", &changed), ("other", &other)]).wait().unwrap();
        assert_eq!(shown(&archive, "s").unwrap()["changed"], changed.bytes());
        assert_eq!(load(&changed.blob().unwrap()).unwrap(), changed.bytes());
        let again = object(5, length);
        again.will_change(super::rig::key(6));
        let keys = archive.keep_all([&other, &again]).wait().unwrap().keys;
        assert_eq!(keys, [other.id(), super::rig::key(6)]);
        assert_eq!(found(&archive, keys[1]).unwrap().unwrap(), again.bytes());
    }
}

#[test]
fn no_snapshot_is_named_as_what_is_being_written_in_any_case() {
    let world = World::new(1);
    let archive = world.open();
    let object = object(1, 100);
    for name in ["x.tmp", "x.TMP", "x.Tmp"] {
        let error = archive.commit(name, [("a", &object)]).wait().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{name}");
    }
}

#[test]
fn a_commit_that_may_open_no_further_file_leaves_what_was_there_and_can_be_tried_again() {
    let mut results = Vec::new();
    for most in 1..24 {
        let world = World::new(most);
        let archive = world.open();
        let mut objects = some(0..3, 100);
        objects.extend(some(5..8, LARGE));
        objects.push(("spilled".into(), world.spilled(11, LARGE)));
        archive.commit("s", named(&objects[..1])).wait().unwrap();
        world.disk.set_habits(Habits { open_files_max: Some(most), ..Habits::default() });
        let result = archive.commit("s", named(&objects)).wait();
        world.disk.set_habits(Habits::default());
        let now = shown(&archive, "s").unwrap();
        let before = contents(&objects[..1]);
        assert!(now == before || now == contents(&objects), "{most}: {result:?}");
        match &result {
            Ok(_) => assert_ne!(now, before, "{most}"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Busy, "{most}: {error}"),
        }
        archive.commit("s", named(&objects)).wait().unwrap();
        drop(archive);
        let world = world.after(SimulatedDisk::power_cut);
        assert_eq!(shown(&world.open(), "s").unwrap(), contents(&objects), "{most}");
        results.push(result.is_ok());
    }
    assert!(!results[0] && results[22], "{results:?}");
}

/// Looks, when a snapshot is there, whether somebody else may change the archive.
#[derive(Clone, Debug, Default)]
struct Looking {
    archive: Arc<OnceLock<Archive>>,
    found: Arc<Mutex<Vec<bool>>>,
}

impl Watcher for Looking {
    fn on(&self, event: &Event) {
        if let (Event::Committed { .. }, Some(archive)) = (event, self.archive.get()) {
            self.found.lock().push(archive.vault().turns.is_taken());
        }
    }
}

#[test]
fn those_who_watch_may_change_the_archive_when_they_are_told() {
    let looking = Looking::default();
    let seams = ManualClock::new().seams(1);
    let pool = Pool::builder().memory(ByteSize::mib(1)).seams(seams).watch(looking.clone());
    let root = SimulatedDisk::new(1).directory("a");
    let archive = pool.build().unwrap().archive_in(root, ArchiveSettings::default());
    let archive = archive.wait().unwrap();
    looking.archive.set(archive.clone()).unwrap();
    archive.commit("s", [("a", &object(1, 10))]).wait().unwrap();
    assert_eq!(*looking.found.lock(), [false]);
}

#[test]
fn nothing_stays_in_a_pack_that_has_lost_its_end() {
    let world = World::new(1);
    let archive = world.open();
    let objects = some(0..8, 1000);
    archive.commit("one", named(&objects)).wait().unwrap();
    drop(archive);
    let world = world.after(SimulatedDisk::kill);
    let pack = world.names("packs").pop().unwrap();
    let length = world.disk.read_live(&World::path("packs"), &pack).unwrap().len();
    assert!(world.disk.truncate(&World::path("packs"), &pack, length as u64 - 1500));
    let archive = world.open();
    let anew = some(0..8, 1000);
    let report = archive.commit("two", named(&anew)).wait().unwrap();
    assert!(report.written > 1000 && report.written < 4000, "{report:?}");
    assert_eq!(shown(&archive, "two").unwrap(), contents(&anew));
}
