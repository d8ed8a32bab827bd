//! One panel: bars for those who were compared.

use std::fmt::Write;

use forebay_measure::quantity::count;

use super::style::{BAR_GAP, BAR_HEIGHT, BAR_LEFT, BAR_LENGTH, class};
use crate::contest::{Content, Contest};
use crate::measured::Measured;

/// Draws one contest: how many a second each does.
pub(super) fn panel(
    measured: &Measured,
    content: Content,
    contest: Contest,
    (left, top): (f64, f64),
) -> String {
    let mut out = format!(
        "<g transform=\"translate({left} {top})\"><text class=\"panel\" x=\"20\" y=\"16\">{}\
         <tspan class=\"faint\" font-weight=\"400\" dx=\"8\">a second: more is better</tspan></text>",
        contest.title()
    );
    let rates = measured.of(content, contest).map(|series| series.rate().median);
    let longest = rates.fold(f64::MIN_POSITIVE, f64::max);
    let mut y = 28.0;
    for series in measured.of(content, contest) {
        let rate = series.rate().median;
        let (class, name) = (class(series.kind), series.kind.label());
        let width = BAR_LENGTH * rate / longest;
        let written = series.written().map(|rate| format!(", {} written", count(rate)));
        let label = count(rate) + &written.unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "<text class=\"{class}\" text-anchor=\"end\" x=\"{:.1}\" y=\"{:.1}\">{name}</text>\
             <rect class=\"{class}\" x=\"{BAR_LEFT}\" y=\"{y:.1}\" width=\"{:.1}\" \
             height=\"{BAR_HEIGHT}\" rx=\"2\"/>\
             <text class=\"faint\" x=\"{:.1}\" y=\"{:.1}\">{label}</text>",
            BAR_LEFT - 8.0,
            y + 10.5,
            width.max(1.0),
            BAR_LEFT + width + 6.0,
            y + 10.5,
        );
        y += BAR_GAP;
    }
    out.push_str("</g>");
    out
}
