//! Programs over media that fail.

use forebay_sim::{PoolWays, Spill};

use super::rig::all_hold;

const SEEDS: u64 = 30;

#[test]
fn calls_that_fail_lose_nothing() {
    let ways = PoolWays::new("calls_that_fail_lose_nothing");
    all_hold(&PoolWays { faults: 60, ..ways }, SEEDS);
}

#[test]
fn a_medium_that_breaks_down_and_comes_back_loses_nothing() {
    let ways = PoolWays::new("a_medium_that_breaks_down_and_comes_back_loses_nothing");
    all_hold(&PoolWays { breaks_down: true, ..ways }, SEEDS);
}

#[test]
fn wrong_bits_are_never_read() {
    let ways = PoolWays::new("wrong_bits_are_never_read");
    all_hold(&PoolWays { flips: 100, ..ways }, SEEDS);
}

#[test]
fn calls_in_whose_middle_much_happens_are_whole() {
    let ways = PoolWays::new("calls_in_whose_middle_much_happens_are_whole");
    let ways = PoolWays { meanwhile: 700, cancels: 300, ..ways };
    all_hold(&PoolWays { clients: 5, ..ways.clone() }, SEEDS / 2);
    all_hold(
        &PoolWays { clients: 4, handles: 3, longest: 3 << 10, memory: 18 << 10, ..ways },
        SEEDS,
    );
}

#[test]
fn compressed_memory_that_is_full_loses_nothing() {
    let ways = PoolWays::new("compressed_memory_that_is_full_loses_nothing");
    all_hold(&PoolWays { spill: Spill::Compressed, fills: true, memory: 96 << 10, ..ways }, SEEDS);
}

#[test]
fn a_directory_has_what_is_spilled() {
    let ways = PoolWays::new("a_directory_has_what_is_spilled");
    all_hold(&PoolWays { spill: Spill::Directory, ..ways }, SEEDS / 2);
}

#[test]
fn a_directory_that_fails_and_is_full_loses_nothing() {
    let ways = PoolWays::new("a_directory_that_fails_and_is_full_loses_nothing");
    let ways = PoolWays { spill: Spill::Directory, disk_faults: 20, fills: true, ..ways };
    all_hold(&PoolWays { faults: 10, ..ways }, SEEDS);
}
