//! Rules that are broken on purpose: the checks must find it, or they find nothing.

use forebay_journal::disk::simulated::Ending;
use forebay_sim::{Broken, Bug, Crashes, Scenario, Wrong, crash};

/// Of how many seeds the checks object like this.
fn objections(crashes: &Crashes, broken: Broken) -> usize {
    let tales = (0..60).map(|seed| crash(crashes, seed, None));
    tales.filter(|tale| tale.violations().iter().any(|each| each.broken == broken)).count()
}

#[test]
fn a_disk_whose_syncs_lie_is_found_out() {
    let crashes = Crashes::new("canary").ending(&[Ending::PowerCut]);
    assert!(objections(&Crashes { wrong: Wrong::SyncsLie, ..crashes }, Broken::Ladder) > 0);
}

#[test]
fn a_power_cut_loses_what_is_only_journaled() {
    let crashes = Crashes::new("canary").ending(&[Ending::PowerCut]);
    assert!(objections(&Crashes { wrong: Wrong::AsksTooMuch, ..crashes }, Broken::Ladder) > 0);
}

#[test]
fn a_kill_loses_what_is_only_in_memory() {
    let crashes = Crashes::new("canary").ending(&[Ending::Kill]);
    assert!(objections(&Crashes { wrong: Wrong::AsksForMemory, ..crashes }, Broken::Ladder) > 0);
}

#[test]
fn a_write_that_lands_after_the_process_that_sent_it_is_found_out() {
    let crashes = Crashes { wrong: Wrong::LandsLate, lives: 8, ..Crashes::new("canary") };
    let scenario = Scenario { keys: 1, actors: 6, operations: 6, ..crashes.scenario.clone() };
    let crashes = Crashes { scenario, ..crashes };
    let found = [Broken::Order, Broken::History, Broken::Ladder];
    assert!(found.into_iter().any(|broken| objections(&crashes, broken) > 0));
}

#[test]
fn a_store_that_loses_what_it_says_it_has_is_found_out() {
    let crashes = Crashes::new("canary");
    let scenario = Scenario { bug: Bug::LosesWrites, ..crashes.scenario.clone() };
    assert!(objections(&Crashes { scenario, ..crashes }, Broken::Ladder) > 0);
}
