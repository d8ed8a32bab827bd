//! Rules that are broken on purpose: the checks must find it, or they find nothing.

use forebay_journal::disk::simulated::Ending;
use forebay_sim::{PoolQuirk, PoolWays, Spill, play};

/// Whether the checks object to any of a few seeds, with some of these words.
fn is_found_out(ways: &PoolWays, words: &[&str]) -> bool {
    (0..20).any(|seed| {
        let tale = play(ways, seed);
        tale.violations.iter().any(|text| words.iter().any(|words| text.contains(words)))
    })
}

fn with(quirk: PoolQuirk) -> PoolWays {
    PoolWays { quirk, ..PoolWays::new("canary") }
}

#[test]
fn jobs_that_are_thrown_away_are_found_out() {
    assert!(is_found_out(&with(PoolQuirk::LosesJobs), &["nothing explains it"]));
}

#[test]
fn jobs_that_are_forgotten_are_found_out() {
    assert!(is_found_out(&with(PoolQuirk::ForgetsJobs), &["nothing happens any more"]));
}

#[test]
fn callers_who_are_not_woken_are_found_out() {
    assert!(is_found_out(&with(PoolQuirk::LosesWakings), &["nothing happens any more"]));
}

#[test]
fn a_medium_that_leaks_places_is_found_out() {
    assert!(is_found_out(&with(PoolQuirk::LeaksPlaces), &["blobs are left"]));
}

#[test]
fn a_place_that_is_given_back_twice_is_found_out() {
    assert!(is_found_out(&with(PoolQuirk::FreesTwice), &["given back twice"]));
}

#[test]
fn a_reading_of_another_blob_is_found_out() {
    assert!(is_found_out(&with(PoolQuirk::ReadsOthers), &["nothing explains it"]));
}

#[test]
fn a_value_that_comes_back_wrong_is_found_out() {
    assert!(is_found_out(&with(PoolQuirk::DecodesWrong), &["is not what"]));
}

#[test]
fn a_guard_that_is_never_dropped_is_found_out() {
    assert!(is_found_out(&with(PoolQuirk::KeepsGuards), &["bytes of values are left"]));
}

#[test]
fn a_disk_whose_syncs_lie_to_an_archive_is_found_out() {
    let ways =
        PoolWays { archive: true, spill: Spill::Directory, lives: 3, ..with(PoolQuirk::SyncsLie) };
    let ways = PoolWays { endings: &[Ending::PowerCut], ..ways };
    assert!(is_found_out(&ways, &["was kept", "has to be of", "nothing explains it: open"]));
}
