//! The whole picture.

use std::fmt::Write;

use super::panel::panel;
use super::style::{COLUMNS, HEAD, PANEL_HEIGHT, PANEL_WIDTH, WIDTH, sheet};
use crate::contest::{Content, Keys};
use crate::measured::Measured;

/// All contests of one content: text keys, and the middle of the sizes.
pub(crate) fn svg(measured: &Measured) -> String {
    let Some(content) = drawn(measured) else { return String::new() };
    let held = measured.held().into_iter().filter(|(other, _)| *other == content);
    let contests: Vec<_> = held.map(|(_, contest)| contest).collect();
    let height = HEAD + PANEL_HEIGHT * small(contests.len().div_ceil(COLUMNS));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" role=\"img\">\
         <title>The state beside published stores</title><style>{}</style>\
         <rect class=\"page\" width=\"{WIDTH}\" height=\"{height}\"/>\
         <text class=\"title\" x=\"20\" y=\"26\">The state beside published stores\
         </text><text class=\"faint\" x=\"20\" y=\"44\">Medians of the rounds; {}, values of five \
         texts.{}</text>",
        sheet(),
        content.title(),
        if measured.quick { " A QUICK RUN: do not quote." } else { "" },
    );
    for (number, contest) in contests.into_iter().enumerate() {
        let left = PANEL_WIDTH * small(number % COLUMNS);
        let top = HEAD + PANEL_HEIGHT * small(number / COLUMNS);
        // Writing to a string cannot fail.
        let _ = write!(out, "{}", panel(measured, content, contest, (left, top)));
    }
    out.push_str("</svg>\n");
    out
}

fn drawn(measured: &Measured) -> Option<Content> {
    let mut contents: Vec<Content> =
        measured.held().into_iter().map(|(content, _)| content).collect();
    contents.dedup();
    let texts: Vec<Content> =
        contents.iter().copied().filter(|content| content.keys == Keys::Text).collect();
    let from = if texts.is_empty() { contents } else { texts };
    from.get(from.len() / 2).copied()
}

fn small(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}
