//! What was measured.

use std::time::Duration;

use forebay_measure::{Machine, Spread, paired};

use crate::operation::Operation;
use crate::stopwatch::Stopwatch;
use crate::subjects::Kind;

/// One sample: nanoseconds for each operation in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) cpu: f64,
    pub(crate) wall: f64,
    /// The CPU time of all other threads, from the beginning of the sample until they rest.
    pub(crate) others: f64,
    pub(crate) operations: usize,
}

impl Sample {
    pub(crate) fn new(watch: &Stopwatch, others: Duration, operations: usize) -> Self {
        let count = u32::try_from(operations.max(1)).map_or(f64::INFINITY, f64::from);
        Self {
            cpu: watch.cpu.as_secs_f64() * 1e9 / count,
            wall: watch.wall.as_secs_f64() * 1e9 / count,
            others: others.as_secs_f64() * 1e9 / count,
            operations,
        }
    }
}

/// The samples of one subject with one number of entries, one a round.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) operation: Operation,
    pub(crate) kind: Kind,
    pub(crate) entries: u32,
    pub(crate) samples: Vec<Sample>,
}

/// The whole run.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) machine: Machine,
    pub(crate) quick: bool,
    pub(crate) seconds: u64,
    pub(crate) series: Vec<Series>,
}

impl Series {
    pub(crate) fn cpu(&self) -> Spread {
        Spread::of(self.samples.iter().map(|sample| sample.cpu).collect())
    }

    pub(crate) fn wall(&self) -> Spread {
        Spread::of(self.samples.iter().map(|sample| sample.wall).collect())
    }

    pub(crate) fn others(&self) -> Spread {
        Spread::of(self.samples.iter().map(|sample| sample.others).collect())
    }

    /// How many times the CPU cost of `other` this is: the median of the ratios of each round,
    /// because what disturbs one round disturbs both.
    pub(crate) fn ratio_to(&self, other: &Self) -> f64 {
        let pairs = self.samples.iter().zip(&other.samples);
        paired(pairs.map(|(this, other)| (this.cpu, other.cpu)))
    }
}

impl Measured {
    pub(crate) fn series(&self, operation: Operation, kind: Kind, entries: u32) -> Option<&Series> {
        self.series.iter().find(|series| {
            (series.operation, series.kind, series.entries) == (operation, kind, entries)
        })
    }

    /// Cost with the last number of entries over cost with the first, for Forebay's promise.
    pub(crate) fn growth(&self, operation: Operation, kind: Kind) -> Option<f64> {
        let few = self.series(operation, kind, 10_000)?;
        Some(self.series(operation, kind, 1_000_000)?.ratio_to(few))
    }

    /// The fewest and the most rounds of any operation.
    pub(crate) fn rounds(&self) -> (usize, usize) {
        let rounds = || self.series.iter().map(|series| series.samples.len());
        (rounds().min().unwrap_or_default(), rounds().max().unwrap_or_default())
    }
}
