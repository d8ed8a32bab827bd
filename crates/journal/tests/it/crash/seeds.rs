//! Which seeds a test runs, and how it tells of one that fails.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `check` with each seed: the first `count`, as many as `FOREBAY_SEEDS` says, or only the one
/// that `FOREBAY_SEED` names. `name` is the test's, for the command that replays a failure.
pub(crate) fn all_hold(name: &str, count: u64, check: impl Fn(u64)) {
    let only = number("FOREBAY_SEED");
    let first = only.or_else(|| number("FOREBAY_FIRST")).unwrap_or(0);
    let count = if only.is_some() { 1 } else { number("FOREBAY_SEEDS").unwrap_or(count) };
    let seeds = first..first + count;
    for seed in seeds {
        if catch_unwind(AssertUnwindSafe(|| check(seed))).is_err() {
            let replay = "cargo test -p forebay-journal --test it";
            panic!("seed {seed} fails: FOREBAY_SEED={seed} {replay} {name}");
        }
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("it is a number"))
}
