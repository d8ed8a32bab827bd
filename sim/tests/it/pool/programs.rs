//! Programs over a medium that works.

use std::time::Duration;

use forebay_pool::{ByteSize, WhenFull};
use forebay_sim::{PoolWays, Spill};

use super::rig::all_hold;

const SEEDS: u64 = 30;

#[test]
fn callers_in_a_tight_pool_read_what_is_there() {
    all_hold(&PoolWays::new("callers_in_a_tight_pool_read_what_is_there"), SEEDS);
}

#[test]
fn callers_in_a_roomy_pool_never_wait() {
    let ways = PoolWays::new("callers_in_a_roomy_pool_never_wait");
    all_hold(&PoolWays { memory: 4 << 20, meanwhile: 0, ..ways }, SEEDS / 2);
}

#[test]
fn values_that_grow_leave_what_is_there() {
    let ways = PoolWays::new("values_that_grow_leave_what_is_there");
    all_hold(&PoolWays { grows: true, resizes: true, ..ways }, SEEDS);
}

#[test]
fn callers_who_do_not_wait_are_answered() {
    let ways = PoolWays::new("callers_who_do_not_wait_are_answered");
    all_hold(&PoolWays { when_full: WhenFull::Fail, ..ways }, SEEDS / 2);
}

#[test]
fn callers_who_exceed_come_down_again() {
    let ways = PoolWays::new("callers_who_exceed_come_down_again");
    all_hold(&PoolWays { when_full: WhenFull::Exceed(ByteSize::kib(16)), ..ways }, SEEDS / 2);
}

#[test]
fn one_caller_alone_has_what_he_put_in() {
    let ways = PoolWays::new("one_caller_alone_has_what_he_put_in");
    all_hold(&PoolWays { clients: 1, steps: 100, ..ways }, SEEDS / 2);
}

#[test]
fn a_pool_that_is_closed_in_the_middle_answers_all() {
    let ways = PoolWays::new("a_pool_that_is_closed_in_the_middle_answers_all");
    all_hold(&PoolWays { closes: true, cancels: 300, ..ways }, SEEDS);
}

#[test]
fn values_that_cannot_be_encoded_stay_in_memory() {
    let ways = PoolWays::new("values_that_cannot_be_encoded_stay_in_memory");
    all_hold(&PoolWays { stubborn: true, ..ways }, SEEDS / 2);
}

#[test]
fn a_pool_without_a_medium_keeps_its_bound() {
    let ways = PoolWays::new("a_pool_without_a_medium_keeps_its_bound");
    let when_full = WhenFull::Wait(Duration::from_millis(200));
    all_hold(&PoolWays { spill: Spill::Nowhere, when_full, ..ways }, SEEDS / 2);
}
