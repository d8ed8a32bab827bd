//! Rules that are broken on purpose: the checks must find it, or they find nothing.

use forebay_journal::disk::simulated::Ending;
use forebay_sim::{Broken, Bug, Crashes, Scenario, Wrong, crash};

/// Whether the checks object to any of many seeds, in one of these ways.
fn is_found_out(crashes: &Crashes, ways: &[Broken]) -> bool {
    (0..300).any(|seed| {
        let tale = crash(crashes, seed, None);
        tale.violations().iter().any(|each| ways.contains(&each.broken))
    })
}

#[test]
fn a_disk_whose_syncs_lie_is_found_out() {
    let crashes = Crashes::new("canary").ending(&[Ending::PowerCut]);
    assert!(is_found_out(&Crashes { wrong: Wrong::SyncsLie, ..crashes }, &[Broken::Ladder]));
}

#[test]
fn a_power_cut_loses_what_is_only_journaled() {
    let crashes = Crashes::new("canary").ending(&[Ending::PowerCut]);
    assert!(is_found_out(&Crashes { wrong: Wrong::AsksTooMuch, ..crashes }, &[Broken::Ladder]));
}

#[test]
fn a_kill_loses_what_is_only_in_memory() {
    let crashes = Crashes::new("canary").ending(&[Ending::Kill]);
    assert!(is_found_out(&Crashes { wrong: Wrong::AsksForMemory, ..crashes }, &[Broken::Ladder]));
}

#[test]
fn a_write_that_lands_after_the_process_that_sent_it_is_found_out() {
    let crashes = Crashes { wrong: Wrong::LandsLate, lives: 8, ..Crashes::new("canary") };
    let scenario = Scenario { keys: 1, refusals: false, ..crashes.scenario.clone() };
    let crashes = Crashes { scenario, ..crashes };
    assert!(is_found_out(&crashes, &[Broken::Order, Broken::History, Broken::Ladder]));
}

#[test]
fn a_store_that_loses_what_it_says_it_has_is_found_out() {
    let crashes = Crashes::new("canary");
    let scenario = Scenario { bug: Bug::LosesWrites, ..crashes.scenario.clone() };
    // Somebody may notice it before the process ends.
    let ways = [Broken::Ladder, Broken::Stored, Broken::History];
    assert!(is_found_out(&Crashes { scenario, ..crashes }, &ways));
}
