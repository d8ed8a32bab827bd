//! Disks that fail, or are full for a while, and processes that end all the same.

use forebay_journal::disk::simulated::Ending;
use forebay_sim::{Crashes, Scenario};

use super::rig::all_hold;

#[test]
fn a_sync_fails_now_and_then() {
    all_hold(&Crashes { sync_faults: 20, ..Crashes::new("a_sync_fails_now_and_then") }, 6);
}

#[test]
fn writes_to_the_disk_fail_now_and_then() {
    let name = "writes_to_the_disk_fail_now_and_then";
    all_hold(&Crashes { write_faults: 20, ..Crashes::new(name) }, 6);
}

#[test]
fn the_disk_fails_at_every_other_call() {
    let name = "the_disk_fails_at_every_other_call";
    all_hold(&Crashes { write_faults: 300, sync_faults: 300, ..Crashes::new(name) }, 2);
}

#[test]
fn the_disk_is_full_for_a_while() {
    let name = "the_disk_is_full_for_a_while";
    let crashes = Crashes { fills: true, lives: 4, ..Crashes::new(name) };
    let scenario = Scenario { value_bytes_max: 6000, ..crashes.scenario.clone() };
    all_hold(&Crashes { scenario, ..crashes }, 6);
}

#[test]
fn a_sync_fails_and_the_power_with_it() {
    let name = "a_sync_fails_and_the_power_with_it";
    let crashes = Crashes::new(name).ending(&[Ending::PowerCut]);
    let scenario = Scenario { keys: 2, ..crashes.scenario.clone().calm() };
    all_hold(&Crashes { scenario, sync_faults: 60, lives: 4, ..crashes }, 6);
}
