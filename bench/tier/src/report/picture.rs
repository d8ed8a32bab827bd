//! What everybody does: a panel for each place, a bar for each subject.

use forebay_measure::picture::{Bar, Bars, Picture, Whose};
use forebay_measure::quantity::time;

use crate::measured::{Measured, Place, Series};
use crate::row::Row;
use crate::subjects::Kind;

pub(super) fn svg(measured: &Measured) -> String {
    let is_drawn = |place: &Place| !matches!(place.row, Row::Dirty(_));
    let panels = measured.places().into_iter().filter(is_drawn);
    let panels = panels.map(|place| panel(measured, place)).collect();
    let about = format!(
        "Operations in a second of work, of several threads by the clock, medians of the rounds. Longer bars are better.{}",
        if measured.quick { " A QUICK RUN: do not quote." } else { "" },
    );
    Picture { title: "The memory tier beside published caches", about, panels, row: 0.0 }.svg()
}

fn panel(measured: &Measured, place: Place) -> Bars {
    let bar = |series: &Series| {
        let cost = series.cost().median;
        let whose = match series.kind {
            Kind::Forebay => Whose::Own,
            Kind::PlainMap => Whose::Limit,
            _ => Whose::Peer,
        };
        Bar { name: series.kind.label(), whose, length: 1e9 / cost, label: time(cost) }
    };
    Bars {
        title: format!("{}, {}, {}", place.row.title(), place.shape.label(), place.entries),
        unit: "",
        bars: measured.at(place).map(bar).collect(),
    }
}
