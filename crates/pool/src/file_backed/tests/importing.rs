//! Bringing a place into an archive.

use std::error::Error as _;
use std::ops::ControlFlow;

use forebay_journal::disk::simulated::{Call, Fault};
use forebay_store::{ByteSize, ErrorKind, Raw};

use super::rig::{World, key, row};
use crate::codec::Bincode1;
use crate::file_backed::{Import, Refusal};
use crate::handle::Handle;

#[test]
fn every_object_is_kept_under_its_old_key() {
    let world = World::with(40);
    let archive = world.archive();
    let report = world.import().keep_in(&archive).wait().unwrap();
    assert_eq!((report.found, report.taken, report.present, report.damaged), (40, 40, 0, 0));
    // More than the pool's memory has gone through it.
    assert!(report.bytes > 300_000 && world.pool.stats().budget == ByteSize::kib(128));
    for number in 0..40 {
        let object: Handle<Vec<u64>> = archive.open(key(number)).wait().unwrap();
        assert_eq!(*object.get().wait().unwrap(), row(number));
    }
    assert_eq!(world.pool.stats().objects.all(), 0, "no handle is left behind");
}

#[test]
fn a_snapshot_has_all_of_them_by_their_keys() {
    let world = World::with(40);
    let archive = world.archive();
    let report = world.import().commit_to(&archive, "moved").wait().unwrap();
    assert_eq!(report.taken, 40);
    let items = archive.items("moved").wait().unwrap();
    assert!(items.iter().all(|item| item.name == item.key.to_string()) && items.len() == 40);
    let name = key(7).to_string();
    let object: Handle<Vec<u64>> = archive.open_in("moved", &name).wait().unwrap();
    assert_eq!((object.key(), &*object.get().wait().unwrap()), (key(7), &row(7)));
}

#[test]
fn damage_is_told_before_anything_is_kept_or_committed() {
    let world = World::with(5);
    let name = key(3).to_string();
    assert!(world.disk.truncate(&format!("place/{}", &name[..2]), &name, 100));
    let archive = world.archive();
    let kept = world.import().keep_in(&archive).wait().unwrap_err();
    let committed = world.import().commit_to(&archive, "moved").wait().unwrap_err();
    for error in [kept, committed] {
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        let Refusal(report) = error.source().unwrap().downcast_ref().unwrap();
        assert_eq!((report.damaged, report.damages[0].key), (1, key(3)));
        assert!(report.to_string().contains(&name), "{report}");
    }
    assert!(
        archive.keys().wait().unwrap().is_empty() && archive.snapshots().wait().unwrap().is_empty()
    );
}

#[test]
fn what_is_good_can_be_kept_and_the_rest_is_counted() {
    let world = World::with(5);
    world.put(9, b"");
    world.put_at("ff", "stranger", b"");
    let archive = world.archive();
    let report = world.import().keep_what_is_good().keep_in(&archive).wait().unwrap();
    assert_eq!((report.found, report.taken, report.damaged, report.strange), (6, 5, 1, 1));
    let report = world.import().keep_what_is_good().commit_to(&archive, "moved").wait().unwrap();
    assert_eq!((report.taken, report.present, report.damaged), (0, 5, 1));
    assert_eq!(archive.items("moved").wait().unwrap().len(), 5);
}

