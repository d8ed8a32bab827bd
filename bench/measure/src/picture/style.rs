//! Colours, for a light and a dark page.

/// The style sheet of a picture. Texts may be `title`, `panel`, `faint` or `own`; shapes, and parts of
/// texts, `own`, `ideal` and `peer`; the ground is the rectangle `page`. Of a timeline, lines are `grid` and `bound`, and
/// stretches `shade0` to `shade2`.
pub fn sheet() -> String {
    let light = [
        ("page", "#ffffff"),
        ("ink", "#1f2328"),
        ("faint", "#59636e"),
        ("own", "#0b5cad"),
        ("ideal", "#a1a1aa"),
        ("peer", "#e39a5f"),
    ];
    let dark = [
        ("page", "#0d1117"),
        ("ink", "#e6edf3"),
        ("faint", "#9198a1"),
        ("own", "#6cb6ff"),
        ("ideal", "#71717a"),
        ("peer", "#b8682c"),
    ];
    let mut sheet = String::from(
        "text{font:11.5px system-ui,'Segoe UI','DejaVu Sans',sans-serif}\
         .title{font-size:17px;font-weight:600}.panel{font-size:13px;font-weight:600}\
         text.own{font-weight:600}polyline{fill:none;stroke-width:1.4;stroke-linejoin:round}\
         line.grid{stroke-opacity:.12}line.bound{stroke-dasharray:4 3;stroke-opacity:.6}\
         .shade0{fill-opacity:0}.shade1{fill-opacity:.16}.shade2{fill-opacity:.36}",
    );
    sheet.push_str(&palette(&light));
    sheet.push_str("@media(prefers-color-scheme:dark){");
    sheet.push_str(&palette(&dark));
    sheet.push('}');
    sheet
}

fn palette(colours: &[(&str, &str)]) -> String {
    let rule = |(name, colour): &(&str, &str)| match *name {
        "ink" => format!("text{{fill:{colour}}}line{{stroke:{colour}}}"),
        "faint" => {
            format!("text.faint,tspan.faint{{fill:{colour}}}.shade1,.shade2{{fill:{colour}}}")
        }
        other => format!(
            "rect.{other},circle.{other},tspan.{other}{{fill:{colour}}}\
             line.{other},polyline.{other}{{stroke:{colour}}}"
        ),
    };
    colours.iter().map(rule).collect()
}
