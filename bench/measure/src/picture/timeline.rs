//! A picture of what happened over time: panels of lines above each other, over one axis.

use std::fmt::Write;

use super::chart::{Chart, LEFT, RIGHT};
use super::style::sheet;

const WIDTH: f64 = 960.0;
/// Above the first panel: the title, how to read it, and the names of the stretches.
const HEAD: f64 = 74.0;
/// Below the last one: the seconds.
const FOOT: f64 = 30.0;

/// What is drawn.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// The line above everything.
    pub title: &'static str,
    /// How to read it.
    pub about: String,
    /// How many seconds there are, and after how many there is a number.
    pub span: f64,
    /// The same.
    pub every: f64,
    /// Stretches of time, which are told apart in all panels.
    pub shades: Vec<Shade>,
    /// From top to bottom.
    pub panels: Vec<Chart>,
}

/// A stretch of time.
#[derive(Clone, Debug)]
pub struct Shade {
    /// From when to when, in seconds.
    pub from: f64,
    /// The same.
    pub to: f64,
    /// How dark it is: 0 is not at all, 2 is the most.
    pub depth: u8,
    /// What is said above it.
    pub name: String,
}

impl Timeline {
    /// The picture as SVG, for a light and a dark page.
    pub fn svg(&self) -> String {
        let Self { title, about, span, .. } = self;
        let body = self.panels.iter().fold(0.0, |height, _| height + Chart::WHOLE);
        let height = HEAD + body + FOOT;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" \
             width=\"{WIDTH}\" height=\"{height}\" role=\"img\"><title>{title}</title>\
             <style>{}</style><rect class=\"page\" width=\"{WIDTH}\" height=\"{height}\"/>\
             <text class=\"title\" x=\"20\" y=\"26\">{title}</text>\
             <text class=\"faint\" x=\"20\" y=\"44\">{about}</text>",
            sheet(),
        );
        let x = |at: f64| LEFT + (RIGHT - LEFT) * at / span;
        for Shade { from, to, depth, name } in &self.shades {
            for top in self.tops() {
                // Writing to a string cannot fail.
                let _ = write!(
                    out,
                    "<rect class=\"shade{depth}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>",
                    x(*from),
                    top + Chart::BODY.0,
                    x(*to) - x(*from),
                    Chart::BODY.1,
                );
            }
            let _ = write!(
                out,
                "<text class=\"faint\" text-anchor=\"middle\" x=\"{:.1}\" y=\"{:.1}\">{name}</text>",
                x(f64::midpoint(*from, *to)),
                HEAD - 8.0,
            );
        }
        for (panel, top) in self.panels.iter().zip(self.tops()) {
            out.push_str(&panel.draw(top, *span));
        }
        let seconds = std::iter::successors(Some(0.0), |at| Some(at + self.every));
        for at in seconds.take_while(|at| at <= span) {
            let _ = write!(
                out,
                "<text class=\"faint\" text-anchor=\"middle\" x=\"{:.1}\" y=\"{:.1}\">{at} s</text>",
                x(at),
                height - FOOT + 8.0,
            );
        }
        out.push_str("</svg>\n");
        out
    }

    /// Where each panel begins.
    fn tops(&self) -> impl Iterator<Item = f64> {
        let tops = std::iter::successors(Some(HEAD), |top| Some(top + Chart::WHOLE));
        tops.take(self.panels.len())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Line, Scale, Whose};
    use super::*;

    #[test]
    fn a_stretch_is_shaded_in_each_panel_and_named_once() {
        let points = vec![(0.0, Some(1.0)), (10.0, Some(2.0))];
        let line = Line { name: "it", whose: Whose::Own, points };
        let panel = Chart {
            title: "age".to_owned(),
            scale: Scale::Linear(2.0),
            label: |number| number.to_string(),
            lines: vec![line],
            bound: Some((1.0, "promised".to_owned())),
            marks: vec![(5.0, "broken".to_owned())],
        };
        let shade = Shade { from: 5.0, to: 10.0, depth: 2, name: "down".to_owned() };
        let (title, about) = ("all", "how".to_owned());
        let panels = vec![panel.clone(), panel];
        let shades = vec![shade];
        let svg = Timeline { title, about, span: 10.0, every: 5.0, shades, panels }.svg();
        assert_eq!(svg.matches("<rect class=\"shade2\" x=\"460.0\"").count(), 2, "{svg}");
        assert_eq!((svg.matches(">down<").count(), svg.matches(">broken<").count()), (1, 2));
        for seconds in ["0 s", "5 s", "10 s"] {
            assert!(svg.contains(&format!(">{seconds}<")), "{seconds}");
        }
    }
}
