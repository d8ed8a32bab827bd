//! The process is killed, or the power fails, at every step of histories with snapshots.

use forebay_journal::disk::simulated::Ending;

use super::crashes::{end_everywhere, step};
use super::edits::Dice;
use super::rig::Rig;

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

/// No wait for the journal, a name that is not durable, records that go too early: each shows here.
#[test]
fn what_was_synced_survives_a_power_cut_at_every_step_of_a_snapshot() {
    for seed in 0..4 {
        end_everywhere(history, seed, |rig, step| rig.disk.cut_after(step), Ending::PowerCut);
    }
}
