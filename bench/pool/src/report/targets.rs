//! What is aimed at.

use forebay_measure::quantity::{exact, ratio, time};

use crate::measured::{Measured, Peaks};
use crate::subjects::Kind;
use crate::subjects::peak::{Allocator, BUDGET, ROWS};
use crate::work::{Crowd, Size, Way, Work};

/// What is compared with whom, the bound, and what was measured.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) what: String,
    /// Whose work it is held against, if it is anybody's.
    pub(super) against: &'static str,
    bound: Bound,
    found: f64,
    /// How near it comes to what the machine can do.
    of_limit: Option<f64>,
}

/// What is to be reached.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Bound {
    /// At least so many times as fast.
    Times(f64),
    /// At most so many seconds.
    Seconds(f64),
    /// At most so many times as much.
    Share(f64),
}

impl Target {
    /// What was not measured is not met.
    pub(super) fn is_met(&self) -> bool {
        match self.bound {
            Bound::Times(bound) => self.found >= bound,
            Bound::Seconds(bound) | Bound::Share(bound) => self.found <= bound,
        }
    }

    pub(super) fn bound(&self) -> String {
        match self.bound {
            Bound::Times(bound) => format!("at least {}", ratio(bound)),
            Bound::Seconds(bound) => format!("at most {}", time(bound * 1e9)),
            Bound::Share(bound) => format!("at most {}", ratio(bound)),
        }
    }

    pub(super) fn found(&self) -> String {
        match self.bound {
            Bound::Times(_) | Bound::Share(_) => exact(self.found),
            Bound::Seconds(_) => time(self.found * 1e9),
        }
    }

    pub(super) fn of_limit(&self) -> String {
        self.of_limit.map(ratio).unwrap_or_default()
    }
}

/// Those whose work was measured, with both sides.
pub(super) fn targets(measured: &Measured) -> Vec<Target> {
    let mut wanted: Vec<(Work, Kind, f64)> = Vec::new();
    for work in Size::ALL.map(Work::Store).into_iter().chain(Size::ALL.map(Work::Load)) {
        wanted.push((work, Kind::FbBuffered, 2.0));
        wanted.push((work, Kind::FbShipped, 100.0));
    }
    // Against a sync for each, as one would write it by hand.
    wanted.push((Work::Keep, Kind::Files, 5.0));
    // A hundredth of its wait.
    wanted.push((Work::Leaving, Kind::FbRaw, 100.0));
    wanted.extend(Way::ALL.map(|way| (Work::Hit(way, Crowd::Alone), Kind::FbShipped, 3.0)));
    let all = wanted.into_iter().filter_map(|(work, kind, bound)| {
        let own = measured.find(work, Kind::Forebay)?;
        let found = own.times_as_fast_as(measured.find(work, kind)?);
        Some(of(measured, work, kind.name_at(work), Bound::Times(bound), found))
    });
    let crowded = Way::ALL.into_iter().filter_map(|way| crowded(measured, way));
    let within = [(Work::Drop, 1e-6), (Work::AtOnce, 0.060)];
    let within = within.into_iter().filter_map(|(work, bound)| {
        let found = measured.find(work, Kind::Forebay)?.speed().median.recip();
        Some(of(measured, work, "", Bound::Seconds(bound), found))
    });
    all.chain(crowded).chain(within).chain(peak(measured)).collect()
}

fn of(measured: &Measured, work: Work, against: &'static str, bound: Bound, found: f64) -> Target {
    Target { what: work.title(), against, bound, found, of_limit: measured.of_limit(work) }
}

/// A hit takes four threads, each with objects of its own, no more work than one.
fn crowded(measured: &Measured, way: Way) -> Option<Target> {
    let work = Work::Hit(way, Crowd::Apart);
    let crowd = measured.find(work, Kind::Forebay)?;
    let alone = measured.find(Work::Hit(way, Crowd::Alone), Kind::Forebay)?;
    // Nobody can tell the same work apart more finely than the noise of a run.
    let found = crowd.times_as_fast_as(alone);
    Some(of(measured, work, "Forebay, 1 thread", Bound::Times(0.95), found))
}

fn peak(measured: &Measured) -> Option<Target> {
    let is_it =
        |peaks: &&Peaks| peaks.kind == Kind::Forebay && peaks.allocator == Allocator::GivesBack;
    let own = measured.peaks.iter().find(is_it)?;
    let (what, against, bound) = (peak_title(), "the budget", Bound::Share(1.1));
    Some(Target { what, against, bound, found: own.of_budget().median, of_limit: None })
}

pub(super) fn peak_title() -> String {
    let (rows, size, budget) = (ROWS, Size::Large.label(), BUDGET >> 20);
    format!("the most memory for {rows} rows of {size} through {budget} MiB")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measured::tests::measured;

    #[test]
    fn a_target_is_met_from_its_bound_on() {
        let work = Work::Load(Size::Large);
        for (speed, is_met) in [(1.99, false), (2.0, true)] {
            let measured = measured(&[(work, Kind::Forebay, speed), (work, Kind::FbBuffered, 1.0)]);
            let targets = targets(&measured);
            assert_eq!((targets.len(), targets[0].is_met()), (1, is_met));
        }
    }

    #[test]
    fn times_and_memory_are_bounded_from_above() {
        for (bytes, is_met) in [(1.1, true), (1.11, false)] {
            // By the clock, which takes twice as long here.
            let mut measured = measured(&[(Work::AtOnce, Kind::Forebay, 2.0 / 0.059)]);
            let bytes = vec![bytes * f64::from(BUDGET)];
            let (kind, allocator) = (Kind::Forebay, Allocator::GivesBack);
            measured.peaks.push(Peaks { kind, allocator, bytes });
            let targets = targets(&measured);
            let met: Vec<bool> = targets.iter().map(Target::is_met).collect();
            assert_eq!(met, [true, is_met]);
        }
    }

    #[test]
    fn a_target_says_how_near_it_comes_to_the_best_of_its_limits() {
        let of = |kind, speed| (Work::Load(Size::Large), kind, speed);
        let speeds = [(Kind::Forebay, 6.0), (Kind::FbBuffered, 2.0), (Kind::Rewrite, 8.0)];
        let speeds = speeds.into_iter().chain([(Kind::Mapped, 12.0), (Kind::Sum, 90.0)]);
        let speeds: Vec<_> = speeds.map(|(kind, speed)| of(kind, speed)).collect();
        assert_eq!(targets(&measured(&speeds))[0].of_limit(), "0.50 x");
    }
}
