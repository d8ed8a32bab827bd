//! How many times as fast as etchdb Forebay is: a line for each thing that is aimed at, with a mark where
//! the target is.

use std::fmt::Write;

use forebay_measure::picture::sheet;
use forebay_measure::quantity::{count, ratio};

use super::scale::{RIGHT, TICKS, is_beyond, place};
use crate::measured::Measured;
use crate::report::target::{Bound, Target};
use crate::report::targets::targets;

const WIDTH: f64 = 960.0;
/// Above the first part: the title, and how to read it.
const HEAD: f64 = 66.0;
/// The heading of a part, a row of it, and what is free below its last row.
const HEADING: f64 = 24.0;
const ROW: f64 = 17.0;
const BELOW: f64 = 30.0;
/// How wide a letter is, about.
const LETTER: f64 = 6.3;

/// What is aimed at of one thing by one or more ways: a row.
type Row<'a> = Vec<&'a Target>;

pub(crate) fn svg(measured: &Measured) -> String {
    let all = targets(measured);
    let parts = parts(&all);
    let height = parts.iter().flatten().count();
    let height = (0..height).fold(HEAD, |height, _| height + ROW);
    let height = parts.iter().fold(height, |height, _| height + HEADING + BELOW);
    let title = "How many times as fast as etchdb Forebay is";
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" role=\"img\"><title>{title}</title>\
         <style>{}.scale{{opacity:.15}}.one{{opacity:.5}}.thin{{stroke-width:1.5}}\
         .mark{{stroke-width:2.5}}</style>\
         <rect class=\"page\" width=\"{WIDTH}\" height=\"{height}\"/>\
         <text class=\"title\" x=\"20\" y=\"26\">{title}</text>\
         <text class=\"faint\" x=\"20\" y=\"44\">Medians of the ratios of each round. The upright \
         mark is the target: <tspan class=\"own\">blue has reached it</tspan>, \
         <tspan class=\"peer\">orange has not</tspan>.{}</text>",
        sheet(),
        if measured.quick { " A QUICK RUN: do not quote." } else { "" },
    );
    let mut top = HEAD;
    for part in parts {
        out.push_str(&drawn(&part, top));
        top = part.iter().fold(top + HEADING + BELOW, |top, _| top + ROW);
    }
    out.push_str("</svg>\n");
    out
}

/// The parts, each with its rows.
fn parts(all: &[Target]) -> Vec<Vec<Row<'_>>> {
    let mut parts: Vec<Vec<Row<'_>>> = Vec::new();
    for target in all {
        let last = parts.last_mut().filter(|part| part[0][0].part == target.part);
        let Some(part) = last else {
            parts.push(vec![vec![target]]);
            continue;
        };
        let is_its =
            |row: &&mut Row<'_>| row[0].what == target.what && row[0].against == target.against;
        match part.iter_mut().find(is_its) {
            Some(row) => row.push(target),
            None => part.push(vec![target]),
        }
    }
    parts
}

/// A part: its heading, the scale, and its rows.
fn drawn(part: &[Row<'_>], top: f64) -> String {
    let first = part[0][0];
    let is_one_peer = part.iter().flatten().all(|target| target.against == first.against);
    let against = match first.against {
        "" => "beside etchdb 0.6.1".to_owned(),
        peer if is_one_peer => format!("against {peer}"),
        _ => String::new(),
    };
    let mut out = format!(
        "<text class=\"panel\" x=\"20\" y=\"{:.1}\">{}<tspan class=\"faint\" font-weight=\"400\" \
         dx=\"8\">{against}</tspan></text>",
        top + 14.0,
        first.part,
    );
    out.push_str(&legend(&part[0], top + 14.0));
    let bottom = part.iter().fold(top + HEADING, |bottom, _| bottom + ROW);
    for tick in TICKS {
        let (x, class) = (place(tick), if (tick - 1.0).abs() < 0.01 { "one" } else { "scale" });
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "<line class=\"{class}\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{bottom:.1}\"/>\
             <text class=\"faint\" text-anchor=\"middle\" x=\"{x:.1}\" y=\"{:.1}\">{tick} x</text>",
            top + HEADING,
            bottom + 12.0,
        );
    }
    let mut y = top + HEADING + ROW / 2.0;
    for row in part {
        out.push_str(&line(row, is_one_peer, y));
        y += ROW;
    }
    out
}

