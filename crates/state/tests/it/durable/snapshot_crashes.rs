//! The process is killed, or the power fails, at every step of histories with snapshots.

use forebay_journal::disk::simulated::{Ending, Remains};

use super::crashes::{end_everywhere, step};
use super::edits::Dice;
use super::rig::Rig;
use super::snapshots::write;

/// Owners with a few transactions, snapshots between them, and some that come by themselves.
fn history(seed: u64, end_at: Option<u64>, end: fn(&Rig, u64)) -> Rig {
    let mut rig = Rig::new(seed);
    rig.place = format!("seed {seed} with snapshots, ended at {end_at:?}");
    rig.snapshots.transactions = (seed % 2 == 1).then_some(2);
    if let Some(step) = end_at {
        end(&rig, step);
    }
    let dice = Dice::new(seed, 3);
    for _ in 0..2 {
        if rig.open(false).is_err() {
            return rig;
        }
        for _ in 0..3 {
            let is_gone_on_with =
                (0..dice.below(4)).all(|_| step(&mut rig, &dice).is_ok()) && rig.snapshot().is_ok();
            if !is_gone_on_with {
                return rig;
            }
        }
        rig.end(Ending::Kill);
    }
    rig
}

#[test]
fn what_was_acknowledged_survives_a_kill_at_every_step_of_a_snapshot() {
    for seed in 0..2 {
        end_everywhere(history, seed, |rig, step| rig.disk.kill_after(step), Ending::Kill);
    }
}

#[test]
fn what_was_synced_survives_a_power_cut_at_every_step_of_a_snapshot() {
    for seed in 0..4 {
        end_everywhere(history, seed, |rig, step| rig.disk.cut_after(step), Ending::PowerCut);
    }
}

/// A state about to make a snapshot that lets go of whole segments, with an older snapshot or without.
fn before_a_snapshot(has_older: bool) -> Rig {
    let mut rig = Rig::new(0);
    rig.open(false).unwrap();
    (0..50).for_each(|id| write(&mut rig, id % 9));
    if has_older {
        rig.snapshot().unwrap();
        (0..50).for_each(|id| write(&mut rig, id % 9));
    }
    rig
}

#[test]
fn nothing_is_retired_before_the_rename_is_durable() {
    for has_older in [false, true] {
        let mut rig = before_a_snapshot(has_older);
        let before = rig.disk.steps();
        rig.snapshot().unwrap();
        let steps = rig.disk.steps() - before;
        for step in 0..=steps {
            let mut rig = before_a_snapshot(has_older);
            rig.place = format!("cut at step {step} of {steps}, older {has_older}");
            if step < steps {
                rig.disk.cut_after(step);
            }
            assert_eq!(rig.snapshot().is_ok(), step == steps, "{}", rig.place);
            rig.drop_state();
            // Whatever was not synced is gone.
            rig.disk.power_cut_leaving(Remains::Nothing);
            rig.open(true).unwrap();
        }
    }
}
