//! Which seeds and steps a test runs, and how it tells of those that fail.

use std::panic::{AssertUnwindSafe, catch_unwind};

use forebay_sim::{Cut, StateLives, StateTale, live};

use crate::seeds::number;

/// Runs `lives` with each seed, every life ended somewhere: the first `count`, as many as `FOREBAY_SEEDS`
/// says from `FOREBAY_FIRST` on, or only the one that `FOREBAY_SEED` names.
pub(super) fn all_hold(lives: &StateLives, count: u64) {
    let mut found = Found::default();
    for seed in seeds(count) {
        found.take(run(lives, seed, asked()));
    }
    found.give();
}

/// The same, each seed once for every step of each of its lives: or for `FOREBAY_STEP` of
/// `FOREBAY_LIFE` only.
pub(super) fn all_hold_at_every_step(lives: &StateLives, count: u64) {
    let mut found = Found::default();
    for seed in seeds(count) {
        if asked().is_some() {
            found.take(run(lives, seed, asked()));
            continue;
        }
        for life in 0..lives.lives {
            let whole = run(lives, seed, Some(Cut { life, step: u64::MAX }));
            let length = whole.length(life);
            found.take(whole);
            for step in 0..length {
                found.take(run(lives, seed, Some(Cut { life, step })));
            }
        }
    }
    found.give();
}

/// One history; a panic in it is told with its seed.
fn run(lives: &StateLives, seed: u64, cut: Option<Cut>) -> StateTale {
    catch_unwind(AssertUnwindSafe(|| live(lives, seed, cut)))
        .unwrap_or_else(|_| panic!("seed {seed} of {} panics, {cut:?}", lives.name))
}

fn seeds(count: u64) -> std::ops::Range<u64> {
    if let Some(seed) = number("FOREBAY_SEED") {
        return seed..seed + 1;
    }
    let first = number("FOREBAY_FIRST").unwrap_or(0);
    first..first + number("FOREBAY_SEEDS").unwrap_or(count)
}

fn asked() -> Option<Cut> {
    Some(Cut { life: number("FOREBAY_LIFE")?, step: number("FOREBAY_STEP")? })
}

/// What was found so far.
#[derive(Default)]
struct Found {
    runs: u64,
    cuts: usize,
    accepted: usize,
    acknowledged: usize,
    refused: usize,
    failed: Vec<String>,
    /// The shortest one says it best.
    shortest: Option<StateTale>,
}

impl Found {
    fn take(&mut self, tale: StateTale) {
        self.runs += 1;
        self.cuts += tale.cuts;
        self.accepted += tale.accepted;
        self.acknowledged += tale.acknowledged;
        self.refused += tale.refused;
        let Some(first) = tale.violations.first() else { return };
        let place = tale.cut.map(|cut| format!(" life {} step {}", cut.life, cut.step));
        let place = place.unwrap_or_default();
        self.failed.push(format!("\nseed {}{place}: {first}", tale.seed));
        let length = |tale: &StateTale| tale.lines.len();
        if self.shortest.as_ref().is_none_or(|best| length(&tale) < length(best)) {
            self.shortest = Some(tale);
        }
    }

    #[expect(clippy::print_stdout, reason = "who runs many wants to know how many")]
    fn give(self) {
        const SHOWN: usize = 12;
        let Self { runs, cuts, accepted, acknowledged, refused, .. } = self;
        println!(
            "{runs} histories, {cuts} lives cut off, {accepted} transactions accepted, \
             {acknowledged} acknowledged, {refused} answered with an error"
        );
        if let Some(shortest) = self.shortest {
            let count = self.failed.len();
            let shown: String = self.failed.into_iter().take(SHOWN).collect();
            panic!("{count} of {runs} histories fail:{shown}\n{shortest}");
        }
        assert!(acknowledged > 0, "nobody was ever told anything");
    }
}
