//! Panics in what users bring along, handles that are dropped, and dates that jump.

use forebay_sim::{Scenario, Ways};

use crate::seeds::all_hold;

#[test]
fn one_clone_of_a_value_panics() {
    let name = "one_clone_of_a_value_panics";
    let scenario = Scenario { ways: Ways::Mixed, is_fragile: true, ..Scenario::new(name) };
    all_hold(&scenario, 200);
}

#[test]
fn one_clone_of_a_value_panics_and_memory_is_tiny() {
    let name = "one_clone_of_a_value_panics_and_memory_is_tiny";
    let scenario = Scenario { ways: Ways::Mixed, is_fragile: true, ..Scenario::new(name).tiny() };
    all_hold(&scenario, 200);
}

#[test]
fn the_last_handle_is_dropped() {
    let name = "the_last_handle_is_dropped";
    let scenario = Scenario { ways: Ways::Mixed, is_dropped: true, ..Scenario::new(name) };
    all_hold(&scenario, 300);
}

#[test]
fn the_last_handle_to_tiny_memory_is_dropped() {
    let name = "the_last_handle_to_tiny_memory_is_dropped";
    let scenario = Scenario { is_dropped: true, ..Scenario::new(name).tiny() };
    all_hold(&scenario, 200);
}

#[test]
fn the_date_jumps() {
    let name = "the_date_jumps";
    let scenario = Scenario { ways: Ways::Mixed, expiry: true, jumps: true, ..Scenario::new(name) };
    all_hold(&scenario, 300);
}

#[test]
fn the_date_jumps_and_memory_is_tiny() {
    let name = "the_date_jumps_and_memory_is_tiny";
    let scenario = Scenario { expiry: true, jumps: true, ..Scenario::new(name).tiny() };
    all_hold(&scenario, 200);
}
