//! Lives that end at each of their steps in turn.

use forebay_journal::disk::simulated::Ending;
use forebay_sim::StateLives;

use super::rig::all_hold_at_every_step;

fn few(name: &'static str, endings: &'static [Ending]) -> StateLives {
    let few = StateLives { lives: 2, operations: 12, snapshots: true, ..StateLives::new(name) };
    StateLives { endings, ..few }
}

#[test]
fn a_state_loses_power_at_every_step() {
    let name = "a_state_loses_power_at_every_step";
    all_hold_at_every_step(&few(name, &[Ending::PowerCut]), 1);
}

#[test]
fn a_state_is_killed_at_every_step() {
    all_hold_at_every_step(&few("a_state_is_killed_at_every_step", &[Ending::Kill]), 1);
}

#[test]
fn a_state_that_makes_copies_ends_at_every_step() {
    let name = "a_state_that_makes_copies_ends_at_every_step";
    let lives = few(name, &[Ending::PowerCut, Ending::Kill]);
    all_hold_at_every_step(&StateLives { copies: true, ..lives }, 1);
}
