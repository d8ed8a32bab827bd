//! The whole picture: panels in two columns.

use std::fmt::Write;

use super::bars::Bars;
use super::style::sheet;

const WIDTH: f64 = 960.0;
const COLUMNS: usize = 2;
const PANEL_WIDTH: f64 = WIDTH / 2.0;
/// Above the first panels: the title.
const HEAD: f64 = 58.0;

/// What is drawn.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The line above everything.
    pub title: &'static str,
    /// How to read it.
    pub about: String,
    /// From left to right, and from top to bottom.
    pub panels: Vec<Bars>,
    /// A row of panels is at least so high.
    pub row: f64,
}

impl Picture {
    /// The picture as SVG, for a light and a dark page.
    pub fn svg(&self) -> String {
        let rows: Vec<(&[Bars], f64)> =
            self.panels.chunks(COLUMNS).map(|row| self.row(row)).collect();
        let height = rows.iter().fold(HEAD, |height, (_, row)| height + row);
        let Self { title, about, .. } = self;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
             width=\"{WIDTH}\" height=\"{height}\" role=\"img\"><title>{title}</title>\
             <style>{}</style><rect class=\"page\" width=\"{WIDTH}\" height=\"{height}\"/>\
             <text class=\"title\" x=\"20\" y=\"26\">{title}</text>\
             <text class=\"faint\" x=\"20\" y=\"44\">{about}</text>",
            sheet(),
        );
        let mut top = HEAD;
        for (row, height) in rows {
            let mut left = 0.0;
            for panel in row {
                // Writing to a string cannot fail.
                let _ = write!(out, "{}", panel.draw(left, top));
                left += PANEL_WIDTH;
            }
            top += height;
        }
        out.push_str("</svg>\n");
        out
    }

    fn row<'a>(&self, panels: &'a [Bars]) -> (&'a [Bars], f64) {
        (panels, panels.iter().map(Bars::height).fold(self.row, f64::max))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Bar, Whose};
    use super::*;

    fn panel(bars: usize) -> Bars {
        let bar = |length| Bar { name: "it", whose: Whose::Own, length, label: "one".into() };
        let lengths = [1.0, 2.0, 4.0].into_iter().cycle();
        Bars { title: "work".into(), unit: "", bars: lengths.map(bar).take(bars).collect() }
    }

    fn picture(panels: Vec<Bars>) -> String {
        Picture { title: "all", about: "how".into(), panels, row: 100.0 }.svg()
    }

    #[test]
    fn a_row_is_as_high_as_its_highest_panel() {
        assert!(picture(vec![panel(1)]).contains("height=\"158\""));
        let svg = picture(vec![panel(1), panel(9), panel(2)]);
        assert!(svg.contains("height=\"370\""), "{svg}");
        assert!(svg.contains("translate(480 58)") && svg.contains("translate(0 270)"));
    }

    #[test]
    fn the_longest_bar_takes_the_whole_length() {
        let svg = picture(vec![panel(3)]);
        for width in ["50.0", "100.0", "200.0"] {
            assert!(svg.contains(&format!("width=\"{width}\"")), "{width}");
        }
    }

    #[test]
    fn what_nobody_measured_is_drawn_without_bars() {
        assert!(!picture(vec![panel(0)]).contains("rx="));
    }
}
