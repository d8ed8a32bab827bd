//! What was measured.

use forebay_measure::{Machine, Spread, paired};

use crate::held::Held;
use crate::pair::Shape;
use crate::row::Row;
use crate::stopwatch::Taken;
use crate::subjects::Kind;

/// One sample: nanoseconds for each operation in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// Of the threads that did the operations.
    pub(crate) cpu: f64,
    pub(crate) wall: f64,
    /// Of all threads, where others work for them.
    pub(crate) all: Option<f64>,
    /// The share of lookups that found something, where not all do.
    pub(crate) hits: Option<f64>,
}

impl Sample {
    pub(crate) fn of((taken, operations): (Taken, usize)) -> Self {
        let count = u32::try_from(operations.max(1)).map_or(f64::INFINITY, f64::from);
        let each = |time: std::time::Duration| time.as_secs_f64() * 1e9 / count;
        Self { cpu: each(taken.cpu), wall: each(taken.wall), all: None, hits: None }
    }
}

/// Where a number belongs: in which row, of what, with how many entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) row: Row,
    pub(crate) shape: Shape,
    pub(crate) entries: u32,
}

/// The samples of one subject at one place, one a round.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) place: Place,
    pub(crate) kind: Kind,
    pub(crate) samples: Vec<Sample>,
}

/// The whole run.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) machine: Machine,
    pub(crate) quick: bool,
    pub(crate) seconds: u64,
    pub(crate) series: Vec<Series>,
    /// What entries take.
    pub(crate) held: Vec<Held>,
}

impl Series {
    pub(crate) fn spread(&self, number: impl Fn(&Sample) -> Option<f64>) -> Spread {
        Spread::of(self.samples.iter().filter_map(number).collect())
    }

    pub(crate) fn cpu(&self) -> Spread {
        self.spread(|sample| Some(sample.cpu))
    }

    pub(crate) fn wall(&self) -> Spread {
        self.spread(|sample| Some(sample.wall))
    }

    /// What it is judged by: the work of one thread, and the clock where several work at once, for those that wait for
    /// each other do no work.
    pub(crate) fn cost(&self) -> Spread {
        self.spread(|sample| Some(self.cost_of(sample)))
    }

    fn cost_of(&self, sample: &Sample) -> f64 {
        if self.place.row.threads() > 1 { sample.wall } else { sample.cpu }
    }

    /// How many times the cost of `other` this is: the median of the ratios of each round, because what
    /// disturbs one round disturbs both.
    pub(crate) fn ratio_to(&self, other: &Self) -> f64 {
        let pairs = self.samples.iter().zip(&other.samples);
        paired(pairs.map(|(one, two)| (self.cost_of(one), other.cost_of(two))))
    }
}

impl Measured {
    /// All that was measured, in the order of the report.
    pub(crate) fn places(&self) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        for series in &self.series {
            if !places.contains(&series.place) {
                places.push(series.place);
            }
        }
        places
    }

    pub(crate) fn at(&self, place: Place) -> impl Iterator<Item = &Series> {
        self.series.iter().filter(move |series| series.place == place)
    }

    pub(crate) fn find(&self, place: Place, kind: Kind) -> Option<&Series> {
        self.at(place).find(|series| series.kind == kind)
    }

    /// What an entry takes there.
    pub(crate) fn bytes(&self, shape: Shape, kind: Kind) -> Option<f64> {
        let held = self.held.iter().find(|held| (held.shape, held.kind) == (shape, kind))?;
        Some(held.bytes().median)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A run in which each of these has one sample.
    pub(crate) fn measured(of: &[(Place, Kind, f64)]) -> Measured {
        let series = of.iter().map(|(place, kind, cpu)| {
            let sample = Sample { cpu: *cpu, wall: *cpu, all: None, hits: None };
            Series { place: *place, kind: *kind, samples: vec![sample] }
        });
        let (machine, series) = (Machine::look(), series.collect());
        Measured { machine, quick: true, seconds: 1, series, held: Vec::new() }
    }

    pub(crate) fn place(row: Row) -> Place {
        Place { row, shape: Shape::Numbers, entries: 1000 }
    }

    #[test]
    fn several_threads_are_judged_by_the_clock_and_one_by_its_work() {
        let of = |row, cpu, wall| {
            let sample = Sample { cpu, wall, all: None, hits: None };
            Series { place: place(row), kind: Kind::Forebay, samples: vec![sample] }
        };
        let ratio = |row| of(row, 3.0, 20.0).ratio_to(&of(row, 1.0, 10.0));
        assert!((ratio(Row::Hit(1)) - 3.0).abs() < 1e-9);
        assert!((ratio(Row::Hit(2)) - 2.0).abs() < 1e-9);
    }

    #[test]
    fn a_place_is_told_once() {
        let (hit, miss) = (place(Row::Hit(1)), place(Row::Miss));
        let of = [(hit, Kind::Forebay, 1.0), (hit, Kind::Moka, 2.0), (miss, Kind::Moka, 3.0)];
        let measured = measured(&of);
        assert_eq!(measured.places(), [hit, miss]);
        assert!(measured.find(miss, Kind::Forebay).is_none());
    }
}
