//! Which seeds a test runs, and how it tells of one that fails.

use forebay_sim::{Report, Scenario, run};

/// Runs `scenario` with each seed: the first `count`, as many as `FOREBAY_SEEDS` says, or only the
/// one that `FOREBAY_SEED` names.
pub(crate) fn all_hold(scenario: &Scenario, count: u64) {
    let only: Option<u64> = number("FOREBAY_SEED");
    let first = number("FOREBAY_FIRST").unwrap_or(0);
    let seeds = match only {
        Some(seed) => seed..seed + 1,
        None => first..first + number("FOREBAY_SEEDS").unwrap_or(count),
    };
    let total = seeds.end - seeds.start;
    let mut undecided = 0;
    let mut failed = Vec::new();
    // The shortest one says it best.
    let mut shortest: Option<Report> = None;
    for seed in seeds {
        let report = run(scenario, seed);
        undecided += report.undecided;
        if !report.violations().is_empty() {
            failed.push((seed, report.violations()[0].broken));
            let length = report.trace.lines().len();
            if shortest.as_ref().is_none_or(|best| length < best.trace.lines().len()) {
                shortest = Some(report);
            }
        }
    }
    if let Some(shortest) = shortest {
        panic!("{} of {total} seeds fail: {failed:?}\n{shortest}", failed.len());
    }
    assert!(undecided as u64 <= total / 100, "{undecided} histories were too hard to check");
}

pub(crate) fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("it is a number"))
}
