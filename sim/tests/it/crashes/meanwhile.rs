//! Clients act and the store answers in the middle of calls of the disk.

use forebay_sim::{Crashes, Scenario, Ways};

use super::rig::all_hold;

#[test]
fn much_happens_in_the_middle_of_calls_of_the_disk() {
    let name = "much_happens_in_the_middle_of_calls_of_the_disk";
    let crashes = Crashes { meanwhile: 200, ..Crashes::new(name) };
    let scenario = Scenario { ways: Ways::Patient, keys: 3, ..crashes.scenario.clone() };
    all_hold(&Crashes { scenario, ..crashes }, 6);
}

#[test]
fn much_happens_in_the_middle_of_calls_of_a_failing_disk() {
    let name = "much_happens_in_the_middle_of_calls_of_a_failing_disk";
    let crashes =
        Crashes { meanwhile: 200, sync_faults: 20, write_faults: 10, ..Crashes::new(name) };
    let scenario = Scenario { ways: Ways::Patient, keys: 3, ..crashes.scenario.clone() };
    all_hold(&Crashes { scenario, ..crashes }, 6);
}

#[test]
fn much_happens_while_a_small_journal_is_shortened() {
    let name = "much_happens_while_a_small_journal_is_shortened";
    let crashes = Crashes { meanwhile: 300, segments: 4, lives: 2, ..Crashes::new(name) };
    let scenario = Scenario {
        ways: Ways::Patient,
        value_bytes_max: 8000,
        operations: 50,
        keys: 3,
        ..crashes.scenario.clone()
    };
    all_hold(&Crashes { scenario, ..crashes }, 3);
}
