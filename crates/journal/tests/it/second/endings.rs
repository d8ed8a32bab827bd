//! The process or the power ends, at every step, while the journal goes over to the second disk and
//! comes back.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use forebay_journal::disk::simulated::{Ending, SimulatedDisk};

use super::FAILURES;
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

/// Two owners. The first disk fails in the life of each, and works again.
fn history(rig: &mut Rig, seed: u64) {
    let dice = Dice::new(seed, 1);
    for life in 0..2 {
        if rig.open().is_err() {
            return;
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
        if rig.disk.ending().is_some() || life == 1 {
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
