//! The whole picture.

use std::fmt::Write;

use super::panel::panel;
use super::style::{COLUMNS, HEAD, PANEL_HEIGHT, PANEL_WIDTH, WIDTH, sheet};
use crate::measured::Measured;
use crate::operation::Operation;

pub(crate) fn svg(measured: &Measured) -> String {
    let rows = Operation::ALL.len().div_ceil(COLUMNS);
    let height = HEAD + PANEL_HEIGHT * small(rows);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" role=\"img\">\
         <title>Cost of an operation as the entries grow</title><style>{}</style>\
         <rect class=\"page\" width=\"{WIDTH}\" height=\"{height}\"/>\
         <text class=\"title\" x=\"20\" y=\"26\">What an operation costs as the entries \
         grow</text><text class=\"faint\" x=\"20\" y=\"44\">CPU time, medians, both scales \
         logarithmic; beside each line its cost with a million entries.{}</text>",
        sheet(),
        if measured.quick { " A QUICK RUN: do not quote." } else { "" },
    );
    for (number, operation) in Operation::ALL.into_iter().enumerate() {
        let left = PANEL_WIDTH * small(number % COLUMNS);
        let top = HEAD + PANEL_HEIGHT * small(number / COLUMNS);
        out.push_str(&panel(measured, operation, left, top));
    }
    out.push_str(&notes(rows));
    out.push_str("</svg>\n");
    out
}

/// How to read it, in the place that the panels leave free.
fn notes(rows: usize) -> String {
    let lines = [
        "A flat line: the cost does not depend on the number of entries.",
        "A line that rises with the gridlines: ten times the entries,",
        "ten times the cost.",
        "",
        "A gentle rise is the memory's: more entries than fit the",
        "processor's caches. The dashed HashMap shows it alone.",
        "",
        "quick_cache, moka and HashMap have no store and write to none.",
        "oximedia is for one thread only; the others but HashMap are shared.",
    ];
    let (left, mut top) =
        (PANEL_WIDTH + 58.0, HEAD + PANEL_HEIGHT * small(rows.saturating_sub(1)) + 42.0);
    let mut out = String::new();
    for line in lines {
        let _ = write!(out, "<text class=\"faint\" x=\"{left}\" y=\"{top:.0}\">{line}</text>");
        top += 18.0;
    }
    out
}

/// There are only ever a few panels.
fn small(number: usize) -> f64 {
    u16::try_from(number).map_or(f64::MAX, f64::from)
}
