//! Colours, for a light and a dark page, and the sizes of the drawing.

use crate::subjects::Kind;

pub(crate) const WIDTH: f64 = 960.0;
pub(crate) const COLUMNS: usize = 2;
pub(crate) const PANEL_WIDTH: f64 = WIDTH / 2.0;
pub(crate) const PANEL_HEIGHT: f64 = 262.0;
/// Above the first panels: the title.
pub(crate) const HEAD: f64 = 58.0;
pub(crate) const LABEL_GAP: f64 = 13.5;

/// Each subject's colour on a light and on a dark page.
fn colours(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::ForebayBehind => ("#0b5cad", "#6cb6ff"),
        Kind::ForebayThrough => ("#0e8a8a", "#4fd1c5"),
        Kind::ForebayLogged => ("#3730a3", "#a5b4fc"),
        Kind::ForebayJournaled => ("#a16207", "#facc15"),
        Kind::OximediaBehind => ("#c2410c", "#fb923c"),
        Kind::OximediaThrough => ("#be123c", "#fb7185"),
        Kind::QuickCache => ("#7c3aed", "#b794f6"),
        Kind::Moka => ("#4d7c0f", "#a3d15b"),
        Kind::PlainMap => ("#71717a", "#a1a1aa"),
    }
}

/// The class of a subject's line and label.
pub(crate) fn class(kind: Kind) -> &'static str {
    match kind {
        Kind::ForebayBehind => "fb",
        Kind::ForebayThrough => "ft",
        Kind::ForebayLogged => "fl",
        Kind::ForebayJournaled => "fj",
        Kind::OximediaBehind => "ob",
        Kind::OximediaThrough => "ot",
        Kind::QuickCache => "qc",
        Kind::Moka => "mo",
        Kind::PlainMap => "hm",
    }
}

pub(crate) fn sheet() -> String {
    let mut sheet = String::from(
        "text{font:11.5px system-ui,'Segoe UI','DejaVu Sans',sans-serif}\
         .title{font-size:17px;font-weight:600}.panel{font-size:13px;font-weight:600}\
         .line{fill:none;stroke-width:1.6}.dot{stroke:none}.strong{stroke-width:2.8}\
         .own{font-weight:600}.dashed{stroke-dasharray:3 3}.lead{stroke-width:.8;opacity:.55}\
         .grid{stroke-width:1}",
    );
    sheet.push_str(&palette("#ffffff", "#1f2328", "#59636e", "#e4e7eb", |pair| pair.0));
    sheet.push_str("@media(prefers-color-scheme:dark){");
    sheet.push_str(&palette("#0d1117", "#e6edf3", "#9198a1", "#2a3038", |pair| pair.1));
    sheet.push('}');
    sheet
}

fn palette(
    page: &str,
    ink: &str,
    faint: &str,
    grid: &str,
    pick: impl Fn((&'static str, &'static str)) -> &'static str,
) -> String {
    let mut sheet = format!(
        ".page{{fill:{page}}}text{{fill:{ink}}}.faint{{fill:{faint}}}.grid{{stroke:{grid}}}"
    );
    for kind in Kind::ALL {
        let (class, colour) = (class(kind), pick(colours(kind)));
        let rules = [
            format!(".line.{class},.lead.{class}{{stroke:{colour}}}"),
            format!(".dot.{class},text.{class}{{fill:{colour}}}"),
        ];
        sheet.extend(rules);
    }
    sheet
}
