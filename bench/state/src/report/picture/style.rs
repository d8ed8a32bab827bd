//! Colours, for a light and a dark page, and the sizes of the drawing.

use crate::subjects::Kind;

pub(crate) const WIDTH: f64 = 960.0;
pub(crate) const COLUMNS: usize = 2;
pub(crate) const PANEL_WIDTH: f64 = WIDTH / 2.0;
pub(crate) const PANEL_HEIGHT: f64 = 204.0;
/// Above the first panels: the title.
pub(crate) const HEAD: f64 = 58.0;
pub(crate) const BAR_GAP: f64 = 18.5;
pub(crate) const BAR_HEIGHT: f64 = 12.5;
/// Where the bars of a panel begin, and how long the longest is.
pub(crate) const BAR_LEFT: f64 = 100.0;
pub(crate) const BAR_LENGTH: f64 = 200.0;

/// The class of a subject's bar and label.
pub(crate) fn class(kind: Kind) -> &'static str {
    if kind.is_own() { "own" } else { "peer" }
}

pub(crate) fn sheet() -> String {
    let light = [
        ("page", "#ffffff"),
        ("ink", "#1f2328"),
        ("faint", "#59636e"),
        ("own", "#0b5cad"),
        ("peer", "#e39a5f"),
    ];
    let dark = [
        ("page", "#0d1117"),
        ("ink", "#e6edf3"),
        ("faint", "#9198a1"),
        ("own", "#6cb6ff"),
        ("peer", "#b8682c"),
    ];
    let mut sheet = String::from(
        "text{font:11.5px system-ui,'Segoe UI','DejaVu Sans',sans-serif}\
         .title{font-size:17px;font-weight:600}.panel{font-size:13px;font-weight:600}\
         text.own{font-weight:600}",
    );
    sheet.push_str(&palette(&light));
    sheet.push_str("@media(prefers-color-scheme:dark){");
    sheet.push_str(&palette(&dark));
    sheet.push('}');
    sheet
}

fn palette(colours: &[(&str, &str)]) -> String {
    let rule = |(name, colour): &(&str, &str)| match *name {
        "ink" => format!("text{{fill:{colour}}}"),
        "faint" => format!("text.faint,tspan.faint{{fill:{colour}}}"),
        other => format!("rect.{other}{{fill:{colour}}}"),
    };
    colours.iter().map(rule).collect()
}
