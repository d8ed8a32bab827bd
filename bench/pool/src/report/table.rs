//! The table of one kind of work.

use std::fmt::Write;

use forebay_measure::quantity::{percent, ratio, time};

use crate::measured::{Measured, Series};
use crate::subjects::Kind;
use crate::subjects::peak::BUDGET;
use crate::work::Work;

pub(super) fn table(measured: &Measured, work: Work) -> String {
    let own = measured.find(work, Kind::Forebay);
    let mut out = format!(
        "| | {} | Forebay is faster | by the clock | noise |\n|---|---:|---:|---:|---:|\n",
        match work {
            Work::Keep | Work::Leaving => "time for each",
            Work::AtOnce => "time for all",
            _ if work.is_transfer() => "MB in a second of work",
            _ => "work in each",
        },
    );
    for series in measured.of(work) {
        let (speed, pace) = (series.speed(), series.pace());
        let beside = own.filter(|own| own.kind != series.kind);
        let beside = beside.map(|own| ratio(own.times_as_fast_as(series))).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "| {} | {} | {beside} | {} | ±{} |",
            series.kind.name_at(work),
            said(series, speed.median),
            said(series, pace.median),
            percent(speed.noise()),
        );
        if series.lost > 0 && matches!(work, Work::Load(_)) {
            let (name, lost) = (series.kind.name(), series.lost);
            let _ = writeln!(out, "| ({name} had lost {lost} of its rows) | | | | |");
        }
    }
    out
}

/// The most memory of everybody.
pub(super) fn peaks(measured: &Measured) -> String {
    let mut out = String::from("| | MiB | of the budget | noise |\n|---|---:|---:|---:|\n");
    for peaks in &measured.peaks {
        let (share, name) = (peaks.of_budget(), peaks.name());
        let mib = share.median * f64::from(BUDGET >> 20);
        let (times, noise) = (ratio(share.median), percent(share.noise()));
        let _ = writeln!(out, "| {name} | {mib:.0} | {times} | ±{noise} |");
    }
    out
}

/// A speed, as people read it.
pub(super) fn said(series: &Series, speed: f64) -> String {
    if series.work.is_transfer() { format!("{:.0}", speed / 1e6) } else { time(1e9 / speed) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measured::tests::measured;
    use crate::work::Size;

    #[test]
    fn a_table_says_how_many_times_as_fast_forebay_is() {
        let work = Work::Store(Size::Small);
        let measured = measured(&[
            (work, Kind::Forebay, 4e9),
            (work, Kind::FbRaw, 2e9),
            (work, Kind::Sum, 8e9),
        ]);
        let table = table(&measured, work);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines[2], "| Forebay | 4000 |  | 2000 | ±0 % |");
        assert!(lines[3].contains("| 2.00 x |") && lines[4].contains("| 0.50 x |"), "{table}");
    }
}
