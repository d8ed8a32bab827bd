//! The power fails at every step.

use forebay_journal::disk::simulated::Ending;

use super::dice::Dice;
use super::history::{aftermath, lives};
use super::rig::Rig;
use super::seeds::all_hold;

/// A history, the same for each step at which it is ended.
fn begin(seed: u64, end_at: Option<u64>, end: fn(&Rig, u64)) -> Rig {
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

/// Ends the history of `seed` at each step in turn.
pub(crate) fn end_everywhere(seed: u64, end: fn(&Rig, u64), last: Ending, later: &[Ending]) {
    let steps = begin(seed, None, end).disk.steps();
    for step in 0..=steps {
        let mut rig = begin(seed, Some(step), end);
        rig.disk.reseed(seed ^ step << 16);
        rig.end(last);
        aftermath(&mut rig, &Dice::new(seed, 2 + step), later);
    }
}

#[test]
fn what_was_synced_survives_a_power_cut_at_every_step() {
    let name = "what_was_synced_survives_a_power_cut_at_every_step";
    all_hold(name, 6, |seed| {
        let cut = |rig: &Rig, step| rig.disk.cut_after(step);
        end_everywhere(seed, cut, Ending::PowerCut, &[Ending::PowerCut]);
    });
}
