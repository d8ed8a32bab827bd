//! What was measured: samples, and what they come to.

use forebay_measure::{Machine, Spread, paired};

use crate::subjects::Kind;
use crate::subjects::peak::{Allocator, BUDGET};
use crate::work::Work;

/// One round of one subject: seconds for each byte, or for each call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// By the clock on the wall.
    pub(crate) taken: f64,
    /// Of processor time, of all threads of the program together.
    pub(crate) worked: f64,
}

/// All rounds of one subject at one kind of work.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) work: Work,
    pub(crate) kind: Kind,
    pub(crate) samples: Vec<Sample>,
    /// So many rows it had lost when it was to load them, in all rounds together.
    pub(crate) lost: usize,
}

/// The most memory of one subject, in all rounds.
#[derive(Debug)]
pub(crate) struct Peaks {
    pub(crate) kind: Kind,
    pub(crate) allocator: Allocator,
    /// Bytes more than before the first row.
    pub(crate) bytes: Vec<f64>,
}

impl Peaks {
    pub(crate) fn name(&self) -> &'static str {
        match (self.kind.is_own(), self.allocator) {
            (true, Allocator::GivesBack) => "Forebay",
            (true, Allocator::Keeps) => "Forebay, glibc keeps what is freed",
            (false, Allocator::GivesBack) => "file_backed 0.6.14",
            (false, Allocator::Keeps) => "file_backed 0.6.14, glibc keeps what is freed",
        }
    }

    /// In the picture and the CSV.
    pub(crate) fn label(&self) -> &'static str {
        match (self.kind.is_own(), self.allocator) {
            (true, Allocator::GivesBack) => "forebay",
            (true, Allocator::Keeps) => "forebay-keeps",
            (false, Allocator::GivesBack) => "fb",
            (false, Allocator::Keeps) => "fb-keeps",
        }
    }

    /// How many times the budget.
    pub(crate) fn of_budget(&self) -> Spread {
        Spread::of(self.bytes.iter().map(|bytes| bytes / f64::from(BUDGET)).collect())
    }
}

impl Series {
    pub(crate) fn new(work: Work, kind: Kind, samples: Vec<Sample>) -> Self {
        Self { work, kind, samples, lost: 0 }
    }

    /// Bytes or calls in a second of processor time, or by the clock if that is what counts.
    pub(crate) fn speed(&self) -> Spread {
        Spread::of(self.samples.iter().map(|sample| 1.0 / self.cost(sample)).collect())
    }

    fn cost(&self, sample: &Sample) -> f64 {
        if self.work.is_by_the_clock() { sample.taken } else { sample.worked }
    }

    /// Bytes or calls in a second by the clock.
    pub(crate) fn pace(&self) -> Spread {
        Spread::of(self.samples.iter().map(|sample| 1.0 / sample.taken).collect())
    }

    /// How many times as fast as `other` it is: the median of the ratios of the rounds.
    pub(crate) fn times_as_fast_as(&self, other: &Self) -> f64 {
        let rounds = self.samples.iter().zip(&other.samples);
        paired(rounds.map(|(mine, its)| (other.cost(its), self.cost(mine))))
    }
}

#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) machine: Machine,
    pub(crate) quick: bool,
    pub(crate) seconds: u64,
    pub(crate) series: Vec<Series>,
    pub(crate) peaks: Vec<Peaks>,
}

impl Measured {
    /// What was measured, in the order of the report.
    pub(crate) fn held(&self) -> Vec<Work> {
        let mut held: Vec<Work> = Vec::new();
        for series in &self.series {
            if !held.contains(&series.work) {
                held.push(series.work);
            }
        }
        held
    }

    pub(crate) fn of(&self, work: Work) -> impl Iterator<Item = &Series> {
        self.series.iter().filter(move |series| series.work == work)
    }

    pub(crate) fn find(&self, work: Work, kind: Kind) -> Option<&Series> {
        self.of(work).find(|series| series.kind == kind)
    }

    /// How near Forebay comes to what the machine can do there: to the best of that.
    pub(crate) fn of_limit(&self, work: Work) -> Option<f64> {
        let own = self.find(work, Kind::Forebay)?;
        let limits = self.of(work).filter(|series| series.kind.is_limit_of(work));
        limits.map(|limit| own.times_as_fast_as(limit)).min_by(f64::total_cmp)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// One round of each of these: so many bytes or calls a second.
    pub(crate) fn measured(speeds: &[(Work, Kind, f64)]) -> Measured {
        let series = |&(work, kind, speed): &(Work, Kind, f64)| {
            let samples = vec![Sample { taken: 2.0 / speed, worked: 1.0 / speed }];
            Series::new(work, kind, samples)
        };
        let (series, peaks) = (speeds.iter().map(series).collect(), Vec::new());
        Measured { machine: Machine::look(), quick: false, seconds: 0, series, peaks }
    }

    #[test]
    fn a_ratio_is_of_processor_time() {
        let work = Work::Insert;
        let measured = measured(&[(work, Kind::Forebay, 20.0), (work, Kind::FbRaw, 10.0)]);
        let [own, other] = [&measured.series[0], &measured.series[1]];
        assert!((own.times_as_fast_as(other) - 2.0).abs() < 1e-9);
        assert!((own.pace().median - 10.0).abs() < 1e-9);
    }
}
