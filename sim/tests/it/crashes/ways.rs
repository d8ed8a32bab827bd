//! Other ways to use a cache, over several lives.

use std::time::Duration;

use forebay_cache::ByteSize;
use forebay_sim::{Crashes, Scenario};

use super::rig::all_hold;

#[test]
fn values_expire_over_lives() {
    let name = "values_expire_over_lives";
    let crashes = Crashes::new(name);
    let scenario =
        Scenario { expiry: true, absence: Duration::from_millis(100), ..crashes.scenario.clone() };
    all_hold(&Crashes { scenario, ..crashes }, 6);
}

#[test]
fn the_date_jumps_over_lives() {
    let name = "the_date_jumps_over_lives";
    let crashes = Crashes::new(name);
    let scenario = Scenario { expiry: true, jumps: true, ..crashes.scenario.clone() };
    all_hold(&Crashes { scenario, ..crashes }, 6);
}

#[test]
fn memory_is_tiny_over_lives() {
    let name = "memory_is_tiny_over_lives";
    let crashes = Crashes::new(name);
    let scenario = Scenario {
        capacity: ByteSize::kib(64),
        value_bytes_max: 2000,
        keys: 100,
        operations: 40,
        ..crashes.scenario.clone()
    };
    all_hold(&Crashes { scenario, ..crashes }, 6);
}

#[test]
fn two_keys_may_be_dirty_over_lives() {
    let name = "two_keys_may_be_dirty_over_lives";
    let crashes = Crashes::new(name);
    let scenario =
        Scenario { dirty_entries_max: Some(2), keys: 8, actors: 6, ..crashes.scenario.clone() };
    all_hold(&Crashes { scenario, ..crashes }, 6);
}

#[test]
fn batches_are_atomic_over_lives() {
    let name = "batches_are_atomic_over_lives";
    let crashes = Crashes::new(name);
    let scenario = Scenario { atomic: true, faults: 400, ..crashes.scenario.clone() };
    all_hold(&Crashes { scenario, ..crashes }, 6);
}

#[test]
fn one_key_and_many_clients() {
    let name = "one_key_and_many_clients";
    let crashes = Crashes { lives: 6, ..Crashes::new(name) };
    let scenario = Scenario { keys: 1, actors: 6, operations: 12, ..crashes.scenario.clone() };
    all_hold(&Crashes { scenario, ..crashes }, 6);
}

#[test]
fn where_nothing_goes_wrong_with_the_store() {
    let name = "where_nothing_goes_wrong_with_the_store";
    let crashes = Crashes { lives: 5, ..Crashes::new(name) };
    let scenario = crashes.scenario.clone().calm();
    all_hold(&Crashes { scenario, ..crashes }, 6);
}

#[test]
fn closed_in_the_middle_of_lives() {
    let name = "closed_in_the_middle_of_lives";
    let crashes = Crashes { lives: 5, ..Crashes::new(name) };
    let scenario = Scenario { closes: true, ..crashes.scenario.clone() };
    all_hold(&Crashes { scenario, ..crashes }, 6);
}

#[test]
fn values_are_stored_past_the_cache_over_lives() {
    let name = "values_are_stored_past_the_cache_over_lives";
    let crashes = Crashes::new(name);
    let scenario = Scenario { marks: true, ..crashes.scenario.clone() };
    all_hold(&Crashes { scenario, ..crashes }, 6);
}

#[test]
fn scans_and_clears_over_lives() {
    let name = "scans_and_clears_over_lives";
    let crashes = Crashes::new(name);
    let scenario = Scenario { scans: true, ..crashes.scenario.clone() };
    all_hold(&Crashes { scenario, ..crashes }, 6);
}

#[test]
fn the_store_is_slow_over_lives() {
    let name = "the_store_is_slow_over_lives";
    let crashes = Crashes { lives: 6, ..Crashes::new(name) };
    let calm = crashes.scenario.clone().calm();
    let scenario = Scenario { latencies: &[1000, 3000], keys: 3, faults: 300, ..calm };
    all_hold(&Crashes { scenario, ..crashes }, 6);
}
