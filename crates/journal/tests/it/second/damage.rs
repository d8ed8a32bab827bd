//! Damage in either directory is told, and never served.

use std::time::Duration;

use forebay_journal::disk::Directories;
use forebay_journal::disk::simulated::{Call, Ending, Fault, SimulatedDisk};
use forebay_journal::format::segment;
use forebay_journal::{Damage, Verdict, verify};
use forebay_store::ErrorKind;

use super::{begun, fail, mend, put, put_long};
use crate::crash::rig::Rig;

/// A journal at rest with segments in both directories, the newest slot in the second.
fn at_rest(seed: u64) -> Rig {
    let mut rig = begun(seed);
    fail(&mut rig, (Call::Write, Fault::Error));
    put_long(&mut rig, 3);
    mend(&mut rig);
    put(&mut rig, 70);
    fail(&mut rig, (Call::Sync, Fault::Error));
    put(&mut rig, 700);
    // Nobody writes for a while, and so the end gets its witness.
    rig.clock.advance(Duration::from_secs(1));
    rig.disk.heal();
    rig.is_faulty = false;
    rig.end(Ending::Kill);
    rig
}

/// Copies of both disks that may be damaged.
struct Copies {
    first: SimulatedDisk,
    second: SimulatedDisk,
}

impl Copies {
    fn of(rig: &Rig) -> Self {
        let [first, second] = [&rig.disk, rig.second.as_ref().unwrap()].map(|disk| {
            let copy = disk.copy();
            copy.kill();
            copy
        });
        Self { first, second }
    }

    fn at(&self, place: &str) -> &SimulatedDisk {
        if place == "a" { &self.first } else { &self.second }
    }

    fn directories(&self) -> Directories {
        Directories::from(self.first.directory("a")).with_second(self.second.directory("b"))
    }

    /// How many good records there are; `None` if it is damaged or refused.
    fn records(&self) -> Option<u64> {
        match verify(self.directories(), |_, _| Ok(())) {
            Ok(verified) => {
                matches!(verified.verdict, Verdict::Good(_)).then_some(verified.records)
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
                None
            }
        }
    }

    /// Puts bytes under a name, in place of what had that name.
    fn put(&self, place: &str, name: &str, bytes: &[u8]) {
        let directory = self.at(place).directory(place);
        let _ = directory.remove(name);
        directory.create(name).unwrap().write_at(bytes, 0).unwrap();
    }
}

/// Every file of the journal in both directories, with its bytes.
fn files(rig: &Rig) -> Vec<(&'static str, String, Vec<u8>)> {
    let mut files = Vec::new();
    for (place, disk) in ["a", "b"].into_iter().zip(rig.disks()) {
        for name in disk.files(place) {
            if name == "journal" || segment::number(&name).is_some() {
                let bytes = disk.read_live(place, &name).unwrap();
                files.push((place, name, bytes));
            }
        }
    }
    files
}

#[test]
fn no_flipped_bit_in_either_directory_loses_a_record_without_an_error() {
    let rig = at_rest(1);
    let all = Copies::of(&rig).records().unwrap();
    assert_eq!(all, rig.model.last());
    let mut refusals = 0;
    for (place, name, bytes) in files(&rig) {
        let used = bytes.iter().enumerate().filter(|(_, byte)| **byte != 0).map(|(at, _)| at);
        let step = if name == "journal" { 1 } else { 97 };
        for at in used.step_by(step) {
            let copies = Copies::of(&rig);
            assert!(copies.at(place).flip_bit(place, &name, at as u64 * 8 + at as u64 % 8));
            let found = copies.records();
            assert!(found.is_none_or(|found| found == all), "{place}/{name} at {at}: {found:?}");
            refusals += u64::from(found.is_none());
        }
    }
    assert!(refusals > 100, "{refusals}");
}

#[test]
fn no_file_that_is_missing_in_either_directory_loses_a_record_without_an_error() {
    let rig = at_rest(2);
    let all = Copies::of(&rig).records().unwrap();
    for (place, name, _) in files(&rig) {
        let copies = Copies::of(&rig);
        copies.at(place).directory(place).remove(&name).unwrap();
        let found = copies.records();
        assert!(found.is_none_or(|found| found == all), "{place}/{name}: {found:?}");
    }
}

