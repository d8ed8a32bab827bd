//! What was measured: samples, and what they come to.

use forebay_measure::{Machine, Spread, paired};

use crate::contest::{Contest, Stock};
use crate::large::{From, Openings, Snapshots};
use crate::subjects::Kind;

/// One round of one subject.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// Operations a second, of all threads together.
    pub(crate) rate: f64,
    /// Nanoseconds of work in each, of the thread that did it.
    pub(crate) worked: f64,
    /// What was seen of the writer beside the readers, if there was one.
    pub(crate) beside: Option<Beside>,
}

/// A writer beside readers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beside {
    /// What it wrote a second.
    pub(crate) written: f64,
    /// Nanoseconds: the longest that any reader took for its few reads between two looks at the clock.
    pub(crate) longest: f64,
}

/// All rounds of one subject in one contest.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) stock: Stock,
    pub(crate) contest: Contest,
    pub(crate) kind: Kind,
    pub(crate) samples: Vec<Sample>,
}

impl Series {
    pub(crate) fn rate(&self) -> Spread {
        Spread::of(self.samples.iter().map(|sample| sample.rate).collect())
    }

    pub(crate) fn worked(&self) -> f64 {
        Spread::of(self.samples.iter().map(|sample| sample.worked).collect()).median
    }

    /// How many times as much work `other` has with each: the median of the ratios of the rounds.
    pub(crate) fn times_as_light_as(&self, other: &Self) -> f64 {
        let rounds = self.samples.iter().zip(&other.samples);
        paired(rounds.map(|(this, other)| (other.worked, this.worked)))
    }

    pub(crate) fn written(&self) -> Option<f64> {
        self.beside(|beside| beside.written)
    }

    pub(crate) fn longest(&self) -> Option<f64> {
        self.beside(|beside| beside.longest)
    }

    fn beside(&self, of: fn(Beside) -> f64) -> Option<f64> {
        let all: Option<Vec<f64>> =
            self.samples.iter().map(|sample| sample.beside.map(of)).collect();
        all.map(|all| Spread::of(all).median)
    }

    /// How many times as fast as `other` this is: the median of the ratios of the rounds.
    pub(crate) fn times_as_fast_as(&self, other: &Self) -> f64 {
        let rounds = self.samples.iter().zip(&other.samples);
        paired(rounds.map(|(this, other)| (this.rate, other.rate)))
    }
}

/// A whole run.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) machine: Machine,
    pub(crate) quick: bool,
    pub(crate) seconds: u64,
    pub(crate) series: Vec<Series>,
    pub(crate) openings: Vec<Openings>,
    pub(crate) snapshots: Vec<Snapshots>,
}

impl Measured {
    /// What was measured with which records, in the order in which it was.
    pub(crate) fn held(&self) -> Vec<(Stock, Contest)> {
        let mut held: Vec<(Stock, Contest)> = Vec::new();
        for series in &self.series {
            if !held.contains(&(series.stock, series.contest)) {
                held.push((series.stock, series.contest));
            }
        }
        held
    }

    pub(crate) fn of(&self, stock: Stock, contest: Contest) -> impl Iterator<Item = &Series> {
        let is_it = move |series: &&Series| series.stock == stock && series.contest == contest;
        self.series.iter().filter(is_it)
    }

    pub(crate) fn openings_of(
        &self,
        records: usize,
        from: From,
    ) -> impl Iterator<Item = &Openings> {
        self.openings.iter().filter(move |one| one.records == records && one.from == from)
    }

    pub(crate) fn opening(&self, records: usize, from: From, kind: Kind) -> Option<&Openings> {
        self.openings_of(records, from).find(|one| one.kind == kind)
    }

    pub(crate) fn find(&self, stock: Stock, contest: Contest, kind: Kind) -> Option<&Series> {
        self.of(stock, contest).find(|series| series.kind == kind)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::contest::Suite;

    /// One round of each of these with a thousand text keys: so many a second.
    pub(crate) fn measured(rates: &[(Suite, usize, Kind, f64)]) -> Measured {
        let series = |&(suite, threads, kind, rate): &(Suite, usize, Kind, f64)| {
            let samples = vec![Sample { rate, worked: 1e9 / rate, beside: None }];
            Series { stock: Stock::texts(1000), contest: Contest { suite, threads }, kind, samples }
        };
        let series = rates.iter().map(series).collect();
        let (machine, openings, snapshots) = (Machine::look(), Vec::new(), Vec::new());
        Measured { machine, quick: false, seconds: 0, series, openings, snapshots }
    }

    #[test]
    fn what_was_seen_beside_a_writer_is_known_only_if_there_was_one() {
        let mut measured = measured(&[(Suite::ReadPaced, 1, Kind::Log, 7.0)]);
        assert_eq!(measured.series[0].written(), None);
        let beside = Some(Beside { written: 10.0, longest: 20.0 });
        measured.series[0].samples[0].beside = beside;
        let series = &measured.series[0];
        assert_eq!((series.written(), series.longest()), (Some(10.0), Some(20.0)));
    }
}
