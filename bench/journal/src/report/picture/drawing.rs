//! The whole picture.

use std::fmt::Write;

use super::panel::Panel;
use super::style::{COLUMNS, HEAD, PANEL_HEIGHT, PANEL_WIDTH, WIDTH, sheet};
use crate::measured::Measured;

pub(crate) fn svg(measured: &Measured) -> String {
    let contests = measured.contests().map(|contest| Panel::of_contest(measured, contest));
    let panels: Vec<Panel> = contests.chain(Panel::of_recovery(measured)).collect();
    let height = HEAD + PANEL_HEIGHT * small(panels.len().div_ceil(COLUMNS));
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
         width=\"{WIDTH}\" height=\"{height}\" role=\"img\">\
         <title>The journal beside published logs and stores</title><style>{}</style>\
         <rect class=\"page\" width=\"{WIDTH}\" height=\"{height}\"/>\
         <text class=\"title\" x=\"20\" y=\"26\">The journal beside published logs and stores\
         </text><text class=\"faint\" x=\"20\" y=\"44\">Medians of the rounds; keys of 16 bytes, \
         values of 100.{}</text>",
        sheet(),
        if measured.quick { " A QUICK RUN: do not quote." } else { "" },
    );
    for (number, panel) in panels.iter().enumerate() {
        let left = PANEL_WIDTH * small(number % COLUMNS);
        let top = HEAD + PANEL_HEIGHT * small(number / COLUMNS);
        // Writing to a string cannot fail.
        let _ = write!(out, "{}", panel.draw(left, top));
    }
    out.push_str("</svg>\n");
    out
}

fn small(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}
