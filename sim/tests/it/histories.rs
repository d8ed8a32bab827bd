//! Random histories under all sorts of failures, and an order that explains each.

use std::time::Duration;

use forebay_cache::ByteSize;
use forebay_sim::{Scenario, Ways};

use crate::seeds::all_hold;

#[test]
fn writes_behind_into_huge_memory() {
    all_hold(&Scenario::new("writes_behind_into_huge_memory"), 200);
}

#[test]
fn writes_behind_into_tiny_memory() {
    all_hold(&Scenario::new("writes_behind_into_tiny_memory").tiny(), 200);
}

#[test]
fn writes_behind_with_many_shards() {
    let scenario = Scenario { shards: 8, ..Scenario::new("writes_behind_with_many_shards") };
    all_hold(&scenario, 200);
}

#[test]
fn writes_through_huge_memory() {
    let scenario = Scenario { ways: Ways::Through, ..Scenario::new("writes_through_huge_memory") };
    all_hold(&scenario, 200);
}

#[test]
fn writes_through_tiny_memory_with_many_shards() {
    let name = "writes_through_tiny_memory_with_many_shards";
    let scenario = Scenario {
        ways: Ways::Through,
        capacity: ByteSize::kib(16),
        shards: 8,
        ..Scenario::new(name).tiny()
    };
    all_hold(&scenario, 200);
}

#[test]
fn mixed_writes_on_few_keys() {
    let name = "mixed_writes_on_few_keys";
    let scenario = Scenario { ways: Ways::Mixed, keys: 2, ..Scenario::new(name) };
    all_hold(&scenario, 300);
}

#[test]
fn mixed_writes_into_tiny_memory() {
    let name = "mixed_writes_into_tiny_memory";
    let scenario = Scenario { ways: Ways::Mixed, ..Scenario::new(name).tiny() };
    all_hold(&scenario, 300);
}

#[test]
fn mixed_writes_into_a_store_of_atomic_batches() {
    let name = "mixed_writes_into_a_store_of_atomic_batches";
    let scenario = Scenario { ways: Ways::Mixed, atomic: true, ..Scenario::new(name) };
    all_hold(&scenario, 300);
}

#[test]
fn mixed_writes_where_nothing_goes_wrong() {
    let name = "mixed_writes_where_nothing_goes_wrong";
    let scenario = Scenario { ways: Ways::Mixed, keys: 3, ..Scenario::new(name).calm() };
    all_hold(&scenario, 200);
}

#[test]
fn mixed_writes_where_most_goes_wrong() {
    let name = "mixed_writes_where_most_goes_wrong";
    let scenario = Scenario { ways: Ways::Mixed, faults: 700, keys: 3, ..Scenario::new(name) };
    all_hold(&scenario, 200);
}

#[test]
fn values_that_expire_where_nothing_goes_wrong() {
    let name = "values_that_expire_where_nothing_goes_wrong";
    let scenario =
        Scenario { ways: Ways::Mixed, expiry: true, is_roomy: true, ..Scenario::new(name).calm() };
    all_hold(&scenario, 300);
}

#[test]
fn values_that_expire() {
    let name = "values_that_expire";
    let scenario = Scenario { ways: Ways::Mixed, expiry: true, ..Scenario::new(name) };
    all_hold(&scenario, 200);
}

#[test]
fn values_that_expire_in_tiny_memory_that_remembers_absence() {
    let name = "values_that_expire_in_tiny_memory_that_remembers_absence";
    let scenario = Scenario {
        ways: Ways::Mixed,
        expiry: true,
        absence: Duration::from_millis(100),
        ..Scenario::new(name).tiny()
    };
    all_hold(&scenario, 200);
}

#[test]
fn absence_that_is_remembered() {
    let name = "absence_that_is_remembered";
    let scenario =
        Scenario { ways: Ways::Mixed, absence: Duration::from_secs(60), ..Scenario::new(name) };
    all_hold(&scenario, 200);
}

#[test]
fn somebody_else_writes_in_the_store() {
    let name = "somebody_else_writes_in_the_store";
    let scenario = Scenario {
        ways: Ways::Mixed,
        foreign_keys: 2,
        absence: Duration::from_secs(60),
        operations: 40,
        ..Scenario::new(name)
    };
    all_hold(&scenario, 200);
}

#[test]
fn somebody_else_writes_and_memory_is_tiny() {
    let name = "somebody_else_writes_and_memory_is_tiny";
    let scenario = Scenario { foreign_keys: 2, ..Scenario::new(name).tiny() };
    all_hold(&scenario, 200);
}

#[test]
fn room_for_three_dirty_keys() {
    let name = "room_for_three_dirty_keys";
    let scenario = Scenario {
        ways: Ways::Mixed,
        dirty_entries_max: Some(3),
        keys: 8,
        actors: 6,
        ..Scenario::new(name)
    };
    all_hold(&scenario, 200);
}

#[test]
fn room_for_one_dirty_key_in_tiny_memory() {
    let name = "room_for_one_dirty_key_in_tiny_memory";
    let scenario = Scenario { dirty_entries_max: Some(1), ..Scenario::new(name).tiny() };
    all_hold(&scenario, 200);
}

#[test]
fn values_that_are_stored_past_the_cache() {
    let name = "values_that_are_stored_past_the_cache";
    all_hold(&Scenario { marks: true, ..Scenario::new(name) }, 200);
}

#[test]
fn values_that_are_stored_past_the_cache_among_writes_through() {
    let name = "values_that_are_stored_past_the_cache_among_writes_through";
    all_hold(&Scenario { ways: Ways::Mixed, marks: true, ..Scenario::new(name) }, 200);
}

#[test]
fn few_may_wait_for_loads() {
    let name = "few_may_wait_for_loads";
    let scenario = Scenario { loads_waiting_max: 2, actors: 6, ..Scenario::new(name).tiny() };
    all_hold(&scenario, 200);
}

#[test]
fn closed_in_the_middle() {
    let name = "closed_in_the_middle";
    let scenario = Scenario { ways: Ways::Mixed, closes: true, ..Scenario::new(name) };
    all_hold(&scenario, 200);
}

#[test]
fn closed_while_writers_wait_for_room() {
    let name = "closed_while_writers_wait_for_room";
    let scenario = Scenario {
        closes: true,
        dirty_entries_max: Some(2),
        actors: 6,
        ..Scenario::new(name).tiny()
    };
    all_hold(&scenario, 200);
}

#[test]
fn scans_and_clears_meanwhile() {
    let name = "scans_and_clears_meanwhile";
    let scenario = Scenario { ways: Ways::Mixed, scans: true, ..Scenario::new(name) };
    all_hold(&scenario, 200);
}
