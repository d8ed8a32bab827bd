//! The process is killed, or the power fails, at every step.

use std::time::Duration;

use forebay_journal::disk::simulated::{Ending, Remains};
use forebay_store::{Durability, Result};

use super::edits::{Dice, some};
use super::rig::Rig;

const RUNGS: [Durability; 4] =
    [Durability::Memory, Durability::Journaled, Durability::Journaled, Durability::Synced];

/// One more transaction is accepted, or one of those under way is waited for or forgotten.
pub(super) fn step(rig: &mut Rig, dice: &Dice) -> Result<()> {
    let pending = rig.pending.len() as u64;
    match dice.below(8) {
        0..5 => {
            let (edits, rung) = (some(dice), dice.pick(&RUNGS));
            if dice.below(2) == 0 {
                rig.write(rung, &edits)
            } else {
                rig.submit(rung, &edits).map(drop)
            }
        }
        5 | 6 if pending > 0 => rig.wait(usize::try_from(dice.below(pending)).unwrap()),
        7 if pending > 0 => {
            drop(rig.pending.swap_remove(usize::try_from(dice.below(pending)).unwrap()));
            rig.look();
            Ok(())
        }
        _ => {
            rig.clock.advance(Duration::from_millis(20));
            rig.look();
            Ok(())
        }
    }
}

/// One owner after the other, each with some transactions, until the disk ends it.
fn lives(rig: &mut Rig, dice: &Dice, count: u64) {
    for _ in 0..count {
        if rig.open(false).is_err() {
            return;
        }
        for _ in 0..dice.below(8) {
            if step(rig, dice).is_err() {
                return;
            }
        }
        if rig.disk.ending().is_none() {
            rig.end(Ending::Kill);
        }
    }
}

/// The history of a seed, ended at a step.
pub(super) type History = fn(seed: u64, end_at: Option<u64>, end: fn(&Rig, u64)) -> Rig;

fn history(seed: u64, end_at: Option<u64>, end: fn(&Rig, u64)) -> Rig {
    let mut rig = Rig::new(seed);
    rig.place = format!("seed {seed}, ended at {end_at:?}");
    if let Some(step) = end_at {
        end(&rig, step);
    }
    let dice = Dice::new(seed, 1);
    let count = 1 + dice.below(3);
    lives(&mut rig, &dice, count);
    rig
}

/// Ends the history of `seed` at each step in turn; after it everything works.
pub(super) fn end_everywhere(history: History, seed: u64, end: fn(&Rig, u64), last: Ending) {
    let steps = history(seed, None, end).disk.steps();
    for step in 0..=steps {
        let mut rig = history(seed, Some(step), end);
        rig.disk.reseed(seed ^ step << 16);
        let is_power_cut = rig.end(last);
        rig.open(is_power_cut).unwrap();
        let dice = Dice::new(seed, 2 + step);
        rig.write(Durability::Synced, &some(&dice)).unwrap();
        rig.end(Ending::PowerCut);
        rig.open(true).unwrap();
    }
}

#[test]
fn what_was_acknowledged_survives_a_kill_at_every_step() {
    for seed in 0..2 {
        end_everywhere(history, seed, |rig, step| rig.disk.kill_after(step), Ending::Kill);
    }
}

#[test]
fn what_was_synced_survives_a_power_cut_at_every_step() {
    for seed in 0..2 {
        end_everywhere(history, seed, |rig, step| rig.disk.cut_after(step), Ending::PowerCut);
    }
}

/// Opens a state that is new, or that somebody was killed making; says how many steps that took.
fn opening(rig: &mut Rig) -> u64 {
    let before = rig.disk.steps();
    let _ = rig.open(false);
    rig.disk.steps() - before
}

#[test]
fn what_a_killed_opening_has_made_does_not_go_with_the_power_in_the_next_one() {
    let first = opening(&mut Rig::new(0));
    for killed_at in 0..first {
        let killed = || {
            let mut rig = Rig::new(0);
            rig.disk.kill_after(killed_at);
            opening(&mut rig);
            rig.end(Ending::Kill);
            rig
        };
        let second = opening(&mut killed());
        for cut_at in 0..second {
            let mut rig = killed();
            rig.place = format!("killed at {killed_at}, cut at {cut_at}");
            rig.disk.cut_after(cut_at);
            opening(&mut rig);
            rig.drop_state();
            // Whatever was not synced is gone.
            rig.disk.power_cut_leaving(Remains::Nothing);
            rig.open(true).unwrap();
        }
    }
}
