//! Which seeds and steps a test runs, and how it tells of those that fail.

use forebay_sim::{Crashes, Cut, Tale, crash};

use crate::seeds::number;

/// Runs `crashes` with each seed, every life ended somewhere: the first `count`, as many as
/// `FOREBAY_SEEDS` says, or only the one that `FOREBAY_SEED` names.
pub(crate) fn all_hold(crashes: &Crashes, count: u64) {
    let mut verdict = Found::default();
    for seed in seeds(count) {
        verdict.take(crash(crashes, seed, asked()));
    }
    verdict.give();
}

/// The same, each seed once for every step of each of its lives: or for `FOREBAY_STEPS` of them.
pub(crate) fn all_hold_at_every_step(crashes: &Crashes, count: u64) {
    let mut verdict = Found::default();
    for seed in seeds(count) {
        if asked().is_some() {
            verdict.take(crash(crashes, seed, asked()));
            continue;
        }
        for life in 0..crashes.lives {
            let whole = crash(crashes, seed, Some(Cut { life, step: u64::MAX }));
            let length = whole.length(life);
            verdict.take(whole);
            for step in 0..length {
                verdict.take(crash(crashes, seed, Some(Cut { life, step })));
            }
        }
    }
    verdict.give();
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
    undecided: usize,
    failed: Vec<String>,
    /// The shortest one says it best.
    shortest: Option<Tale>,
}

impl Found {
    fn take(&mut self, tale: Tale) {
        self.runs += 1;
        self.cuts += tale.cuts;
        self.undecided += tale.undecided;
        let Some(first) = tale.violations().first() else { return };
        let place = tale.cut.map(|cut| format!(" life {} step {}", cut.life, cut.step));
        let place = place.unwrap_or_default();
        self.failed.push(format!("\nseed {}{place}: {first}", tale.seed));
        let length = |tale: &Tale| tale.trace.lines().len();
        if self.shortest.as_ref().is_none_or(|best| length(&tale) < length(best)) {
            self.shortest = Some(tale);
        }
    }

    #[expect(clippy::print_stdout, reason = "who runs many wants to know how many")]
    fn give(self) {
        const SHOWN: usize = 12;
        let (runs, cuts) = (self.runs, self.cuts);
        println!("{runs} runs, {cuts} lives cut off, {} undecided", self.undecided);
        if let Some(shortest) = self.shortest {
            let count = self.failed.len();
            let shown: String = self.failed.into_iter().take(SHOWN).collect();
            panic!("{count} of {runs} runs fail:{shown}\n{shortest}");
        }
        assert!(self.undecided as u64 <= runs / 100 + 1, "{} were too hard", self.undecided);
    }
}
