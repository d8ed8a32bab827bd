//! The picture: a panel for each contest, a bar for each subject.

use forebay_measure::picture::{Bar, Bars, Picture, Whose};
use forebay_measure::quantity::{bytes, count, time};

use crate::contest::Contest;
use crate::measured::{Measured, Recovery, Series};
use crate::subjects::Kind;

pub(crate) fn svg(measured: &Measured) -> String {
    let contests = measured.contests().map(|contest| of_contest(measured, contest));
    let panels = contests.chain(of_recovery(measured)).collect();
    let quick = if measured.quick { " A QUICK RUN: do not quote." } else { "" };
    let about = format!("Medians of the rounds; keys of 16 bytes, values of 100.{quick}");
    let title = "The journal beside published logs and stores";
    Picture { title, about, panels, row: 212.0 }.svg()
}

fn whose(kind: Kind) -> Whose {
    match kind {
        Kind::Forebay => Whose::Own,
        Kind::Ideal => Whose::Limit,
        _ => Whose::Peer,
    }
}

/// Puts a second, with the p99 beside each.
fn of_contest(measured: &Measured, contest: Contest) -> Bars {
    let bar = |series: &Series| Bar {
        name: series.kind.label(),
        whose: whose(series.kind),
        length: series.rate(),
        label: format!("{}, p99 {}", count(series.rate()), time(series.p99())),
    };
    let bars = measured.of(contest).map(bar).collect();
    Bars { title: contest.title(), unit: "puts a second: more is better", bars }
}

/// The time to the first get, with the memory beside each.
fn of_recovery(measured: &Measured) -> Option<Bars> {
    let bar = |recovery: &Recovery| Bar {
        name: recovery.kind.label(),
        whose: whose(recovery.kind),
        length: recovery.seconds(),
        label: format!(
            "{}, {}{}",
            time(recovery.seconds() * 1e9),
            bytes(recovery.spread(|opening| opening.memory).median),
            if recovery.kind.loads() { "" } else { ", not loaded" },
        ),
    };
    let bars: Vec<Bar> = measured.recoveries.iter().map(bar).collect();
    let records = count(u32::try_from(measured.records).map_or(f64::INFINITY, f64::from));
    let title = format!("Recovery of {records} records");
    (!bars.is_empty()).then_some(Bars { title, unit: "time: less is better", bars })
}