#[test]
fn one_that_was_stopped_goes_on_where_it_was() {
    let world = World::with(10);
    let archive = world.archive();
    let (mut seen, stop) = (Vec::new(), 5);
    let stopped = world.import().keep_what_is_good().progress(move |now| {
        seen.push(now);
        assert_eq!((now.total, seen.len() as u64), (10, now.objects + 1));
        if now.objects == stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(stopped.keep_in(&archive).wait().unwrap_err().kind(), ErrorKind::Aborted);
    let report = world.import().keep_in(&archive).wait().unwrap();
    assert_eq!((report.present, report.taken), (5, 5));
    let stopped = world.import().progress(|_| ControlFlow::Break(()));
    assert_eq!(stopped.commit_to(&archive, "s").wait().unwrap_err().kind(), ErrorKind::Aborted);
    assert!(archive.snapshots().wait().unwrap().is_empty());
}

#[test]
fn what_is_not_asked_for_is_left() {
    let world = World::with(5);
    world.put(9, b"another type");
    let archive = world.archive();
    let some = world.import().only(|found| found != key(9) && found != key(0));
    let report = some.keep_in(&archive).wait().unwrap();
    assert_eq!((report.taken, report.left, report.damaged), (4, 2, 0));
    assert!(!archive.contains(key(0)).wait().unwrap());
}

#[test]
fn a_file_that_cannot_be_read_is_damage_and_an_archive_that_fails_is_the_end() {
    let world = World::with(5);
    world.disk.fail(Call::Read, 3, Fault::Error);
    let report = world.import().check().unwrap();
    assert_eq!((report.found, report.damaged), (5, 1));
    assert_eq!(report.damages[0].error.kind(), ErrorKind::Unavailable);
    let archive = world.archive();
    world.disk.fail_from(Call::Write, 1, Fault::Error);
    let failed = world.import().keep_what_is_good().keep_in(&archive).wait().unwrap_err();
    assert_eq!(failed.kind(), ErrorKind::Unavailable);
}

#[test]
fn an_object_that_is_larger_than_the_pool_ends_it_unless_the_good_ones_are_kept() {
    let world = World::with(1);
    world.put(1, &super::rig::encoded(&vec![1; 20_000]));
    let archive = world.archive();
    let import = || Import::<Vec<u64>>::of(world.place()).written_by(&Bincode1);
    let refused = import().keep_in(&archive).wait().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Refused);
    let report = import().keep_what_is_good().keep_in(&archive).wait().unwrap();
    assert_eq!((report.taken, report.damaged, report.damages[0].key), (1, 1, key(1)));
}

#[test]
fn one_that_is_there_with_another_type_is_left_with_the_bad_ones() {
    let world = World::with(2);
    let archive = world.archive();
    let texts = Import::<Vec<u8>>::of(world.place()).written_by(&Raw).only(|of| of == key(1));
    assert_eq!(texts.keep_in(&archive).wait().unwrap().taken, 1);
    let refused = world.import().keep_in(&archive).wait().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    let report = world.import().keep_what_is_good().keep_in(&archive).wait().unwrap();
    assert_eq!((report.present, report.damaged, report.damages[0].key), (1, 1, key(1)));
}

#[test]
fn what_the_archive_has_is_not_read_again() {
    let world = World::with(5);
    let archive = world.archive();
    world.import().keep_in(&archive).wait().unwrap();
    let report = world.import().keep_in(&archive).wait().unwrap();
    assert_eq!((report.present, report.taken, report.bytes), (5, 0, 0));
}

#[test]
fn what_is_verified_is_read_from_both_places_and_compared() {
    let world = World::with(5);
    let archive = world.archive();
    let same = |import: Import<Vec<u64>>| import.verified_by(|one, other| one == other);
    let report = same(world.import()).keep_in(&archive).wait().unwrap();
    assert_eq!((report.taken, report.compared, report.damaged), (5, 5, 0));
    let report = same(world.import()).commit_to(&archive, "moved").wait().unwrap();
    assert_eq!((report.present, report.compared, report.damaged), (5, 5, 0));
    assert_eq!(world.pool.stats().objects.all(), 0, "no handle is left behind");

    // The archive has it as it was.
    world
        .disk
        .directory("place")
        .existing_folder(&key(3).to_string()[..2])
        .unwrap()
        .remove(&key(3).to_string())
        .unwrap();
    world.put(3, &super::rig::encoded(&row(99)));
    for is_kept in [true, false] {
        let import = same(world.import());
        let to = if is_kept { import.keep_in(&archive) } else { import.commit_to(&archive, "m") };
        let error = to.wait().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        let Refusal(report) = error.source().unwrap().downcast_ref().unwrap();
        assert_eq!((report.compared, report.damaged, report.damages[0].key), (4, 1, key(3)));
        let text = report.to_string();
        assert!(text.contains("4 compared") && text.contains("another content"), "{text}");
    }
    let report = same(world.import()).keep_what_is_good().keep_in(&archive).wait().unwrap();
    assert_eq!((report.present, report.compared, report.damaged), (5, 4, 1));
}

#[test]
fn what_could_not_be_brought_over_is_counted_once_and_not_compared() {
    let world = World::with(3);
    world.put(9, b"");
    let archive = world.archive();
    let import = world.import().keep_what_is_good().verified_by(|one, other| one == other);
    let report = import.keep_in(&archive).wait().unwrap();
    assert_eq!((report.taken, report.compared, report.damaged), (3, 3, 1));
}

#[test]
fn what_is_damaged_in_the_archive_is_found_when_it_is_verified() {
    let world = World::with(3);
    let archive = world.archive();
    world.import().keep_in(&archive).wait().unwrap();
    let folder = world.disk.directory("archive").existing_folder("kept").unwrap();
    let file = folder.open(&key(1).to_string(), true).unwrap();
    let mut last = [0];
    let at = file.len().unwrap() - 1;
    file.read_at(&mut last, at).unwrap();
    file.write_at(&[last[0] ^ 1], at).unwrap();
    let import = world.import().keep_what_is_good().verified_by(|one, other| one == other);
    let report = import.keep_in(&archive).wait().unwrap();
    assert_eq!((report.compared, report.damaged, report.damages[0].key), (2, 1, key(1)));
}
