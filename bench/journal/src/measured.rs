//! What was measured, and the few statistics that are taken of it.

use crate::contest::Contest;
use crate::machine::Machine;
use crate::subjects::Kind;

/// One round of one subject. Latencies are nanoseconds; the rest is for each put.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) puts_a_second: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
    /// Syncs that the subject itself counted.
    pub(crate) syncs: Option<f64>,
    pub(crate) flushes: Option<f64>,
    pub(crate) bytes: Option<f64>,
}

/// The rounds of one subject in one contest.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) contest: Contest,
    pub(crate) kind: Kind,
    pub(crate) samples: Vec<Sample>,
}

/// One opening after a crash.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening {
    pub(crate) seconds: f64,
    /// Bytes; the most that the process had.
    pub(crate) memory: f64,
}

/// The openings of one subject.
#[derive(Debug)]
pub(crate) struct Recovery {
    pub(crate) kind: Kind,
    /// Bytes on disk.
    pub(crate) disk: u64,
    pub(crate) openings: Vec<Opening>,
}

/// The whole run.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) machine: Machine,
    pub(crate) quick: bool,
    pub(crate) seconds: u64,
    pub(crate) records: usize,
    pub(crate) series: Vec<Series>,
    pub(crate) recoveries: Vec<Recovery>,
}

impl Series {
    pub(crate) fn spread(&self, of: impl Fn(&Sample) -> f64) -> Spread {
        Spread::of(self.samples.iter().map(of).collect())
    }

    pub(crate) fn rate(&self) -> f64 {
        self.spread(|sample| sample.puts_a_second).median
    }

    pub(crate) fn p99(&self) -> f64 {
        self.spread(|sample| sample.p99).median
    }

    /// The median of what is counted, unless it was not counted.
    pub(crate) fn counted(&self, of: impl Fn(&Sample) -> Option<f64>) -> Option<f64> {
        let counts: Option<Vec<f64>> = self.samples.iter().map(of).collect();
        Some(Spread::of(counts?).median)
    }

    /// How many times as large as `other` this is: the median of the ratios of each round, because
    /// what disturbs one round disturbs both.
    pub(crate) fn ratio_to(&self, other: &Self, of: impl Fn(&Sample) -> f64) -> f64 {
        let pairs = self.samples.iter().zip(&other.samples);
        Spread::of(pairs.map(|(this, other)| of(this) / of(other)).collect()).median
    }

    pub(crate) fn times_as_fast_as(&self, other: &Self) -> f64 {
        self.ratio_to(other, |sample| sample.puts_a_second)
    }
}

impl Recovery {
    pub(crate) fn spread(&self, of: impl Fn(&Opening) -> f64) -> Spread {
        Spread::of(self.openings.iter().map(of).collect())
    }

    pub(crate) fn seconds(&self) -> f64 {
        self.spread(|opening| opening.seconds).median
    }

    pub(crate) fn ratio_to(&self, other: &Self, of: impl Fn(&Opening) -> f64) -> f64 {
        let pairs = self.openings.iter().zip(&other.openings);
        Spread::of(pairs.map(|(this, other)| of(this) / of(other)).collect()).median
    }
}

impl Measured {
    /// The contests that were held, in order.
    pub(crate) fn contests(&self) -> impl Iterator<Item = Contest> {
        Contest::ALL
            .into_iter()
            .filter(|contest| self.series.iter().any(|series| series.contest == *contest))
    }

    pub(crate) fn of(&self, contest: Contest) -> impl Iterator<Item = &Series> {
        self.series.iter().filter(move |series| series.contest == contest)
    }

    pub(crate) fn series(&self, contest: Contest, kind: Kind) -> Option<&Series> {
        self.of(contest).find(|series| series.kind == kind)
    }

    /// The peer with the most puts a second.
    pub(crate) fn best_peer(&self, contest: Contest) -> Option<&Series> {
        let peers = self.of(contest).filter(|series| series.kind.is_peer());
        peers.max_by(|one, other| one.rate().total_cmp(&other.rate()))
    }

    pub(crate) fn recovery(&self, kind: Kind) -> Option<&Recovery> {
        self.recoveries.iter().find(|recovery| recovery.kind == kind)
    }

    /// The fastest peer that has everything in memory after its opening.
    pub(crate) fn fastest_loader(&self) -> Option<&Recovery> {
        let loaders = self.recoveries.iter().filter(|one| one.kind.is_peer() && one.kind.loads());
        loaders.min_by(|one, other| one.seconds().total_cmp(&other.seconds()))
    }
}

/// Where the numbers of a series lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) min: f64,
    pub(crate) quarter: f64,
    pub(crate) median: f64,
    pub(crate) three_quarters: f64,
    pub(crate) max: f64,
}

impl Spread {
    pub(crate) fn of(mut numbers: Vec<f64>) -> Self {
        numbers.sort_by(f64::total_cmp);
        let last = numbers.len().saturating_sub(1);
        // The place in quarters: whole places are numbers, others lie between two.
        let at = |quarters: usize| {
            let (place, part) = (last * quarters / 4, last * quarters % 4);
            let low = numbers.get(place).copied().unwrap_or(f64::NAN);
            let high = numbers.get(place + 1).copied().unwrap_or(low);
            low + (high - low) * [0.0, 0.25, 0.5, 0.75][part]
        };
        Self { min: at(0), quarter: at(1), median: at(2), three_quarters: at(3), max: at(4) }
    }

    /// Half the distance between the quarters, as a share of the median: the noise.
    pub(crate) fn noise(&self) -> f64 {
        (self.three_quarters - self.quarter) / 2.0 / self.median
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contest::Suite;

    #[test]
    fn the_median_of_an_even_count_lies_between_the_middle_two() {
        let spread = Spread::of(vec![4.0, 1.0, 3.0, 2.0]);
        assert!((spread.median - 2.5).abs() < 1e-9);
        assert!((spread.quarter - 1.75).abs() < 1e-9);
        assert!((spread.max - 4.0).abs() < 1e-9);
    }

    #[test]
    fn a_ratio_pairs_the_rounds() {
        let sample = |rate| Sample {
            puts_a_second: rate,
            p50: 0.0,
            p99: 0.0,
            max: 0.0,
            syncs: None,
            flushes: None,
            bytes: None,
        };
        let series = |rates: [f64; 3]| Series {
            contest: Contest { suite: Suite::Synced, threads: 1 },
            kind: Kind::Forebay,
            samples: rates.map(sample).to_vec(),
        };
        // The second round was disturbed as a whole; the ratio does not see it.
        let ratio = series([2.0, 0.2, 2.0]).times_as_fast_as(&series([1.0, 0.1, 1.0]));
        assert!((ratio - 2.0).abs() < 1e-9);
    }
}
