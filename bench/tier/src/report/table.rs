//! The table of one row of work, and that of the bytes.

use std::fmt::Write;

use forebay_measure::quantity::{percent, ratio, time};

use crate::measured::{Measured, Place};
use crate::pair::Shape;
use crate::subjects::Kind;

pub(super) fn table(measured: &Measured, place: Place) -> String {
    let own = measured.find(place, Kind::Forebay);
    let mut out = format!(
        "{}, {} entries\n\n| | work | against Forebay | by the clock | noise | |\n\
         |---|---:|---:|---:|---:|---:|\n",
        place.shape.title(),
        place.entries
    );
    for series in measured.at(place) {
        let cpu = series.cpu();
        let beside = own.filter(|own| own.kind != series.kind);
        let beside = beside.map(|own| ratio(series.ratio_to(own))).unwrap_or_default();
        let hits = series.spread(|sample| sample.hits).median;
        let all = series.spread(|sample| sample.all).median;
        let more = match (hits.is_nan(), all.is_nan()) {
            (false, _) => format!("{:.1} % hits", hits * 100.0),
            (_, false) => format!("{} by all", time(all)),
            _ => String::new(),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "| {} | {} | {beside} | {} | ±{} | {more} |",
            series.kind.name(),
            time(cpu.median),
            time(series.wall().median),
            percent(series.cost().noise()),
        );
    }
    out
}

pub(super) fn bytes(measured: &Measured, shape: Shape) -> String {
    let mut out = format!("{}\n\n| | bytes | of Forebay |\n|---|---:|---:|\n", shape.title());
    let own = measured.bytes(shape, Kind::Forebay).unwrap_or(f64::NAN);
    for held in measured.held.iter().filter(|held| held.shape == shape) {
        let bytes = held.bytes().median;
        let _ = writeln!(out, "| {} | {bytes:.0} | {} |", held.kind.name(), ratio(bytes / own));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measured::tests::{measured, place};
    use crate::row::Row;

    #[test]
    fn a_table_says_how_many_times_the_work_of_forebay_it_is() {
        let at = place(Row::Hit(1));
        let measured = measured(&[(at, Kind::Forebay, 20.0), (at, Kind::Moka, 80.0)]);
        let table = table(&measured, at);
        assert!(table.contains("| Forebay | 20.0 ns |  | 20.0 ns |"), "{table}");
        assert!(table.contains("| moka 0.12.16 | 80.0 ns | 4.00 x |"), "{table}");
    }
}
