//! Where somebody is better than Forebay.

use std::fmt::Write;

use forebay_measure::quantity::{bytes, count, time};

use crate::measured::{Measured, Series};
use crate::subjects::Kind;

/// Nearer than this nobody is called better.
const TIE: f64 = 0.95;

pub(crate) fn losses(measured: &Measured) -> String {
    let mut out = String::new();
    for contest in measured.contests() {
        let Some(own) = measured.series(contest, Kind::Forebay) else { continue };
        for other in measured.of(contest) {
            let better = better(own, other);
            if !better.is_empty() {
                let (title, name) = (contest.title(), other.kind.name());
                let _ = writeln!(out, "- {title}: {name} {}.", better.join(", and "));
            }
        }
    }
    out.push_str(&openings(measured));
    if out.is_empty() {
        out.push_str("Nowhere in this run.\n");
    }
    out
}

fn better(own: &Series, other: &Series) -> Vec<String> {
    let mut better = Vec::new();
    if own.times_as_fast_as(other) < TIE {
        let rates = (count(other.rate()), count(own.rate()));
        better.push(format!("puts {} a second, Forebay {}", rates.0, rates.1));
    }
    let mut shorter = |name: &str, of: &dyn Fn(&crate::measured::Sample) -> f64| {
        if other.ratio_to(own, of) < TIE {
            let (theirs, ours) = (other.spread(of).median, own.spread(of).median);
            better.push(format!("has a {name} of {}, Forebay {}", time(theirs), time(ours)));
        }
    };
    shorter("p50", &|sample| sample.p50);
    shorter("p99", &|sample| sample.p99);
    better
}

fn openings(measured: &Measured) -> String {
    let mut out = String::new();
    let Some(own) = measured.recovery(Kind::Forebay) else { return out };
    for other in measured.recoveries.iter().filter(|other| other.kind != Kind::Forebay) {
        let name = other.kind.name();
        let note = if other.kind.loads() { "" } else { ", but does not load" };
        if other.ratio_to(own, |opening| opening.seconds) < TIE {
            let (theirs, ours) = (time(other.seconds() * 1e9), time(own.seconds() * 1e9));
            let _ = writeln!(out, "- Recovery: {name} takes {theirs}, Forebay {ours}{note}.");
        }
        if other.ratio_to(own, |opening| opening.memory) < TIE {
            let memory = |one: &crate::measured::Recovery| {
                bytes(one.spread(|opening| opening.memory).median)
            };
            let (theirs, ours) = (memory(other), memory(own));
            let _ = writeln!(out, "- Recovery: {name} needs {theirs}, Forebay {ours}{note}.");
        }
    }
    out
}
