//! What everybody does: a panel for each kind of work, a bar for each subject.

use forebay_measure::picture::{Bar, Bars, Picture, Whose};
use forebay_measure::quantity::{bytes, count, time};

use crate::contest::{Contest, Keys, Large, Stock, Suite};
use crate::large::{From, Openings, Snapshots};
use crate::measured::{Measured, Series};
use crate::subjects::Kind;

/// The work in memory with one stock, and everything with logs.
pub(crate) fn svg(measured: &Measured) -> String {
    let stock = drawn(measured);
    let held = measured.held().into_iter();
    let held = held.filter(|(of, contest)| contest.suite.is_durable() || Some(*of) == stock);
    let mut panels: Vec<(Suite, Bars)> = held
        .map(|(stock, contest)| (contest.suite, of_contest(measured, stock, contest)))
        .collect();
    // As in the report, and not as it was measured.
    panels.sort_by_key(|(suite, _)| Suite::ALL.iter().position(|other| other == suite));
    let mut panels: Vec<Bars> = panels.into_iter().map(|(_, panel)| panel).collect();
    panels.extend(of_openings(measured));
    panels.extend(of_snapshots(measured));
    let about = stock.map(|stock| format!("In memory: {}. ", stock.title())).unwrap_or_default();
    let about = format!(
        "Medians of the rounds; values of five texts. {about}Longer bars are better, but for times.{}",
        if measured.quick { " A QUICK RUN: do not quote." } else { "" },
    );
    Picture { title: "The state beside published stores", about, panels, row: 0.0 }.svg()
}

/// The most records with text keys, or else the most.
fn drawn(measured: &Measured) -> Option<Stock> {
    let held = measured.held().into_iter();
    let in_memory = held.filter(|(_, contest)| !contest.suite.is_durable());
    in_memory.map(|(stock, _)| stock).max_by_key(|stock| (stock.keys == Keys::Text, stock.records))
}

fn whose(kind: Kind) -> Whose {
    match kind {
        kind if kind.is_own() => Whose::Own,
        kind if kind.is_limit() => Whose::Limit,
        _ => Whose::Peer,
    }
}

fn of_contest(measured: &Measured, stock: Stock, contest: Contest) -> Bars {
    // A floor that is many times as fast as everybody would leave them no length.
    let shown = measured.of(stock, contest).filter(|series| series.kind != Kind::Floor);
    let bar = |series: &Series| {
        let written = series.written().map(|rate| format!(", {} written", count(rate)));
        let length = series.rate().median;
        let label = count(length) + &written.unwrap_or_default();
        Bar { name: series.kind.label(), whose: whose(series.kind), length, label }
    };
    Bars { title: contest.title(), unit: "a second", bars: shown.map(bar).collect() }
}

fn of_openings(measured: &Measured) -> Vec<Bars> {
    let mut held: Vec<(usize, From)> = Vec::new();
    for one in &measured.openings {
        if !held.contains(&(one.records, one.from)) {
            held.push((one.records, one.from));
        }
    }
    let panel = |(records, from): (usize, From)| {
        let bar = |one: &Openings| {
            let length = one.spread(|opening| opening.seconds).median;
            let memory = bytes(one.spread(|opening| opening.peak).median);
            let label = format!("{}, {memory} at most", time(length * 1e9));
            Bar { name: one.kind.label(), whose: whose(one.kind), length, label }
        };
        Bars {
            title: format!("opening from a {}, {}", from.label(), Stock::texts(records).title()),
            unit: "time",
            bars: measured.openings_of(records, from).map(bar).collect(),
        }
    };
    held.into_iter().map(panel).collect()
}

fn of_snapshots(measured: &Measured) -> Vec<Bars> {
    let Some(first) = measured.snapshots.first() else { return Vec::new() };
    let title = |what: &str| format!("{}: {what}", Large::Snapshot.title());
    let bar = |of: fn(&Snapshots) -> (f64, String)| {
        move |one: &Snapshots| {
            let (length, label) = of(one);
            Bar { name: one.kind.label(), whose: whose(one.kind), length, label }
        }
    };
    let pause: fn(&Snapshots) -> (f64, String) = |one| {
        let pause = one.spread(|one| one.pause).median;
        (pause, time(pause * 1e9))
    };
    let memory: fn(&Snapshots) -> (f64, String) = |one| {
        let peak = one.spread(|one| one.peak).median;
        let before = one.spread(|one| one.resident).median;
        (peak, format!("{}, {} before", bytes(peak), bytes(before)))
    };
    let records = Stock::texts(first.records).title();
    vec![
        Bars {
            title: title("longest transaction"),
            unit: "time",
            bars: measured.snapshots.iter().map(bar(pause)).collect(),
        },
        Bars {
            title: format!("most memory beside it, {records}"),
            unit: "less is better",
            bars: measured.snapshots.iter().map(bar(memory)).collect(),
        },
    ]
}
