//! What was measured, and the few statistics that are taken of it.

use crate::machine::Machine;
use crate::operation::Operation;
use crate::stopwatch::Stopwatch;
use crate::subjects::Kind;

/// One sample: nanoseconds for each operation in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) cpu: f64,
    pub(crate) wall: f64,
    pub(crate) operations: usize,
}

impl Sample {
    pub(crate) fn new(watch: &Stopwatch, operations: usize) -> Self {
        let count = u32::try_from(operations.max(1)).map_or(f64::INFINITY, f64::from);
        Self {
            cpu: watch.cpu.as_secs_f64() * 1e9 / count,
            wall: watch.wall.as_secs_f64() * 1e9 / count,
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

    /// How many times the CPU cost of `other` this is: the median of the ratios of each round,
    /// because what disturbs one round disturbs both.
    pub(crate) fn ratio_to(&self, other: &Self) -> f64 {
        let pairs = self.samples.iter().zip(&other.samples);
        Spread::of(pairs.map(|(this, other)| this.cpu / other.cpu).collect()).median
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

    #[test]
    fn the_median_of_an_even_count_lies_between_the_middle_two() {
        let spread = Spread::of(vec![4.0, 1.0, 3.0, 2.0]);
        assert!((spread.median - 2.5).abs() < 1e-9);
        assert!((spread.quarter - 1.75).abs() < 1e-9);
        assert!((spread.max - 4.0).abs() < 1e-9);
    }

    #[test]
    fn a_ratio_pairs_the_rounds() {
        let series = |costs: &[f64]| Series {
            operation: Operation::GetHit,
            kind: Kind::Moka,
            entries: 1,
            samples: costs.iter().map(|&cpu| Sample { cpu, wall: cpu, operations: 1 }).collect(),
        };
        // The second round was disturbed as a whole; the ratio does not see it.
        let ratio = series(&[2.0, 20.0, 2.0]).ratio_to(&series(&[1.0, 10.0, 1.0]));
        assert!((ratio - 2.0).abs() < 1e-9);
    }
}
