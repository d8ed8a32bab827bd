//! Journals that are full, or have less room than what may be unstored.

use forebay_cache::ByteSize;
use forebay_sim::{Crashes, Scenario};

use super::rig::all_hold;

#[test]
fn a_journal_of_four_segments_is_written_over_and_over() {
    let name = "a_journal_of_four_segments_is_written_over_and_over";
    let crashes = Crashes { segments: 4, lives: 2, ..Crashes::new(name) };
    let scenario = Scenario { value_bytes_max: 8000, operations: 60, ..crashes.scenario.clone() };
    all_hold(&Crashes { scenario, ..crashes }, 3);
}

#[test]
fn more_may_be_unstored_than_the_journal_holds() {
    let name = "more_may_be_unstored_than_the_journal_holds";
    let crashes = Crashes { segments: 4, lives: 2, ..Crashes::new(name) };
    let scenario = Scenario {
        capacity: ByteSize::mib(4),
        value_bytes_max: 24_000,
        keys: 30,
        operations: 30,
        ..crashes.scenario.clone()
    };
    all_hold(&Crashes { scenario, ..crashes }, 3);
}

#[test]
fn little_of_the_journal_may_be_in_memory() {
    let name = "little_of_the_journal_may_be_in_memory";
    let crashes = Crashes { segments: 4, buffer_max: 16 << 10, lives: 2, ..Crashes::new(name) };
    let scenario = Scenario { value_bytes_max: 8000, operations: 40, ..crashes.scenario.clone() };
    all_hold(&Crashes { scenario, ..crashes }, 3);
}

#[test]
fn many_small_writes_of_few_keys() {
    let name = "many_small_writes_of_few_keys";
    let crashes = Crashes { segments: 4, lives: 2, ..Crashes::new(name) };
    let scenario = Scenario {
        value_bytes_max: 3000,
        keys: 2,
        actors: 6,
        operations: 80,
        faults: 400,
        ..crashes.scenario.clone()
    };
    all_hold(&Crashes { scenario, ..crashes }, 3);
}
