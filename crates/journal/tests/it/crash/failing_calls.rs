//! Calls that fail, one in turn or many by chance: what is acknowledged after is as safe as ever.

use std::sync::{Arc, Mutex};

use forebay_journal::disk::simulated::{Call, Ending, Fault};
use forebay_store::{Durability, ErrorKind};

use super::dice::Dice;
use super::history::{aftermath, live, lives, prove};
use super::rig::Rig;
use super::seeds::all_hold;

const CHANGES: [Call; 6] =
    [Call::Write, Call::Sync, Call::SyncDirectory, Call::Create, Call::Rename, Call::Remove];

fn begin(seed: u64, prepare: impl FnOnce(&mut Rig)) -> Rig {
    let mut rig = Rig::new(seed);
    rig.is_faulty = true;
    rig.place = format!("seed {seed}");
    prepare(&mut rig);
    let dice = Dice::new(seed, 1);
    let count = 1 + dice.below(2);
    lives(&mut rig, &dice, count);
    rig
}

/// The calls of a history, in order.
fn calls(seed: u64) -> Vec<Call> {
    let noted = Arc::new(Mutex::new(Vec::new()));
    let hook = Arc::clone(&noted);
    let rig = begin(seed, |rig| {
        rig.disk.on_call(Box::new(move |call| hook.lock().unwrap().push(call)));
    });
    rig.disk.off_call();
    drop(rig);
    noted.lock().unwrap().clone()
}

/// The power fails after a history with faults, and then all is well again.
fn end_well(mut rig: Rig, seed: u64) {
    rig.disk.heal();
    rig.end(Ending::PowerCut);
    rig.is_faulty = false;
    aftermath(&mut rig, &Dice::new(seed, 2), &[Ending::PowerCut, Ending::Kill]);
}

#[test]
fn any_one_call_may_fail_and_nothing_acknowledged_is_lost() {
    all_hold("any_one_call_may_fail_and_nothing_acknowledged_is_lost", 2, |seed| {
        let calls = calls(seed);
        for call in CHANGES {
            let count = calls.iter().filter(|other| **other == call).count() as u64;
            for (nth, fault) in (1..=count).flat_map(|nth| faults(call).map(move |f| (nth, f))) {
                let rig = begin(seed, |rig| {
                    rig.place = format!("seed {seed}, {call:?} {nth} fails with {fault:?}");
                    rig.disk.fail(call, nth, fault);
                });
                end_well(rig, seed ^ nth << 20);
            }
        }
    });
}

fn faults(call: Call) -> impl Iterator<Item = Fault> {
    let all = match call {
        Call::Write => &[Fault::Error, Fault::Short, Fault::Full][..],
        _ => &[Fault::Error, Fault::ErrorAfter],
    };
    all.iter().copied()
}

#[test]
fn a_write_or_a_sync_of_records_that_fails_once_is_noticed_by_nobody() {
    for (call, fault) in
        [(Call::Write, Fault::Error), (Call::Write, Fault::Short), (Call::Sync, Fault::Error)]
    {
        for seed in 0..20 {
            let mut rig = Rig::new(seed);
            rig.place = format!("seed {seed}, {call:?}");
            rig.open().unwrap();
            for size in [10, 5000, 300] {
                rig.append(&[size, 7]).unwrap();
                let last = rig.model.last();
                rig.wait(last, Durability::Journaled).unwrap();
                rig.disk.fail(call, 1, fault);
                let last = rig.append(&[size]).unwrap();
                rig.wait(last, Durability::Synced).unwrap();
            }
            rig.end(Ending::PowerCut);
            rig.open().unwrap();
            prove(&mut rig);
        }
    }
}

#[test]
fn many_calls_may_fail_and_nothing_acknowledged_is_lost() {
    all_hold("many_calls_may_fail_and_nothing_acknowledged_is_lost", 150, |seed| {
        let rig = begin(seed, |rig| {
            rig.is_forgetful = true;
            let dice = Dice::new(seed, 3);
            for call in CHANGES {
                rig.disk.set_rate(call, Fault::Error, u32::try_from(dice.below(80)).unwrap());
                rig.disk.set_rate(call, Fault::ErrorAfter, 10);
            }
        });
        end_well(rig, seed);
    });
}

#[test]
fn a_failed_sync_and_then_a_kill_and_a_power_cut_lose_nothing() {
    all_hold("a_failed_sync_and_then_a_kill_and_a_power_cut_lose_nothing", 3, |seed| {
        let syncs = calls(seed).iter().filter(|call| **call == Call::Sync).count() as u64;
        let dice = Dice::new(seed, 4);
        for _ in 0..3 {
            let nth = 1 + dice.below(syncs);
            let fail = |rig: &mut Rig| {
                rig.is_forgetful = true;
                rig.disk.fail(Call::Sync, nth, Fault::Error);
            };
            let steps = begin(seed, fail).disk.steps();
            for step in (0..steps).step_by(2) {
                let mut rig = begin(seed, |rig| {
                    fail(rig);
                    rig.place = format!("seed {seed}, sync {nth} fails, killed at {step}");
                    rig.disk.kill_after(step);
                });
                rig.disk.heal();
                rig.end(Ending::Kill);
                rig.is_faulty = false;
                aftermath(&mut rig, &Dice::new(seed, 5 + step), &[Ending::PowerCut, Ending::Kill]);
            }
        }
    });
}

#[test]
fn a_disk_that_fails_for_good_is_told_to_everybody_and_takes_nothing_acknowledged() {
    for (seed, call) in (0..20).flat_map(|seed| [(seed, Call::Sync), (seed, Call::Write)]) {
        let mut rig = Rig::new(seed);
        rig.place = format!("seed {seed}, {call:?}");
        rig.open().unwrap();
        live(&mut rig, &Dice::new(seed, 1), 5);
        let last = rig.model.last();
        rig.wait(last, Durability::Synced).unwrap();
        rig.retire(last + 1).unwrap();
        rig.make_room(200).unwrap();
        (rig.is_faulty, rig.is_forgetful) = (true, true);
        rig.disk.fail_from(call, 1, Fault::Error);
        let number = rig.append(&[100]).unwrap();
        let early = rig.journal().when(number, Durability::Synced);
        let error = rig.wait(number, Durability::Synced).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unknown, "{error}");
        assert_eq!(early.wait().unwrap_err().kind(), ErrorKind::Unknown);
        rig.disk.heal();
        for _ in 0..2 {
            let refused = rig.append(&[5]).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Unavailable, "{refused}");
            assert!(rig.make_room(5).is_err() && rig.wait(number, Durability::Synced).is_err());
        }
        assert!(rig.close().is_err());
        rig.end(if seed % 2 == 0 { Ending::Kill } else { Ending::PowerCut });
        rig.is_faulty = false;
        rig.open().unwrap();
        prove(&mut rig);
    }
}
