//! What was measured.

use forebay_measure::{Machine, Spread, paired};

use crate::contest::Contest;
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
        paired(pairs.map(|(this, other)| (of(this), of(other))))
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
        paired(pairs.map(|(this, other)| (of(this), of(other))))
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
