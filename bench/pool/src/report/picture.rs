//! What everybody does: a panel for each kind of work, a bar for each subject.

use forebay_measure::picture::{Bar, Bars, Picture, Whose};

use super::table::said;
use crate::measured::{Measured, Peaks, Series};
use crate::subjects::Kind;
use crate::subjects::peak::BUDGET;
use crate::work::Work;

pub(crate) fn svg(measured: &Measured) -> String {
    let works = measured.held().into_iter().map(|work| panel(measured, work));
    let peaks = (!measured.peaks.is_empty()).then(|| memory(measured));
    let panels = works.chain(peaks).collect();
    let about = format!(
        "Medians of the rounds, of processor time (of what is durable by the clock). Longer bars are better.{}",
        if measured.quick { " A QUICK RUN: do not quote." } else { "" },
    );
    Picture { title: "The pool beside published stores", about, panels, row: 0.0 }.svg()
}

/// How little memory everybody needs.
fn memory(measured: &Measured) -> Bars {
    let bar = |peaks: &Peaks| {
        let share = peaks.of_budget().median;
        let label = format!("{:.0} MiB", share * f64::from(BUDGET >> 20));
        let whose = if peaks.kind.is_own() { Whose::Own } else { Whose::Peer };
        Bar { name: peaks.label(), whose, length: share.recip(), label }
    };
    let bars = measured.peaks.iter().map(bar).collect();
    Bars { title: "the most memory".to_owned(), unit: "for a budget of 64 MiB", bars }
}

fn panel(measured: &Measured, work: Work) -> Bars {
    // What only counts memory would leave the others no length.
    let is_drawn = |series: &&Series| !matches!(series.kind, Kind::Sum | Kind::Memcpy);
    let bar = |series: &Series| {
        let length = series.speed().median;
        let whose = match series.kind {
            kind if kind.is_own() => Whose::Own,
            kind if kind.is_limit() => Whose::Limit,
            _ => Whose::Peer,
        };
        Bar { name: series.kind.label(), whose, length, label: said(series, length) }
    };
    Bars {
        title: work.title(),
        unit: if work.is_transfer() { "MB a second" } else { "time of a call" },
        bars: measured.of(work).filter(is_drawn).map(bar).collect(),
    }
}
