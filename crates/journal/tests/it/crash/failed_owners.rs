//! What an owner leaves that had failed.

use forebay_journal::disk::simulated::{Call, Ending, Fault};
use forebay_store::Durability;

use super::history::prove;
use super::rig::Rig;

/// Two of its three segments are retired: they are spares.
fn with_spares(seed: u64) -> Rig {
    let mut rig = Rig::new(seed);
    rig.place = format!("seed {seed}");
    rig.open().unwrap();
    for _ in 0..3 {
        rig.make_room(50_100).unwrap();
        let last = rig.append(&[50_000]).unwrap();
        rig.wait(last, Durability::Synced).unwrap();
    }
    rig.retire(3).unwrap();
    rig.close().unwrap();
    rig
}

#[test]
fn a_failed_sync_of_the_directory_never_makes_two_segments_of_one_file() {
    for (seed, nth) in (0..40).flat_map(|seed| (1..6).map(move |nth| (seed, nth))) {
        let mut rig = with_spares(seed);
        rig.place = format!("seed {seed}, sync {nth} of the directory fails");
        rig.is_faulty = true;
        rig.disk.fail(Call::SyncDirectory, nth, Fault::Error);
        while rig.open().is_err() {}
        rig.disk.heal();
        rig.is_faulty = false;
        for _ in 0..3 {
            if rig.make_room(40_100).is_ok() {
                let last = rig.append(&[40_000]).unwrap();
                rig.wait(last, Durability::Synced).unwrap();
            }
            rig.end(Ending::PowerCut);
            rig.open().unwrap();
        }
        prove(&mut rig);
    }
}

#[test]
fn nothing_is_retired_for_copies_that_were_never_finished() {
    // Not on disks that forget what a failed sync should have covered.
    for seed in (0..40).filter(|seed| seed % 4 < 2) {
        let mut rig = Rig::new(seed);
        rig.place = format!("seed {seed}");
        rig.open().unwrap();
        let last = rig.append(&[180, 42]).unwrap();
        rig.wait(last, Durability::Journaled).unwrap();
        rig.is_faulty = true;
        rig.disk.fail(Call::Sync, 1, Fault::Error);
        rig.disk.fail_from(Call::Write, 1, Fault::Error);
        assert!(rig.wait(last, Durability::Synced).is_err());
        rig.disk.heal();
        let _ = rig.retire(1);
        rig.end(Ending::Kill);
        rig.is_faulty = false;
        rig.open().unwrap();
        assert_eq!(rig.model.last(), last, "seed {seed}");
        prove(&mut rig);
    }
}

/// A slot may be on the device although writing it was an error: what it names is not removed after
/// another failure.
#[test]
fn a_segment_that_a_slot_may_name_is_there_whatever_fails_after_it() {
    for (seed, nth) in (0..4).flat_map(|seed| (0..24).map(move |nth| (seed, nth))) {
        let mut rig = Rig::new(seed);
        rig.place = format!("seed {seed}, failures {nth}");
        rig.open().unwrap();
        (rig.is_faulty, rig.is_forgetful) = (true, true);
        rig.disk.fail(Call::Sync, 1 + nth % 8, Fault::ErrorAfter);
        rig.disk.fail(Call::Create, 1 + nth / 8, Fault::Error);
        rig.disk.fail_from(Call::SyncDirectory, 2, Fault::Error);
        for _ in 0..4 {
            let _ = rig.make_room(25_100);
            if let Ok(last) = rig.append(&[25_000]) {
                let _ = rig.wait(last, Durability::Synced);
            }
        }
        rig.end(Ending::Kill);
        rig.disk.heal();
        rig.is_faulty = false;
        rig.open().unwrap();
        prove(&mut rig);
    }
}
