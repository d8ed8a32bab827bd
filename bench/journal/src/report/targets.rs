//! What is aimed at, and whether it was reached.

use std::fmt::Write;

use forebay_measure::quantity::{exact, ratio};

use crate::contest::{Contest, Suite};
use crate::measured::{Measured, Opening, Recovery, Series};
use crate::subjects::Kind;

/// One row: what is compared, the bound, and the ratio that was measured.
struct Target {
    what: String,
    bound: Bound,
    found: f64,
}

#[derive(Clone, Copy)]
enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Bound {
    fn holds(self, found: f64) -> bool {
        match self {
            Self::AtLeast(bound) => found >= bound,
            Self::AtMost(bound) => found <= bound,
        }
    }

    fn text(self) -> String {
        match self {
            Self::AtLeast(bound) => format!("at least {}", ratio(bound)),
            Self::AtMost(bound) => format!("at most {}", ratio(bound)),
        }
    }
}

pub(crate) fn targets(measured: &Measured) -> String {
    let mut out = String::from("| | target | measured | verdict |\n|---|---:|---:|---|\n");
    let mut failed = 0;
    for Target { what, bound, found } in all(measured) {
        let verdict = if bound.holds(found) { "PASS" } else { "**FAIL**" };
        failed += u32::from(!bound.holds(found));
        let _ = writeln!(out, "| {what} | {} | {} | {verdict} |", bound.text(), exact(found));
    }
    let whole = if failed == 0 { "PASS".into() } else { format!("FAIL, rows: {failed}") };
    let _ = writeln!(out, "\nAll of it: **{whole}**.");
    out
}

/// Those whose contests were held.
fn all(measured: &Measured) -> Vec<Target> {
    let mut targets: Vec<Target> =
        measured.contests().flat_map(|contest| of_contest(measured, contest)).collect();
    targets.extend(of_recovery(measured));
    targets
}

fn of_contest(measured: &Measured, contest: Contest) -> Vec<Target> {
    let mut targets = Vec::new();
    let mut faster_than = |other: Option<&Series>, who: &str, bound: f64| {
        let own = measured.series(contest, Kind::Forebay);
        if let (Some(own), Some(other)) = (own, other) {
            let what = format!("{}: speed against {who}", contest.title());
            let found = own.times_as_fast_as(other);
            targets.push(Target { what, bound: Bound::AtLeast(bound), found });
        }
    };
    let best = measured.best_peer(contest);
    let name = best.map(best_name).unwrap_or_default();
    let of = |kind| measured.series(contest, kind);
    match (contest.suite, contest.threads) {
        (Suite::Synced, 64) => {
            faster_than(of(Kind::Ideal), "the ideal", 0.9);
            faster_than(best, &name, 2.2);
            faster_than(of(Kind::Etchdb), "etchdb", 20.0);
            targets.extend(tail(measured, contest));
        }
        (Suite::Synced, 8) => faster_than(best, &name, 1.1),
        (Suite::Synced, _) => faster_than(best, &name, 1.0),
        (Suite::Tickets, _) => faster_than(best, &name, 8.0),
        (Suite::Journaled, _) => {
            faster_than(of(Kind::Etchdb), "etchdb", 3.0);
            faster_than(best, &name, 2.0);
        }
    }
    targets
}

/// The slowest hundredth, against that of the fastest peer.
fn tail(measured: &Measured, contest: Contest) -> Option<Target> {
    let own = measured.series(contest, Kind::Forebay)?;
    let best = measured.best_peer(contest)?;
    let what = format!("{}: p99 against {}", contest.title(), best_name(best));
    let found = own.ratio_to(best, |sample| sample.p99);
    Some(Target { what, bound: Bound::AtMost(0.25), found })
}

fn best_name(best: &Series) -> String {
    format!("the best peer ({})", best.kind.label())
}

fn of_recovery(measured: &Measured) -> Vec<Target> {
    let Some(own) = measured.recovery(Kind::Forebay) else { return Vec::new() };
    let mut targets = Vec::new();
    let speed = |other: &Recovery| other.ratio_to(own, |opening: &Opening| opening.seconds);
    if let Some(etchdb) = measured.recovery(Kind::Etchdb) {
        targets.push(Target {
            what: "Recovery: speed against etchdb".to_owned(),
            bound: Bound::AtLeast(6.0),
            found: speed(etchdb),
        });
        targets.push(Target {
            what: "Recovery: memory against etchdb".to_owned(),
            bound: Bound::AtMost(0.5),
            found: own.ratio_to(etchdb, |opening| opening.memory),
        });
    }
    if let Some(peer) = measured.fastest_loader() {
        let label = peer.kind.label();
        targets.push(Target {
            what: format!("Recovery: speed against the fastest peer that loads ({label})"),
            bound: Bound::AtLeast(1.3),
            found: speed(peer),
        });
    }
    targets
}
