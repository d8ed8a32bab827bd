//! What is true after a sync of names has failed.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use forebay_journal::disk::simulated::{Call, Ending, Fault, Habits, SimulatedDisk};
use forebay_store::ErrorKind;

use super::object::Fake;
use super::rig::key;
use super::world::{World, carry_out, end_after, found, object, shown};
use crate::archive::names::Aside;
use crate::archive::vault::Vault;
use crate::archive::{Archive, ArchiveSettings};

const DOUBT: &str = "DOUBT";

/// The names that are there are more or fewer than those that are durable: the next sync of names fails.
fn fail_next(world: &World) {
    world.disk.fail(Call::SyncDirectory, 1, Fault::Error);
}

#[test]
fn what_is_kept_after_a_failed_sync_of_names_outlives_a_power_cut() {
    for seed in 0..32 {
        let world = World::new(seed);
        let archive = world.open();
        let (first, second) = (object(1, 100), object(2, 100));
        archive.keep(&first).wait().unwrap();
        fail_next(&world);
        assert_eq!(archive.keep(&second).wait().unwrap_err().kind(), ErrorKind::Unknown);
        assert!(world.disk.files(World::ARCHIVE).contains(&DOUBT.to_owned()));
        drop(archive);
        let archive = world.open();
        // Its name is there, and may not be on the device.
        assert_eq!(archive.keep(&second).wait().unwrap(), second.id());
        drop(archive);
        assert!(!world.disk.files(World::ARCHIVE).contains(&DOUBT.to_owned()));
        let world = world.after(SimulatedDisk::power_cut);
        let archive = world.open();
        for kept in [&first, &second] {
            let bytes = found(&archive, kept.id()).unwrap();
            assert_eq!(bytes.as_deref(), Some(kept.bytes()), "seed {seed}");
        }
    }
}

#[test]
fn what_is_deleted_after_a_failed_sync_of_names_does_not_come_back() {
    for seed in 0..32 {
        let world = World::new(seed);
        let archive = world.open();
        let kept = object(1, 100);
        archive.keep(&kept).wait().unwrap();
        archive.commit("s", [("a", &kept)]).wait().unwrap();
        fail_next(&world);
        assert_eq!(archive.delete(kept.id()).wait().unwrap_err().kind(), ErrorKind::Unknown);
        drop(archive);
        let archive = world.open();
        archive.delete(kept.id()).wait().unwrap();
        fail_next(&world);
        assert_eq!(archive.delete_snapshot("s").wait().unwrap_err().kind(), ErrorKind::Unknown);
        drop(archive);
        let archive = world.open();
        archive.delete_snapshot("s").wait().unwrap();
        drop(archive);
        let world = world.after(SimulatedDisk::power_cut);
        let archive = world.open();
        assert_eq!(found(&archive, kept.id()).unwrap(), None, "seed {seed}");
        assert!(archive.snapshots().wait().unwrap().is_empty(), "seed {seed}");
    }
}

#[test]
fn what_is_committed_after_a_failed_sync_of_names_outlives_a_power_cut() {
    // Of the syncs of a commit the first is that of `objects`, the second that of `packs`, then `snapshots`.
    for (nth, seed) in (1..=3).flat_map(|nth| (0..16).map(move |seed| (nth, seed))) {
        let world = World::new(seed);
        let archive = world.open();
        let (old, large, small) = (object(1, 10), object(2, 300 << 10), object(3, 100));
        archive.commit("old", [("a", &old)]).wait().unwrap();
        world.disk.fail(Call::SyncDirectory, nth, Fault::Error);
        let failed = archive.commit("s", [("large", &large), ("small", &small)]).wait();
        assert_eq!(failed.unwrap_err().kind(), ErrorKind::Unknown);
        drop(archive);
        let archive = world.open();
        archive.commit("s", [("large", &large), ("small", &small)]).wait().unwrap();
        drop(archive);
        let world = world.after(SimulatedDisk::power_cut);
        let archive = world.open();
        assert_eq!(shown(&archive, "old").unwrap()["a"], old.bytes(), "{nth}, {seed}");
        let shown = shown(&archive, "s").unwrap();
        assert_eq!(shown["large"], large.bytes(), "sync {nth}, seed {seed}");
        assert_eq!(shown["small"], small.bytes(), "sync {nth}, seed {seed}");
    }
}

