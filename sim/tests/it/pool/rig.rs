//! Which seeds a test plays, and how it tells of those that fail.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_sim::{PoolTale, PoolWays, play};

use crate::seeds::number;

/// Plays each seed: the first `count`, as many as `FOREBAY_SEEDS` says from `FOREBAY_FIRST` on, or only the one
/// that `FOREBAY_SEED` names.
pub(super) fn all_hold(ways: &PoolWays, count: u64) {
    const SHOWN: usize = 12;
    let (mut failed, mut shortest) = (Vec::new(), None::<PoolTale>);
    let mut counts = BTreeMap::<&str, u64>::new();
    for seed in seeds(count) {
        let tale = one(ways, seed);
        tell(&tale);
        for (what, count) in &tale.counts {
            *counts.entry(what).or_default() += count;
        }
        let Some(first) = tale.violations.first() else { continue };
        failed.push(format!("\nseed {seed}: {first}"));
        // The shortest one says it best.
        if shortest.as_ref().is_none_or(|best| tale.lines.len() < best.lines.len()) {
            shortest = Some(tale);
        }
    }
    sum_up(ways, &counts);
    if let Some(shortest) = shortest {
        let count = failed.len();
        let shown: String = failed.into_iter().take(SHOWN).collect();
        panic!("{count} plays fail:{shown}\n{shortest}");
    }
    assert!(counts.contains_key("answered"), "nothing ever happened");
}

/// One play; a panic in it is told with its seed.
fn one(ways: &PoolWays, seed: u64) -> PoolTale {
    catch_unwind(AssertUnwindSafe(|| play(ways, seed)))
        .unwrap_or_else(|_| panic!("seed {seed} of {} panics", ways.name))
}

/// Who plays many wants to know what has happened.
#[expect(clippy::print_stdout, reason = "it is shown if the test fails, or if that is wanted")]
fn sum_up(ways: &PoolWays, counts: &BTreeMap<&str, u64>) {
    println!("{}: {counts:?}", ways.name);
}

/// Who asks for one play wants to know what happens in it.
#[expect(clippy::print_stdout, reason = "it is shown if the test fails, or if that is wanted")]
fn tell(tale: &PoolTale) {
    if number("FOREBAY_SEED").is_some() {
        tale.lines.iter().for_each(|line| println!("{line}"));
    }
}

fn seeds(count: u64) -> std::ops::Range<u64> {
    if let Some(seed) = number("FOREBAY_SEED") {
        return seed..seed + 1;
    }
    let first = number("FOREBAY_FIRST").unwrap_or(0);
    first..first + number("FOREBAY_SEEDS").unwrap_or(count)
}
