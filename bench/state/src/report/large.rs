//! The tables of what was measured of many records.

use std::fmt::Write;

use forebay_measure::quantity::{bytes, count, percent, ratio, time};

use crate::contest::{Large, Stock};
use crate::large::{From, Openings};
use crate::measured::Measured;
use crate::subjects::Kind;

pub(crate) fn large(measured: &Measured) -> String {
    let mut out = String::new();
    let mut held: Vec<(usize, From)> = Vec::new();
    for one in &measured.openings {
        if !held.contains(&(one.records, one.from)) {
            held.push((one.records, one.from));
            // Writing to a string cannot fail.
            let _ = write!(out, "\n### {}\n\n{}", opening_title(one), openings(measured, one));
        }
    }
    if let Some(first) = measured.snapshots.first() {
        let stock = Stock::texts(first.records);
        let title = format!("{}, {}", Large::Snapshot.title(), stock.title());
        let _ = write!(out, "\n### {title}\n\n{}", snapshots(measured));
    }
    out
}

fn opening_title(openings: &Openings) -> String {
    let stock = Stock::texts(openings.records);
    format!("opening from a {}, {}", openings.from.label(), stock.title())
}

fn openings(measured: &Measured, of: &Openings) -> String {
    let mut out = String::from(
        "| | to the first get | Forebay is faster | most memory | memory then | a record | on disk | noise |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    let own = measured.opening(of.records, of.from, Kind::Forebay);
    for one in measured.openings_of(of.records, of.from) {
        let seconds = one.spread(|opening| opening.seconds);
        let others = own.filter(|_| one.kind != Kind::Forebay);
        let resident = one.spread(|opening| opening.resident).median;
        let disk = u32::try_from(one.disk >> 10).map_or(f64::INFINITY, f64::from) * 1024.0;
        let records = u32::try_from(one.records).map_or(f64::INFINITY, f64::from);
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | ±{} |",
            one.kind.name(),
            time(seconds.median * 1e9),
            others.map(|own| ratio(own.times_as_fast_as(one))).unwrap_or_default(),
            bytes(one.spread(|opening| opening.peak).median),
            bytes(resident),
            bytes(resident / records),
            bytes(disk),
            percent(seconds.noise()),
        );
    }
    out
}

fn snapshots(measured: &Measured) -> String {
    let mut out = String::from(
        "| | the writer's longest transaction | before the snapshot | transactions a second | made in | memory before | most memory | ratio |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for one in &measured.snapshots {
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            one.kind.name(),
            time(one.spread(|one| one.pause).median * 1e9),
            time(one.spread(|one| one.pause_before).median * 1e9),
            count(one.spread(|one| one.rate).median),
            time(one.spread(|one| one.seconds).median * 1e9),
            bytes(one.spread(|one| one.resident).median),
            bytes(one.spread(|one| one.peak).median),
            ratio(one.spread(|one| one.peak / one.resident).median),
        );
    }
    out
}
