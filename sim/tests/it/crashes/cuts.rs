//! Power cuts and kills at any step.

use forebay_journal::disk::simulated::Ending;
use forebay_sim::{Crashes, Scenario};

use super::rig::{all_hold, all_hold_at_every_step};

#[test]
fn a_power_cut_at_any_step() {
    let name = "a_power_cut_at_any_step";
    all_hold(&Crashes::new(name).ending(&[Ending::PowerCut]), 10);
}

#[test]
fn a_kill_at_any_step() {
    let name = "a_kill_at_any_step";
    all_hold(&Crashes::new(name).ending(&[Ending::Kill]), 10);
}

#[test]
fn a_power_cut_at_every_step_where_the_store_is_well() {
    let name = "a_power_cut_at_every_step_where_the_store_is_well";
    let crashes = Crashes::new(name).ending(&[Ending::PowerCut]);
    let scenario = Scenario { operations: 10, ..crashes.scenario.clone().calm() };
    all_hold_at_every_step(&Crashes { scenario, lives: 2, ..crashes }, 1);
}

#[test]
fn a_kill_at_every_step() {
    let name = "a_kill_at_every_step";
    let crashes = Crashes::new(name).ending(&[Ending::Kill]);
    let scenario = Scenario { operations: 10, ..crashes.scenario.clone() };
    all_hold_at_every_step(&Crashes { scenario, lives: 2, ..crashes }, 1);
}