#[test]
fn an_archive_whose_making_failed_to_sync_keeps_what_is_put_into_it_later() {
    for (nth, seed) in (1..=6).flat_map(|nth| (0..16).map(move |seed| (nth, seed))) {
        let world = World::new(seed);
        world.disk.fail(Call::SyncDirectory, nth, Fault::Error);
        assert!(world.try_open().is_err(), "sync {nth}");
        let archive = world.open();
        let kept = object(1, 100);
        archive.keep(&kept).wait().unwrap();
        drop(archive);
        let world = world.after(SimulatedDisk::power_cut);
        let bytes = found(&world.open(), kept.id()).unwrap();
        assert_eq!(bytes.as_deref(), Some(kept.bytes()), "sync {nth}, seed {seed}");
    }
}

#[test]
fn the_next_owner_knows_although_the_one_it_happened_to_was_killed() {
    for seed in 0..32 {
        let world = World::new(seed);
        let archive = world.open();
        let kept = object(1, 100);
        fail_next(&world);
        archive.keep(&kept).wait().unwrap_err();
        let world = world.after(SimulatedDisk::kill);
        world.open().keep(&kept).wait().unwrap();
        let world = world.after(SimulatedDisk::power_cut);
        assert!(found(&world.open(), kept.id()).unwrap().is_some(), "seed {seed}");
    }
}

/// One object is kept, one is in a snapshot, one is deleted, and then a sync of names fails.
struct Doubtful {
    world: World,
    kept: Arc<Fake>,
    committed: Arc<Fake>,
    deleted: Arc<Fake>,
}

impl Doubtful {
    fn new(seed: u64) -> Self {
        let world = World::new(seed);
        let (kept, committed, deleted) = (object(1, 100), object(2, 100), object(3, 100));
        let archive = world.open();
        archive.keep(&kept).wait().unwrap();
        archive.keep(&deleted).wait().unwrap();
        archive.commit("s", [("a", &committed)]).wait().unwrap();
        archive.delete(deleted.id()).wait().unwrap();
        fail_next(&world);
        archive.keep(&object(4, 100)).wait().unwrap_err();
        Self { world, kept, committed, deleted }
    }

    /// What was answered holds, whatever has happened since.
    fn check(&self, archive: &Archive, place: &str) {
        let bytes = found(archive, self.kept.id()).unwrap();
        assert_eq!(bytes.as_deref(), Some(self.kept.bytes()), "{place}");
        assert_eq!(found(archive, self.deleted.id()).unwrap(), None, "{place}");
        assert_eq!(shown(archive, "s").unwrap()["a"], self.committed.bytes(), "{place}");
        let verified = archive.verify(|_| ControlFlow::Continue(())).wait().unwrap();
        assert!(verified.is_good(), "{place}: {verified:?}");
    }

    fn copy(&self) -> Self {
        let [kept, committed, deleted] =
            [&self.kept, &self.committed, &self.deleted].map(Arc::clone);
        Self { world: self.world.copy(), kept, committed, deleted }
    }

    fn after(self, ending: Ending) -> Self {
        let world = self.world.after(|disk| carry_out(disk, ending));
        Self { world, ..self }
    }
}

#[test]
fn a_renewal_that_is_cut_off_at_any_step_loses_nothing() {
    let endings = [(Ending::Kill, false), (Ending::PowerCut, false), (Ending::PowerCut, true)];
    for (seed, (ending, no_links)) in (0..2).flat_map(|seed| endings.map(|end| (seed, end))) {
        let habits = Habits { no_links, ..Habits::default() };
        let start = Doubtful::new(seed);
        let whole = start.copy();
        whole.world.disk.set_habits(habits);
        let begin = whole.world.disk.steps();
        whole.world.open();
        let steps = whole.world.disk.steps() - begin;
        for step in 0..=steps {
            let place = format!("seed {seed}, {ending:?} at {step}, no links: {no_links}");
            let cut = start.copy();
            cut.world.disk.set_habits(habits);
            cut.world.disk.reseed(seed << 32 | step);
            end_after(&cut.world.disk, ending, step);
            drop(cut.world.try_open());
            let cut = cut.after(ending);
            let archive = cut.world.open();
            cut.check(&archive, &place);
            let late = object(5, 100);
            archive.keep(&late).wait().unwrap();
            drop(archive);
            let cut = cut.after(Ending::PowerCut);
            let archive = cut.world.open();
            cut.check(&archive, &place);
            assert!(found(&archive, late.id()).unwrap().is_some(), "{place}");
            let names = cut.world.disk.files(World::ARCHIVE);
            assert!(!names.iter().any(|name| name.contains(".new")), "{place}: {names:?}");
        }
    }
}

