//! What is aimed at, and whether it was reached.

use std::fmt::Write;

use forebay_measure::quantity::{exact, ratio, time};

use super::large::opening_title;
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

/// One row: what is compared with whom, the bound, and what was measured.
struct Target {
    what: String,
    against: &'static str,
    bound: String,
    found: String,
    is_met: bool,
}

impl Target {
    fn at_least(what: String, against: Kind, bound: f64, found: f64) -> Self {
        let (against, is_met) = (against.name(), found >= bound);
        let (bound, found) = (format!("at least {}", ratio(bound)), exact(found));
        Self { what, against, bound, found, is_met }
    }
}

/// The targets of everything that was measured.
fn all(measured: &Measured) -> Vec<Target> {
    let held = measured.held().into_iter();
    let mut all: Vec<Target> =
        held.flat_map(|(stock, contest)| of_contest(measured, stock, contest)).collect();
    all.extend(of_openings(measured));
    all.extend(of_snapshot(measured));
    all
}

fn of_contest(measured: &Measured, stock: Stock, contest: Contest) -> Vec<Target> {
    let of_contest = TARGETS.iter().filter(|(suite, threads, ..)| {
        *suite == contest.suite && threads.is_none_or(|threads| threads == contest.threads)
    });
    let target = |(_, _, kind, bound): &(Suite, Option<usize>, Kind, f64)| {
        let own = measured.find(stock, contest, Kind::Forebay)?;
        let found = own.times_as_fast_as(measured.find(stock, contest, *kind)?);
        let what = format!("{}, {}", contest.title(), stock.title());
        Some(Target::at_least(what, *kind, *bound, found))
    };
    of_contest.filter_map(target).collect()
}

fn of_openings(measured: &Measured) -> impl Iterator<Item = Target> + '_ {
    let peers = measured.openings.iter().filter(|one| one.kind == Kind::Etchdb6Log);
    peers.filter_map(|peer| {
        let own = measured.opening(peer.records, peer.from, Kind::Forebay)?;
        let found = own.times_as_fast_as(peer);
        Some(Target::at_least(opening_title(peer), peer.kind, 6.0, found))
    })
}

fn of_snapshot(measured: &Measured) -> Vec<Target> {
    let Some(own) = measured.snapshots.iter().find(|one| one.kind == Kind::Forebay) else {
        return Vec::new();
    };
    let pause = own.spread(|one| one.pause).median;
    let memory = own.spread(|one| one.peak / one.resident).median;
    vec![
        Target {
            what: "a snapshot: the writer's longest transaction beside it".to_owned(),
            against: "",
            bound: "at most 10 ms".to_owned(),
            found: time(pause * 1e9),
            is_met: pause <= 0.010,
        },
        Target {
            what: "a snapshot: the most memory against that before".to_owned(),
            against: "",
            bound: "at most 1.30 x".to_owned(),
            found: exact(memory),
            is_met: memory <= 1.3,
        },
    ]
}

pub(crate) fn targets(measured: &Measured) -> String {
    let mut out =
        String::from("| | against | target | measured | verdict |\n|---|---|---:|---:|---|\n");
    let all = all(measured);
    for Target { what, against, bound, found, is_met } in &all {
        let verdict = if *is_met { "PASS" } else { "**FAIL**" };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "| {what} | {against} | {bound} | {found} | {verdict} |");
    }
    let met = all.iter().filter(|target| target.is_met).count();
    let _ = writeln!(out, "\n{met} of {} targets are met.", all.len());
    out
}
