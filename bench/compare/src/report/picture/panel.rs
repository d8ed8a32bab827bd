//! One panel: the lines of one operation with their labels.

use std::fmt::Write;

use forebay_measure::quantity::time;

use super::labels::spread;
use super::scale::Scale;
use super::style::{LABEL_GAP, PANEL_HEIGHT, PANEL_WIDTH, class};
use crate::measured::Measured;
use crate::operation::Operation;
use crate::report::entries::entries;
use crate::run::SIZES;
use crate::subjects::Kind;

/// The place of the lines within the panel; to their right are the labels.
const LEFT: f64 = 58.0;
const RIGHT: f64 = PANEL_WIDTH - 190.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = PANEL_HEIGHT - 36.0;

struct Line {
    kind: Kind,
    points: Vec<(f64, f64)>,
    last: f64,
}

pub(crate) fn panel(measured: &Measured, operation: Operation, left: f64, top: f64) -> String {
    let medians = |kind| {
        let of = |size| Some((size, measured.series(operation, kind, size)?.cpu().median));
        SIZES.into_iter().filter_map(of).collect::<Vec<(u32, f64)>>()
    };
    let costs = Kind::all_that_can(operation).flat_map(medians).map(|(_, cost)| cost);
    let height = Scale::around(costs, BOTTOM, TOP);
    let width = Scale::around(SIZES.into_iter().map(f64::from), LEFT, RIGHT);
    let line = |kind| {
        let medians = medians(kind);
        let last = medians.last()?.1;
        let place = |(size, cost): &(u32, f64)| (width.at(f64::from(*size)), height.at(*cost));
        Some(Line { kind, points: medians.iter().map(place).collect(), last })
    };
    // Forebay's lines are drawn last and so lie on top.
    let mut lines: Vec<Line> = Kind::all_that_can(operation).filter_map(line).collect();
    lines.reverse();

    let mut out = format!("<g transform=\"translate({left},{top})\">");
    let (title, unit) = (operation.title(), operation.unit());
    let _ = write!(
        out,
        "<text class=\"panel\" x=\"{LEFT}\" y=\"16\">{title}<tspan class=\"faint\" \
         font-weight=\"400\" dx=\"8\">{unit}</tspan></text>"
    );
    out.push_str(&axes(width, height));
    for line in &lines {
        out.push_str(&draw(line));
    }
    out.push_str(&label(&lines));
    out.push_str("</g>");
    out
}

fn axes(width: Scale, height: Scale) -> String {
    let mut out = String::new();
    for tick in height.ticks() {
        let y = height.at(tick);
        let name = time(tick).replace(".00", "").replace(".0", "");
        let _ = write!(
            out,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"faint\" text-anchor=\"end\" x=\"{:.1}\" y=\"{:.1}\">{name}</text>",
            LEFT - 8.0,
            y + 4.0,
        );
    }
    for size in SIZES {
        let (x, y) = (width.at(f64::from(size)), BOTTOM + 17.0);
        let name = entries(size);
        let _ = write!(
            out,
            "<text class=\"faint\" text-anchor=\"middle\" x=\"{x:.1}\" y=\"{y:.1}\">{name}</text>"
        );
    }
    out
}

fn draw(line: &Line) -> String {
    let class = class(line.kind);
    let more = match line.kind {
        kind if kind.is_forebay() => " strong",
        Kind::PlainMap => " dashed",
        _ => "",
    };
    let mut out = format!("<polyline class=\"line {class}{more}\" points=\"");
    for (x, y) in &line.points {
        let _ = write!(out, "{x:.1},{y:.1} ");
    }
    out.push_str("\"/>");
    let radius = if line.kind.is_forebay() { 3.4 } else { 2.6 };
    for (x, y) in &line.points {
        let _ = write!(
            out,
            "<circle class=\"dot {class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"/>"
        );
    }
    out
}

/// Each line's name and its cost with the most entries, beside its end.
fn label(lines: &[Line]) -> String {
    let ends: Vec<(f64, f64)> =
        lines.iter().filter_map(|line| line.points.last().copied()).collect();
    let wanted: Vec<f64> = ends.iter().map(|(_, y)| *y).collect();
    let heights = spread(&wanted, LABEL_GAP, TOP, BOTTOM);
    let mut out = String::new();
    for ((line, (x, y)), height) in lines.iter().zip(ends).zip(heights) {
        let (class, name) = (class(line.kind), line.kind.label());
        let own = if line.kind.is_forebay() { " own" } else { "" };
        let cost = time(line.last);
        let _ = write!(
            out,
            "<line class=\"lead {class}\" x1=\"{:.1}\" y1=\"{y:.1}\" x2=\"{:.1}\" \
             y2=\"{height:.1}\"/><text class=\"{class}{own}\" x=\"{:.1}\" y=\"{:.1}\">{name} \
             {cost}</text>",
            x + 4.0,
            x + 15.0,
            x + 18.0,
            height + 4.0,
        );
    }
    out
}
