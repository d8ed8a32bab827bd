//! What is aimed at, and whether it was reached.

use std::fmt::Write;

use forebay_measure::quantity::exact;

use crate::measured::{Measured, Place};
use crate::pair::Shape;
use crate::row::Row;
use crate::subjects::Kind;

/// What is compared with whom, and how.
#[derive(Debug)]
struct Target {
    what: String,
    against: &'static str,
    bound: Bound,
    found: f64,
}

#[derive(Clone, Copy, Debug)]
enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Target {
    fn is_met(&self) -> bool {
        match self.bound {
            Bound::AtLeast(bound) => self.found >= bound,
            Bound::AtMost(bound) => self.found <= bound,
        }
    }
}

pub(super) fn verdicts(measured: &Measured) -> String {
    let all = targets(measured);
    let mut out =
        String::from("| | against | target | measured | verdict |\n|---|---|---:|---:|---|\n");
    for target in &all {
        let verdict = if target.is_met() { "PASS" } else { "**FAIL**" };
        let bound = match target.bound {
            Bound::AtLeast(bound) => format!("at least {bound:.1} x"),
            Bound::AtMost(bound) => format!("at most {bound:.1} x"),
        };
        let (what, against, found) = (&target.what, target.against, exact(target.found));
        // Writing to a string cannot fail.
        let _ = writeln!(out, "| {what} | {against} | {bound} | {found} | {verdict} |");
    }
    let met = all.iter().filter(|target| target.is_met()).count();
    let _ = writeln!(out, "\n{met} of {} targets are met.", all.len());
    out
}

fn targets(measured: &Measured) -> Vec<Target> {
    let mut all = Vec::new();
    for place in measured.places() {
        let wanted: &[(Kind, f64)] = match place.row {
            Row::Hit(_) | Row::Warm => &[(Kind::Quick, 1.0), (Kind::Moka, 4.0)],
            Row::Put(_) | Row::Again(_) | Row::Insert | Row::ReadIn | Row::Mix | Row::Scan => {
                &[(Kind::Quick, 1.0)]
            }
            Row::Stored => &[(Kind::ByHand, 1.0)],
            Row::Miss | Row::Dirty(_) => &[],
        };
        all.extend(
            wanted.iter().filter_map(|(kind, bound)| as_fast(measured, place, *kind, *bound)),
        );
    }
    all.extend(dirty(measured));
    all.extend(Shape::ALL.into_iter().filter_map(|shape| bytes(measured, shape)));
    all.extend([Row::Hit(1), Row::Again(1)].into_iter().filter_map(|row| growth(measured, row)));
    all
}

/// How many times as fast as somebody.
fn as_fast(measured: &Measured, place: Place, kind: Kind, bound: f64) -> Option<Target> {
    let own = measured.find(place, Kind::Forebay)?;
    let found = measured.find(place, kind)?.ratio_to(own);
    let (row, shape, entries) = (place.row.title(), place.shape.label(), place.entries);
    let what = format!("{row}, {shape}, {entries}");
    Some(Target { what, against: kind.name(), bound: Bound::AtLeast(bound), found })
}

/// What is dirty costs who comes in at most as much again.
fn dirty(measured: &Measured) -> Vec<Target> {
    let places = measured.places().into_iter().filter(|place| matches!(place.row, Row::Dirty(1..)));
    let target = |place: Place| {
        let none = Place { row: Row::Dirty(0), ..place };
        let found =
            measured.find(place, Kind::Forebay)?.ratio_to(measured.find(none, Kind::Forebay)?);
        let what = format!("{}, {}", place.row.title(), place.shape.label());
        Some(Target { what, against: "Forebay, nothing dirty", bound: Bound::AtMost(2.0), found })
    };
    places.filter_map(target).collect()
}

fn bytes(measured: &Measured, shape: Shape) -> Option<Target> {
    let own = measured.bytes(shape, Kind::Forebay)?;
    let found = own / measured.bytes(shape, Kind::Quick)?;
    let what = format!("Bytes of an entry, {}", shape.label());
    Some(Target { what, against: Kind::Quick.name(), bound: Bound::AtMost(1.2), found })
}

/// The cost with the most entries over that with ten thousand, as a share of what a map's does.
fn growth(measured: &Measured, row: Row) -> Option<Target> {
    const FEW: u32 = 10_000;
    let at = |entries| Place { row, shape: Shape::Numbers, entries };
    let sizes = measured.places().into_iter().filter(|place| *place == at(place.entries));
    let most = sizes.map(|place| place.entries).max().filter(|most| *most > FEW)?;
    let grown = |kind| {
        let few = measured.find(at(FEW), kind)?;
        Some(measured.find(at(most), kind)?.ratio_to(few))
    };
    let found = grown(Kind::Forebay)? / grown(Kind::PlainMap)?;
    let what = format!("{}, growth from {FEW} to {most} entries", row.title());
    Some(Target { what, against: "a HashMap's growth", bound: Bound::AtMost(1.0), found })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measured::tests::{measured, place};

    #[test]
    fn a_hit_is_held_against_two_and_met_from_the_bound_on() {
        let at = place(Row::Hit(1));
        let of = [(at, Kind::Forebay, 10.0), (at, Kind::Quick, 10.0), (at, Kind::Moka, 39.0)];
        let targets = targets(&measured(&of));
        let met: Vec<bool> = targets.iter().map(Target::is_met).collect();
        assert_eq!(met, [true, false]);
    }

    #[test]
    fn growth_is_held_against_that_of_a_map() {
        let at = |entries| Place { entries, ..place(Row::Hit(1)) };
        let of = |entries, own, map| {
            [(at(entries), Kind::Forebay, own), (at(entries), Kind::PlainMap, map)]
        };
        let of = [of(10_000, 10.0, 2.0), of(1_000_000, 40.0, 4.0)].concat();
        let targets = targets(&measured(&of));
        assert!((targets[0].found - 2.0).abs() < 1e-9 && !targets[0].is_met());
    }

    #[test]
    fn dirty_entries_are_held_against_none() {
        let of = [
            (place(Row::Dirty(0)), Kind::Forebay, 10.0),
            (place(Row::Dirty(50)), Kind::Forebay, 19.0),
        ];
        let targets = targets(&measured(&of));
        assert!(targets.len() == 1 && targets[0].is_met());
    }
}
