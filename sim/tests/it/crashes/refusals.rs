//! Keys that the store never takes, over many lives.

use forebay_sim::{Crashes, Scenario, Sickness};

use super::rig::all_hold;

#[test]
fn a_key_that_is_never_storable_does_not_fill_the_journal() {
    let name = "a_key_that_is_never_storable_does_not_fill_the_journal";
    let crashes = Crashes { segments: 4, lives: 5, ..Crashes::new(name) };
    let calm = crashes.scenario.clone().calm();
    let scenario = Scenario {
        sickness: Some(Sickness::Refused),
        value_bytes_max: 4000,
        operations: 40,
        ..calm
    };
    all_hold(&Crashes { scenario, ..crashes }, 4);
}

#[test]
fn a_key_that_is_always_to_be_tried_again_does_not_fill_the_journal() {
    let name = "a_key_that_is_always_to_be_tried_again_does_not_fill_the_journal";
    let crashes = Crashes { segments: 4, lives: 5, ..Crashes::new(name) };
    let calm = crashes.scenario.clone().calm();
    let scenario = Scenario {
        sickness: Some(Sickness::Unknown),
        value_bytes_max: 4000,
        operations: 40,
        ..calm
    };
    all_hold(&Crashes { scenario, ..crashes }, 4);
}

#[test]
fn quarantines_and_crashes() {
    let name = "quarantines_and_crashes";
    let crashes = Crashes { lives: 5, ..Crashes::new(name) };
    let calm = crashes.scenario.clone().calm();
    let scenario = Scenario { refusals: true, keys: 3, operations: 15, ..calm };
    all_hold(&Crashes { scenario, ..crashes }, 6);
}
