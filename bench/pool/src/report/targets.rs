//! What is aimed at.

use forebay_measure::quantity::{exact, ratio};

use crate::measured::Measured;
use crate::subjects::Kind;
use crate::work::{Crowd, Size, Way, Work};

/// What is compared with whom, the bound, and what was measured.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) what: String,
    /// Whose work it is held against.
    pub(super) against: &'static str,
    /// At least so many times as fast.
    bound: f64,
    found: f64,
}

impl Target {
    /// What was not measured is not met.
    pub(super) fn is_met(&self) -> bool {
        self.found >= self.bound
    }

    pub(super) fn bound(&self) -> String {
        format!("at least {}", ratio(self.bound))
    }

    pub(super) fn found(&self) -> String {
        exact(self.found)
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
    wanted.extend(Way::ALL.map(|way| (Work::Hit(way, Crowd::Alone), Kind::FbShipped, 3.0)));
    let all = wanted.into_iter().filter_map(|(work, kind, bound)| {
        let own = measured.find(work, Kind::Forebay)?;
        let found = own.times_as_fast_as(measured.find(work, kind)?);
        Some(Target { what: work.title(), against: kind.name_at(work), bound, found })
    });
    let crowded = Way::ALL.into_iter().filter_map(|way| crowded(measured, way));
    all.chain(crowded).collect()
}

/// A hit takes four threads, each with objects of its own, no more work than one.
fn crowded(measured: &Measured, way: Way) -> Option<Target> {
    let work = Work::Hit(way, Crowd::Apart);
    let crowd = measured.find(work, Kind::Forebay)?;
    let alone = measured.find(Work::Hit(way, Crowd::Alone), Kind::Forebay)?;
    // Nobody can tell the same work apart more finely than the noise of a run.
    let (bound, found) = (0.95, crowd.times_as_fast_as(alone));
    Some(Target { what: work.title(), against: "Forebay, 1 thread", bound, found })
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
}