#[test]
fn a_segment_that_is_in_both_directories_is_damage() {
    let rig = at_rest(3);
    for (place, name, bytes) in files(&rig).into_iter().filter(|(_, name, _)| name != "journal") {
        let other = if place == "a" { "b" } else { "a" };
        let copies = Copies::of(&rig);
        copies.put(other, &name, &bytes);
        let verified = verify(copies.directories(), |_, _| Ok(())).unwrap();
        let Verdict::Damaged(Damage { file, what, .. }) = verified.verdict else {
            panic!("{name} is in both, and nobody is told")
        };
        assert_eq!(file, name);
        assert!(what.contains("in both directories"), "{what}");
    }
}

/// A rename that failed may have happened, and on a disk that fails its file cannot be removed.
#[test]
fn what_an_attempt_has_left_under_a_number_is_not_taken_for_the_segment() {
    for (seed, call) in (0..6).flat_map(|seed| [(seed, Call::Rename), (seed, Call::SyncDirectory)])
    {
        let mut rig = begun(seed);
        fail(&mut rig, (call, Fault::ErrorAfter));
        rig.disk.fail_from(Call::Remove, 1, Fault::Error);
        put_long(&mut rig, 7);
        assert!(both(&rig) > 0, "{}: no number is there twice", rig.place);
        rig.end(Ending::Kill);
        rig.disk.heal();
        rig.is_faulty = false;
        rig.open().unwrap();
        mend(&mut rig);
        put_long(&mut rig, 4);
        let last = rig.model.last();
        rig.retire(last).unwrap();
        assert_eq!(both(&rig), 0, "{}: retirement looks at both", rig.place);
        crate::crash::history::prove(&mut rig);
    }
}

/// How many numbers of segments are there twice.
fn both(rig: &Rig) -> usize {
    let theirs = rig.second.as_ref().unwrap().files("b");
    let names = rig.disk.files("a").into_iter().filter(|name| segment::number(name).is_some());
    names.filter(|name| theirs.contains(name)).count()
}

#[test]
fn what_an_owner_has_left_under_a_number_is_not_taken_for_the_segment_of_a_later_owner() {
    for seed in 0..6 {
        let mut rig = begun(seed);
        rig.is_faulty = true;
        put_long(&mut rig, 6);
        rig.disk.fail(Call::Rename, 1, Fault::ErrorAfter);
        (1..=2).for_each(|nth| rig.disk.fail(Call::Remove, nth, Fault::Error));
        while both(&rig) == 0 {
            put(&mut rig, 3000);
        }
        // The one that is there twice is the next one: nothing is in it. The second owner gives it up,
        // which the first disk does not let him do there, and makes it anew.
        rig.end(Ending::Kill);
        rig.disk.heal();
        rig.disk.fail_from(Call::Rename, 1, Fault::Error);
        rig.open().unwrap();
        assert_eq!(both(&rig), 1, "{}", rig.place);
        put(&mut rig, 500);
        rig.end(Ending::Kill);
        rig.disk.heal();
        rig.is_faulty = false;
        rig.open().unwrap();
        crate::crash::history::prove(&mut rig);
    }
}

/// The first disk fails at some moment after the second was bound to a new journal, so the newest slot
/// and every record are there alone.
#[test]
fn the_loss_of_one_slot_does_not_make_the_first_directory_seem_to_be_alone() {
    let mut refusals = 0;
    for (seed, slot, nth) in (0..400).map(|each| (each / 40, 1 + each % 2, 4 + each % 40 / 2)) {
        let mut rig = Rig::with_second(seed);
        rig.is_faulty = true;
        rig.disk.fail_from(Call::Write, nth, Fault::Error);
        if rig.open().is_ok() {
            put_long(&mut rig, 2);
        }
        rig.end(Ending::PowerCut);
        rig.disk.heal();
        assert!(rig.disk.flip_bit("a", "journal", (slot * 4096 + 24) * 8));
        let alone = verify(rig.disk.directory("a"), |_, _| Ok(()));
        let good = alone.ok().filter(|found| matches!(found.verdict, Verdict::Good(_)));
        refusals += u64::from(good.is_none());
        let is_whole = good.is_none_or(|good| good.last >= rig.model.synced());
        assert!(is_whole, "seed {seed}, slot {slot}, write {nth}");
    }
    assert!(refusals > 100, "{refusals}");
}
