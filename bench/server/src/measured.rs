//! What was measured.

use forebay_measure::{Machine, Spread, paired};

use crate::contest::Contest;
use crate::sample::Sample;

/// Everything.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) machine: Machine,
    pub(crate) quick: bool,
    pub(crate) seconds: u64,
    /// What `redis-server` says of its version, and more flags for Forebay.
    pub(crate) peer: String,
    pub(crate) flags: Vec<String>,
    pub(crate) pairs: Vec<Pair>,
}

/// One contest: a sample of each in each round.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) contest: Contest,
    /// Forebay's and Redis's.
    pub(crate) rounds: Vec<[Sample; 2]>,
}

impl Pair {
    /// Where the numbers of one side lie.
    pub(crate) fn spread(&self, side: usize, of: impl Fn(&Sample) -> f64) -> Spread {
        Spread::of(self.rounds.iter().map(|round| of(&round[side])).collect())
    }

    /// How many times as many commands Forebay answers: the median of the rounds' ratios.
    pub(crate) fn ratio(&self) -> f64 {
        self.ratios().median
    }

    /// Where the rounds' ratios lie.
    pub(crate) fn ratios(&self) -> Spread {
        Spread::of(self.rounds.iter().map(|[ours, theirs]| ours.rate / theirs.rate).collect())
    }

    /// The median of Forebay's rounds, of that of Redis's. With much noise it is not near [`ratio`](Self::ratio).
    pub(crate) fn ratio_of_medians(&self) -> f64 {
        let [ours, theirs] = [0, 1].map(|side| self.spread(side, |sample| sample.rate).median);
        ours / theirs
    }

    /// How much processor time Forebay takes for a command, of what Redis takes.
    pub(crate) fn effort(&self) -> f64 {
        paired(self.rounds.iter().map(|[ours, theirs]| (ours.worked, theirs.worked)))
    }
}
