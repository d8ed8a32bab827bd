//! The process or the power ends, at every step, while the journal goes over to the second disk and
//! comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use forebay_journal::disk::simulated::{Call, Ending, Fault, SimulatedDisk};
use forebay_journal::read;
use forebay_store::ErrorKind;

use super::{FAILURES, begun, fail, put_long};
use crate::crash::dice::Dice;
use crate::crash::history::{live, prove};
use crate::crash::rig::Rig;
use crate::crash::seeds::all_hold;

/// Counts the calls of both disks together, and ends both at one of them.
fn end_both_at(rig: &Rig, step: u64, ending: Ending) -> Arc<AtomicU64> {
    let steps = Arc::new(AtomicU64::new(0));
    let disks: Vec<SimulatedDisk> = rig.disks().cloned().collect();
    for disk in rig.disks() {
        let (steps, disks) = (Arc::clone(&steps), disks.clone());
        disk.on_call(Box::new(move |_| {
            if steps.fetch_add(1, Ordering::Relaxed) == step {
                for disk in &disks {
                    match ending {
                        Ending::PowerCut => disk.cut_after(0),
                        Ending::Kill => disk.kill_after(0),
                    }
                }
            }
        }));
    }
    steps
}

/// Three owners, of whom some are not told of the second directory, if that may be. The first disk
/// fails in the life of each, and works again.
fn history(rig: &mut Rig, seed: u64) {
    let dice = Dice::new(seed, 1);
    for life in 0..3 {
        rig.is_alone = life > 0 && dice.below(2) == 0;
        if rig.open().is_err() {
            rig.is_alone = false;
            if rig.open().is_err() {
                return;
            }
        }
        live(rig, &dice, 4);
        let (call, fault) = FAILURES[dice.length(FAILURES.len())];
        rig.disk.fail_from(call, 1 + dice.below(3), fault);
        live(rig, &dice, 6);
        if dice.below(3) > 0 {
            rig.disk.heal();
            rig.clock.advance(Duration::from_secs(11));
            live(rig, &dice, 6);
        }
        if rig.disk.ending().is_some() || life == 2 {
            return;
        }
        match dice.below(3) {
            0 => rig.drop_journal(),
            1 => rig.end(Ending::Kill),
            _ => drop(rig.close()),
        }
        rig.disk.heal();
    }
}

fn begin(seed: u64, step: u64, ending: Ending) -> (Rig, u64) {
    let mut rig = Rig::with_second(seed);
    rig.place = format!("seed {seed}, {ending:?} at {step}");
    // Faults may be many: what nobody has synced may be gone after a kill, too.
    (rig.is_faulty, rig.is_forgetful) = (true, true);
    rig.segments = 12;
    let steps = end_both_at(&rig, step, ending);
    history(&mut rig, seed);
    rig.disks().for_each(SimulatedDisk::off_call);
    let count = steps.load(Ordering::Relaxed);
    (rig, count)
}

/// Whoever is not told of the second directory does not miss what is there.
fn is_refused_or_whole_alone(rig: &Rig) {
    let copy = rig.disk.copy();
    copy.kill();
    match read(copy.directory("a"), |_, _| Ok(())) {
        Ok(found) => {
            let synced = rig.model.synced();
            assert!(found.last >= synced, "{}: {} of {synced}", rig.place, found.last);
        }
        Err(error) => assert_eq!(error.kind(), ErrorKind::Invalid, "{}: {error}", rig.place),
    }
}

fn end_everywhere(seed: u64, ending: Ending) {
    let steps = begin(seed, u64::MAX, ending).1;
    assert!(steps > 100, "seed {seed}: {steps} steps");
    for step in 0..steps {
        let (mut rig, _) = begin(seed, step, ending);
        rig.disks().for_each(|disk| {
            disk.heal();
            disk.reseed(seed ^ step << 16);
        });
        rig.end(ending);
        rig.is_faulty = false;
        rig.is_alone = false;
        is_refused_or_whole_alone(&rig);
        rig.open().unwrap();
        prove(&mut rig);
    }
}

#[test]
fn a_power_cut_at_every_step_of_going_over_and_coming_back_loses_nothing() {
    let name = "a_power_cut_at_every_step_of_going_over_and_coming_back_loses_nothing";
    all_hold(name, 8, |seed| end_everywhere(seed, Ending::PowerCut));
}

#[test]
fn a_kill_at_every_step_of_going_over_and_coming_back_loses_nothing() {
    let name = "a_kill_at_every_step_of_going_over_and_coming_back_loses_nothing";
    all_hold(name, 5, |seed| end_everywhere(seed, Ending::Kill));
}

/// The newest slot is in the second directory, and writing one in the first fails once more: so there is
/// a counter that no slot of the second has.
#[test]
fn a_slot_that_is_torn_after_a_failed_return_is_not_the_newest_one() {
    for seed in 0..40 {
        let mut rig = begun(seed);
        fail(&mut rig, (Call::Write, Fault::Error));
        put_long(&mut rig, 12);
        let last = rig.model.last();
        rig.retire(last - 6).unwrap();
        rig.clock.advance(Duration::from_secs(11));
        let disks: Vec<SimulatedDisk> = rig.disks().cloned().collect();
        rig.second.as_ref().unwrap().on_call(Box::new(move |call| {
            if call == Call::Write {
                for disk in &disks {
                    disk.cut_after(0);
                }
            }
        }));
        assert!(rig.retire(last).is_err());
        rig.second.as_ref().unwrap().off_call();
        rig.disk.heal();
        rig.end(Ending::PowerCut);
        rig.is_faulty = false;
        rig.open().unwrap();
        prove(&mut rig);
    }
}
