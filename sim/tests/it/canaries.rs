//! Stores that are known to be wrong: the checker must find it, or it finds nothing.

use forebay_sim::{Broken, Bug, Scenario, run};

/// Of how many seeds the checker objects to the histories.
fn objections(bug: Bug) -> usize {
    let scenario = Scenario { bug, refusals: false, ..Scenario::new("canary").tiny() };
    let reports = (0..60).map(|seed| run(&scenario, seed));
    reports
        .filter(|report| report.violations().iter().any(|each| each.broken == Broken::History))
        .count()
}

#[test]
fn a_store_whose_writes_land_after_its_answer_is_found_out() {
    assert!(objections(Bug::LandsLate) > 0);
}

#[test]
fn a_store_that_loses_what_it_says_it_has_is_found_out() {
    assert!(objections(Bug::LosesWrites) > 0);
}

#[test]
fn a_store_that_loads_old_values_is_found_out() {
    assert!(objections(Bug::LoadsStale) > 0);
}
