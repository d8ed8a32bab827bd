//! What is aimed at, and whether it was reached.

use std::fmt::Write;

use forebay_measure::quantity::{exact, ratio};

use crate::contest::{Contest, Stock, Suite};
use crate::measured::Measured;
use crate::subjects::Kind;

/// Of the contests of a suite with so many threads, or all of them: whom Forebay is held against, and
/// how many times as fast it is to be.
const TARGETS: [(Suite, Option<usize>, Kind, f64); 8] = [
    (Suite::Read, None, Kind::Etchdb6, 2.0),
    (Suite::ReadWritten, None, Kind::Etchdb6Log, 5.0),
    (Suite::Insert, None, Kind::Etchdb3, 1.0),
    (Suite::Insert, None, Kind::Etchdb6, 100.0),
    (Suite::Together, None, Kind::Etchdb6Log, 3.0),
    (Suite::Synced, Some(1), Kind::Etchdb6Log, 1.2),
    (Suite::Synced, Some(64), Kind::Etchdb6Log, 15.0),
    (Suite::Journaled, Some(64), Kind::Etchdb6Log, 3.0),
];

/// The targets of everything that was measured.
fn all(measured: &Measured) -> impl Iterator<Item = (Stock, Contest, Kind, f64, f64)> + '_ {
    measured.held().into_iter().flat_map(move |(stock, contest)| {
        let of_contest = TARGETS.iter().filter(move |(suite, threads, ..)| {
            *suite == contest.suite && threads.is_none_or(|threads| threads == contest.threads)
        });
        of_contest.filter_map(move |(_, _, kind, bound)| {
            let own = measured.find(stock, contest, Kind::Forebay)?;
            let found = own.times_as_fast_as(measured.find(stock, contest, *kind)?);
            Some((stock, contest, *kind, *bound, found))
        })
    })
}

pub(crate) fn targets(measured: &Measured) -> String {
    let mut out =
        String::from("| | against | target | measured | verdict |\n|---|---|---:|---:|---|\n");
    let mut failed = 0;
    let mut count = 0;
    for (stock, contest, kind, bound, found) in all(measured) {
        let is_met = found >= bound;
        count += 1;
        failed += u32::from(!is_met);
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "| {}, {} | {} | {} | {} | {} |",
            contest.title(),
            stock.title(),
            kind.name(),
            ratio(bound),
            exact(found),
            if is_met { "PASS" } else { "**FAIL**" },
        );
    }
    let _ = writeln!(out, "\n{} of {count} targets are met.", count - failed);
    out
}