#[test]
fn a_renewal_whose_own_syncs_fail_is_done_again_by_the_next_owner() {
    // Four of new folders, two of the names of those, one of the identity's, and one of each folder.
    for (nth, seed) in (1..=11).flat_map(|nth| (0..4).map(move |seed| (nth, seed))) {
        let start = Doubtful::new(seed);
        let doubtful = start.copy();
        doubtful.world.disk.fail(Call::SyncDirectory, nth, Fault::Error);
        assert!(doubtful.world.try_open().is_err(), "sync {nth}");
        let archive = doubtful.world.open();
        let late = object(5, 100);
        archive.keep(&late).wait().unwrap();
        drop(archive);
        let doubtful = doubtful.after(Ending::PowerCut);
        let archive = doubtful.world.open();
        doubtful.check(&archive, &format!("sync {nth}, seed {seed}"));
        assert!(found(&archive, late.id()).unwrap().is_some(), "sync {nth}, seed {seed}");
    }
}

#[test]
fn a_renewal_that_fails_again_and_again_leaves_the_copies_of_one_attempt() {
    let start = Doubtful::new(1).after(Ending::Kill);
    let disk = &start.world.disk;
    disk.set_habits(Habits { no_links: true, ..Habits::default() });
    disk.set_room(0);
    for _ in 0..4 {
        assert_eq!(start.world.try_open().unwrap_err().kind(), ErrorKind::Busy);
        let names = disk.files(World::ARCHIVE);
        let left = names.iter().filter(|name| name.contains(".new"));
        assert_eq!(left.count(), 1, "{names:?}");
    }
    disk.set_room(u64::MAX);
    start.check(&start.world.open(), "there is room again");
}

#[test]
fn strangers_are_there_after_a_renewal_and_nothing_of_it_is_left() {
    let start = Doubtful::new(1);
    let kept = start.world.disk.directory(&World::path("kept"));
    let file = kept.create("letter").unwrap();
    assert_eq!(file.write_at(b"dear", 0).unwrap(), 4);
    drop(file);
    let start = start.after(Ending::Kill);
    start.world.open();
    let letter = start.world.disk.read_live(&World::path("kept"), "letter");
    assert_eq!(letter.as_deref(), Some(&b"dear"[..]));
    let names = start.world.disk.files(World::ARCHIVE);
    assert_eq!(names, ["ARCHIVE", "LOCK", "kept", "objects", "packs", "snapshots"]);
}

#[test]
fn after_a_failed_sync_of_the_file_system_every_change_is_refused_until_it_is_opened_anew() {
    for seed in 0..16 {
        let world = World::new(seed);
        let archive = world.open();
        let kept = object(1, 100);
        world.disk.fail(Call::SyncFileSystem, 1, Fault::Error);
        assert!(archive.sync_file_system().wait().is_err());
        assert_eq!(archive.keep(&kept).wait().unwrap_err().kind(), ErrorKind::Unavailable);
        drop(archive);
        let archive = world.open();
        archive.keep(&kept).wait().unwrap();
        archive.sync_file_system().wait().unwrap();
        let world = world.after(SimulatedDisk::power_cut);
        assert!(found(&world.open(), kept.id()).unwrap().is_some(), "seed {seed}");
    }
}

#[test]
fn a_failed_sync_of_the_file_system_is_one_of_every_archive_of_the_pool() {
    for seed in 0..16 {
        let world = World::new(seed);
        let archive = world.open();
        let beside = || {
            let root = world.disk.directory("beside");
            world.pool.archive_in(root, ArchiveSettings::default()).wait().unwrap()
        };
        let (other, kept) = (beside(), object(1, 100));
        world.disk.fail(Call::SyncFileSystem, 1, Fault::Error);
        assert!(archive.sync_file_system().wait().is_err());
        assert_eq!(other.keep(&kept).wait().unwrap_err().kind(), ErrorKind::Unavailable);
        for directory in [World::ARCHIVE, "beside"] {
            assert!(world.disk.files(directory).contains(&DOUBT.to_owned()), "{directory}");
        }
        drop(other);
        let other = beside();
        other.keep(&kept).wait().unwrap();
        assert!(!world.disk.files("beside").contains(&DOUBT.to_owned()));
    }
}