/// Which mark is which way of Forebay's, where there are more than one.
fn legend(row: &Row<'_>, y: f64) -> String {
    let mut out = String::new();
    if row.len() < 2 {
        return out;
    }
    let texts: Vec<String> = row.iter().map(|target| target.own.replace('`', "")).collect();
    let width = |text: &String| text.chars().fold(30.0, |width, _| width + LETTER);
    let mut x = WIDTH - texts.iter().map(width).sum::<f64>();
    // The first way is a dot, the second a square; there are no more.
    for (number, text) in texts.iter().enumerate() {
        out.push_str(&mark(number, "ideal", (x, y - 4.0)));
        // Writing to a string cannot fail.
        let _ =
            write!(out, "<text class=\"faint\" x=\"{:.1}\" y=\"{y:.1}\">{text}</text>", x + 9.0);
        x += width(text);
    }
    out
}

fn mark(number: usize, class: &str, (x, y): (f64, f64)) -> String {
    if number == 0 {
        return format!("<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4.5\"/>");
    }
    let (left, top) = (x - 4.0, y - 4.0);
    format!("<rect class=\"{class}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"8\" height=\"8\"/>")
}

fn line(row: &Row<'_>, is_one_peer: bool, y: f64) -> String {
    let first = row[0];
    let against = if is_one_peer { "" } else { first.against };
    let comma = if against.is_empty() { "" } else { ", " };
    let mut out = format!(
        "<text x=\"20\" y=\"{:.1}\">{}{comma}<tspan class=\"faint\">{against}</tspan></text>",
        y + 4.0,
        first.what
    );
    if let Bound::Times(bound) = first.bound {
        let x = place(bound);
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "<line class=\"mark\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"/>",
            y - 6.0,
            y + 6.0,
        );
    }
    let class = |target: &Target| if target.is_met() { "own" } else { "peer" };
    let ends: Vec<(&str, f64)> = row.iter().map(|one| (class(one), place(one.times))).collect();
    for (class, x) in &ends {
        let _ = write!(
            out,
            "<line class=\"{class} thin\" x1=\"{:.1}\" x2=\"{x:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>",
            place(1.0),
        );
    }
    // Above all lines, so that each can be seen.
    for (number, (class, x)) in ends.into_iter().enumerate() {
        out.push_str(&mark(number, class, (x, y)));
    }
    let texts: Vec<String> = row.iter().map(|target| said(target)).collect();
    let _ = write!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>",
        RIGHT + 10.0,
        y + 4.0,
        texts.join(",  ")
    );
    out
}

/// What was measured, to read.
fn said(target: &Target) -> String {
    match target.bound {
        Bound::Times(_) if is_beyond(target.times) => format!("{} x", count(target.times)),
        Bound::Times(_) => ratio(target.times),
        bound => format!("{}, {}", target.found(), bound.text()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contest::Suite;
    use crate::measured::tests::measured;
    use crate::subjects::Kind;

    #[test]
    fn two_ways_share_a_row_and_each_has_a_mark() {
        let of = |suite, kind, rate| (suite, 1, kind, rate);
        let measured = measured(&[
            of(Suite::Read, Kind::Forebay, 10.0),
            of(Suite::Read, Kind::Reader, 30.0),
            of(Suite::Read, Kind::Etchdb6, 10.0),
            of(Suite::Insert, Kind::Forebay, 20.0),
            of(Suite::Insert, Kind::Etchdb3, 10.0),
        ]);
        let all = targets(&measured);
        let rows: Vec<Vec<usize>> =
            parts(&all).iter().map(|part| part.iter().map(Vec::len).collect()).collect();
        assert_eq!(rows, [vec![2], vec![1]]);
        let svg = svg(&measured);
        assert_eq!(svg.matches("<circle class=\"peer\"").count(), 1, "the slower way");
        assert_eq!(svg.matches("<rect class=\"own\"").count(), 1, "the faster way");
        assert_eq!(svg.matches("<circle class=\"own\"").count(), 1, "the inserts");
    }
}
