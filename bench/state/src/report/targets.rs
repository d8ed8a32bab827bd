//! What is aimed at, and whether it was reached.

use std::fmt::Write;

use forebay_measure::quantity::{exact, ratio};

use crate::contest::{Content, Contest, Suite};
use crate::measured::Measured;
use crate::subjects::Kind;

/// Of every contest of a suite: whom Forebay is held against, and how many times as fast it is to be.
const TARGETS: [(Suite, Kind, f64); 4] = [
    (Suite::Read, Kind::Etchdb6, 2.0),
    (Suite::ReadWritten, Kind::Etchdb6Log, 5.0),
    (Suite::Insert, Kind::Etchdb3, 1.0),
    (Suite::Insert, Kind::Etchdb6, 100.0),
];

/// The targets of everything that was measured.
fn all(measured: &Measured) -> impl Iterator<Item = (Content, Contest, Kind, f64, f64)> + '_ {
    measured.held().into_iter().flat_map(move |(content, contest)| {
        let of_suite = TARGETS.iter().filter(move |(suite, ..)| *suite == contest.suite);
        of_suite.filter_map(move |(_, kind, bound)| {
            let own = measured.find(content, contest, Kind::Forebay)?;
            let found = own.times_as_fast_as(measured.find(content, contest, *kind)?);
            Some((content, contest, *kind, *bound, found))
        })
    })
}

pub(crate) fn targets(measured: &Measured) -> String {
    let mut out =
        String::from("| | against | target | measured | verdict |\n|---|---|---:|---:|---|\n");
    let mut failed = 0;
    let mut count = 0;
    for (content, contest, kind, bound, found) in all(measured) {
        let is_met = found >= bound;
        count += 1;
        failed += u32::from(!is_met);
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "| {}, {} | {} | {} | {} | {} |",
            contest.title(),
            content.title(),
            kind.name(),
            ratio(bound),
            exact(found),
            if is_met { "PASS" } else { "**FAIL**" },
        );
    }
    let _ = writeln!(out, "\n{} of {count} targets are met.", count - failed);
    out
}