#[test]
fn what_is_named_when_the_file_system_fails_to_sync_is_named_anew() {
    for seed in 0..32 {
        let world = World::new(seed);
        let settings = ArchiveSettings::default();
        let beside = |world: &World| {
            world.pool.archive_in(world.disk.directory("beside"), settings).wait().unwrap()
        };
        let (archive, other, kept) = (world.open(), beside(&world), object(1, 100));
        // Its name is there when the file system fails, and its own sync comes later.
        let is_first = std::sync::atomic::AtomicBool::new(true);
        world.disk.on_call({
            let (archive, disk) = (archive.clone(), world.disk.clone());
            Box::new(move |call| {
                if call == Call::SyncDirectory && is_first.swap(false, Ordering::AcqRel) {
                    disk.fail(Call::SyncFileSystem, 1, Fault::Error);
                    assert!(archive.sync_file_system().wait().is_err());
                }
            })
        });
        assert!(other.keep(&kept).wait().is_err(), "seed {seed}");
        world.disk.off_call();
        drop((archive, other));
        beside(&world).keep(&kept).wait().unwrap();
        let world = world.after(SimulatedDisk::power_cut);
        assert!(found(&beside(&world), kept.id()).unwrap().is_some(), "seed {seed}");
    }
}

#[test]
fn what_a_stranger_saves_into_a_folder_that_goes_aside_stays_there() {
    let world = World::new(1);
    world.open();
    let aside = Aside { folder: "kept", id: key(9) }.gone();
    let gone = world.disk.directory(World::ARCHIVE).folder(&aside).unwrap();
    let kept = world.disk.directory(&World::path("kept"));
    for (name, now) in [("late", None), ("same", Some(b"dear")), ("other", Some(b"deer"))] {
        assert_eq!(gone.create(name).unwrap().write_at(b"dear", 0).unwrap(), 4);
        if let Some(now) = now {
            assert_eq!(kept.create(name).unwrap().write_at(now, 0).unwrap(), 4);
        }
    }
    gone.create(&key(3).to_string()).unwrap();
    gone.create(&format!("{}.tmp", key(4))).unwrap();
    drop((gone, kept));
    world.open();
    let mut left = world.names(&aside);
    left.sort();
    assert_eq!(left, ["late", "other"]);
}

#[test]
fn so_do_notes_that_a_stranger_saves_among_snapshots() {
    let world = World::new(1);
    world.open().commit("s", [("a", &object(1, 10))]).wait().unwrap();
    let aside = Aside { folder: "snapshots", id: key(9) }.gone();
    let gone = world.disk.directory(World::ARCHIVE).folder(&aside).unwrap();
    let manifest = world.disk.read_live(&World::path("snapshots"), "s").unwrap();
    for (name, bytes) in [("s", &*manifest), ("notes", b"dear")] {
        assert_eq!(gone.create(name).unwrap().write_at(bytes, 0).unwrap(), bytes.len());
    }
    drop(gone);
    world.open();
    assert_eq!(world.names(&aside), ["notes"]);
}

#[test]
fn a_strangers_file_that_cannot_be_opened_stays_aside_and_stops_nobody() {
    let mut stayed = 0;
    for nth in 1..=24 {
        let start = Doubtful::new(1);
        let kept = start.world.disk.directory(&World::path("kept"));
        assert_eq!(kept.create("letter").unwrap().write_at(b"dear", 0).unwrap(), 4);
        drop(kept);
        let start = start.after(Ending::Kill);
        start.world.disk.fail(Call::Open, nth, Fault::Error);
        let is_first = start.world.try_open().is_ok();
        start.check(&start.world.open(), &format!("open {nth}"));
        let folders = start.world.disk.files(World::ARCHIVE);
        let has_letter =
            |folder: &&String| start.world.names(folder).iter().any(|name| name == "letter");
        let places: Vec<_> = folders.iter().filter(has_letter).collect();
        assert!(!places.is_empty(), "open {nth}: {folders:?}");
        stayed += u32::from(is_first && places.iter().all(|place| *place != "kept"));
    }
    assert_eq!(stayed, 1);
}

#[test]
fn a_mark_that_could_not_be_made_is_tried_again() {
    let world = World::new(1);
    let archive = world.open();
    fail_next(&world);
    // The first is the blob's own file.
    world.disk.fail(Call::Create, 2, Fault::Error);
    let failed = archive.keep(&object(1, 100)).wait();
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::Unknown);
    let has_mark = || world.disk.files(World::ARCHIVE).contains(&DOUBT.to_owned());
    assert!(!has_mark());
    archive.keep(&object(2, 100)).wait().unwrap_err();
    assert!(has_mark());
}

