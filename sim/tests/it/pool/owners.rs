//! Owners that end in the middle, and what the next one finds.

use forebay_journal::disk::simulated::Ending;
use forebay_sim::{PoolWays, Spill};

use super::rig::all_hold;

const SEEDS: u64 = 20;

fn archive(name: &'static str) -> PoolWays {
    let ways = PoolWays { archive: true, spill: Spill::Directory, lives: 3, ..PoolWays::new(name) };
    PoolWays { longest: 4 << 10, memory: 96 << 10, ..ways }
}

#[test]
fn an_archive_in_use_has_what_was_promised() {
    let ways = archive("an_archive_in_use_has_what_was_promised");
    all_hold(&PoolWays { lives: 0, steps: 80, ..ways }, SEEDS);
}

#[test]
fn an_archive_has_what_was_promised_after_a_power_cut() {
    let ways = archive("an_archive_has_what_was_promised_after_a_power_cut");
    all_hold(&PoolWays { endings: &[Ending::PowerCut], ..ways }, SEEDS);
}

#[test]
fn an_archive_has_what_was_promised_after_a_kill() {
    let ways = archive("an_archive_has_what_was_promised_after_a_kill");
    all_hold(&PoolWays { endings: &[Ending::Kill], ..ways }, SEEDS);
}

#[test]
fn an_archive_on_a_failing_disk_has_what_was_promised() {
    let ways = archive("an_archive_on_a_failing_disk_has_what_was_promised");
    all_hold(&PoolWays { disk_faults: 20, fills: true, faults: 10, ..ways }, SEEDS);
}

#[test]
fn a_spill_directory_is_empty_after_its_owners() {
    let ways = PoolWays::new("a_spill_directory_is_empty_after_its_owners");
    let ways = PoolWays { spill: Spill::Directory, lives: 3, steps: 20, ..ways };
    all_hold(&PoolWays { disk_faults: 10, ..ways }, SEEDS / 2);
}
