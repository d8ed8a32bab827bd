//! Journals that run short of room while writes may rest for a long time.

use std::time::Duration;

use forebay_cache::ByteSize;
use forebay_sim::{Crashes, Scenario};

use super::rig::all_hold;

/// A small journal, and writes that rest for a minute: nothing but the journal's need for room has them stored.
fn resting(name: &'static str) -> Crashes {
    // A short buffer: what is written again after an ending is not much beyond the journal's bound.
    let crashes = Crashes { segments: 8, lives: 2, buffer_max: 64 << 10, ..Crashes::new(name) };
    let scenario = Scenario {
        capacity: ByteSize::mib(4),
        value_bytes_max: 12_000,
        flush_delay: Some(Duration::from_secs(60)),
        keys: 40,
        operations: 60,
        outages: false,
        refusals: false,
        ..crashes.scenario.clone()
    };
    Crashes { scenario, ..crashes }
}

#[test]
fn a_small_journal_beside_a_long_flush_delay() {
    all_hold(&resting("a_small_journal_beside_a_long_flush_delay"), 4);
}

#[test]
fn a_small_journal_beside_a_long_flush_delay_and_a_store_that_is_often_down() {
    let crashes =
        resting("a_small_journal_beside_a_long_flush_delay_and_a_store_that_is_often_down");
    let scenario = Scenario { outages: true, refusals: true, ..crashes.scenario.clone() };
    all_hold(&Crashes { scenario, ..crashes }, 4);
}

#[test]
fn a_small_journal_beside_a_long_flush_delay_on_a_disk_that_is_full_at_times() {
    let crashes =
        resting("a_small_journal_beside_a_long_flush_delay_on_a_disk_that_is_full_at_times");
    all_hold(&Crashes { fills: true, write_faults: 20, sync_faults: 10, ..crashes }, 4);
}