#[test]
fn an_archive_in_doubt_without_a_mark_is_given_to_nobody_else() {
    let world = World::new(1);
    let archive = world.open();
    let kept = object(1, 100);
    fail_next(&world);
    // The first is the blob's own file, the second the mark, the third is the mark again.
    world.disk.fail(Call::Create, 2, Fault::Error);
    world.disk.fail(Call::Create, 3, Fault::Error);
    assert_eq!(archive.keep(&kept).wait().unwrap_err().kind(), ErrorKind::Unknown);
    drop(archive);
    assert!(!world.disk.files(World::ARCHIVE).contains(&DOUBT.to_owned()));
    world.beside().try_open().unwrap_err();
    let archive = world.open();
    archive.keep(&kept).wait().unwrap();
    drop(archive);
    world.beside().open();
    let world = world.after(SimulatedDisk::power_cut);
    assert!(found(&world.open(), kept.id()).unwrap().is_some());
}

#[test]
fn a_reader_does_not_say_that_something_is_not_there_while_its_folder_is_away() {
    let world = World::new(1);
    let kept = object(1, 100);
    world.open().keep(&kept).wait().unwrap();
    let root = world.disk.directory(World::ARCHIVE);
    let reader = Vault::look_at(world.inner(), world.disk.directory(World::ARCHIVE)).unwrap();
    root.rename_folder("kept", "away").unwrap();
    assert_eq!(reader.find(kept.id()).unwrap_err().kind(), ErrorKind::Unavailable);
    root.rename_folder("away", "kept").unwrap();
    assert!(reader.find(kept.id()).unwrap().is_some());
    assert!(reader.find(key(7)).unwrap().is_none());
}

#[test]
fn of_two_renewals_that_were_cut_off_the_last_one_counts() {
    for earlier in [5, 7] {
        let world = World::new(1);
        world.open();
        let root = world.disk.directory(World::ARCHIVE);
        let [first, last] = [earlier, 6 + earlier].map(|id| Aside { folder: "kept", id: key(id) });
        root.rename_folder("kept", &last.gone()).unwrap();
        root.folder(&first.gone()).unwrap();
        root.folder(&first.coming()).unwrap().create("first").unwrap();
        root.folder(&last.coming()).unwrap().create("last").unwrap();
        world.open();
        assert_eq!(world.names("kept"), ["last"]);
    }
}

#[test]
fn a_renewal_is_known_to_be_later_than_all_that_have_left_something() {
    let start = Doubtful::new(1).after(Ending::Kill);
    let before = key(1 << 62);
    let aside = Aside { folder: "packs", id: before }.gone();
    let root = start.world.disk.directory(World::ARCHIVE);
    // A stranger's file, which keeps it there.
    root.folder(&aside).unwrap().create("letter").unwrap();
    // Behind those of the four new folders, that of their names.
    start.world.disk.fail(Call::SyncDirectory, 5, Fault::Error);
    assert!(start.world.try_open().is_err());
    let names = start.world.disk.files(World::ARCHIVE);
    let coming: Vec<_> = names.iter().filter(|name| Aside::is_coming(name)).collect();
    assert_eq!(coming.len(), 4, "{names:?}");
    let is_later = |name: &&String| {
        Aside::of(name).is_some_and(|aside| aside.id.to_bytes() > before.to_bytes())
    };
    assert!(coming.iter().all(is_later), "{names:?}");
    start.check(&start.world.open(), "opened again");
}

#[test]
fn an_older_manifest_in_a_folder_that_comes_back_goes_and_a_letter_stays() {
    let world = World::new(1);
    let archive = world.open();
    archive.commit("s", [("a", &object(1, 10))]).wait().unwrap();
    let older = world.disk.read_live(&World::path("snapshots"), "s").unwrap();
    archive.commit("s", [("b", &object(2, 10))]).wait().unwrap();
    drop(archive);
    let aside = Aside { folder: "snapshots", id: key(5) }.gone();
    let root = world.disk.directory(World::ARCHIVE);
    let gone = root.folder(&aside).unwrap();
    gone.create("s").unwrap().write_at(&older, 0).unwrap();
    drop(world.open());
    assert!(!world.disk.files(World::ARCHIVE).contains(&aside));
    let gone = root.folder(&aside).unwrap();
    gone.create("s").unwrap().write_at(b"Dear all, this is none of yours.", 0).unwrap();
    let archive = world.open();
    assert_eq!(gone.list().unwrap(), ["s"]);
    assert_eq!(shown(&archive, "s").unwrap().len(), 1);
}
