//! One panel of a timeline: lines over time, and the bound that they are held against.

use std::fmt::Write;

use super::bars::Whose;

/// How high the part with the lines is, and the line above it with the title.
const HEIGHT: f64 = 104.0;
const HEAD: f64 = 26.0;

/// Where the lines of all panels begin and end.
pub(super) const LEFT: f64 = 74.0;
pub(super) const RIGHT: f64 = 846.0;

/// What is drawn in one panel.
#[derive(Clone, Debug)]
pub struct Chart {
    /// What was measured.
    pub title: String,
    /// From the least to the most that is shown.
    pub scale: Scale,
    /// How a number is written at the axis.
    pub label: fn(f64) -> String,
    /// The last one is drawn over the others.
    pub lines: Vec<Line>,
    /// What is not to be exceeded, and what that is.
    pub bound: Option<(f64, String)>,
    /// What happened when, in a word or two.
    pub marks: Vec<(f64, String)>,
}

/// How numbers become heights.
#[derive(Clone, Copy, Debug)]
pub enum Scale {
    /// From nothing to this.
    Linear(f64),
    /// Each power of ten as high as the next: from the first to the second.
    Powers(f64, f64),
}

/// One line.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it shows: a word, at its end.
    pub name: &'static str,
    /// Whose colour it has.
    pub whose: Whose,
    /// Times and numbers. Where there is no number, there is no line.
    pub points: Vec<(f64, Option<f64>)>,
}

impl Scale {
    /// From nothing to the next round number.
    pub fn up_to(most: f64) -> Self {
        let power = 10_f64.powf(most.max(f64::MIN_POSITIVE).log10().floor());
        let steps = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
        let round = steps.into_iter().map(|step| step * power).find(|round| *round >= most * 0.999);
        Self::Linear(round.unwrap_or(most))
    }

    /// How high a number is, as a share of the whole height.
    fn share(self, number: f64) -> f64 {
        let share = match self {
            Self::Linear(most) => number / most,
            Self::Powers(least, most) => {
                (number.max(least) / least).log10() / (most / least).log10()
            }
        };
        share.clamp(0.0, 1.0)
    }

    fn ticks(self) -> Vec<f64> {
        match self {
            Self::Linear(most) => vec![0.0, most / 2.0, most],
            Self::Powers(least, most) => {
                let powers = std::iter::successors(Some(least), |power| Some(power * 10.0));
                powers.take_while(|power| *power <= most * 1.001).collect()
            }
        }
    }
}

impl Chart {
    /// How high a panel is.
    pub(super) const WHOLE: f64 = HEAD + HEIGHT + 12.0;

    /// Where the lines lie in the height of a panel.
    pub(super) const BODY: (f64, f64) = (HEAD, HEIGHT);

    pub(super) fn draw(&self, top: f64, span: f64) -> String {
        let mut out = format!(
            "<g transform=\"translate(0 {top})\"><text class=\"panel\" x=\"20\" y=\"16\">{}</text>",
            self.title
        );
        let height = |number| HEAD + HEIGHT * (1.0 - self.scale.share(number));
        for tick in self.scale.ticks() {
            let (y, label) = (height(tick), (self.label)(tick));
            // Writing to a string cannot fail.
            let _ = write!(
                out,
                "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
                 <text class=\"faint\" text-anchor=\"end\" x=\"{:.1}\" y=\"{:.1}\">{label}</text>",
                LEFT - 6.0,
                y + 4.0,
            );
        }
        let mut names = Names::default();
        if let Some((bound, name)) = &self.bound {
            let y = height(*bound);
            let _ = write!(
                out,
                "<line class=\"bound\" x1=\"{LEFT}\" x2=\"{RIGHT}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>"
            );
            names.put(y, "faint", name);
        }
        let x = |at: f64| LEFT + (RIGHT - LEFT) * at / span;
        for line in &self.lines {
            let class = line.whose.class();
            for run in line.points.split(|(_, number)| number.is_none()).filter(|run| run.len() > 1)
            {
                let _ = write!(out, "<polyline class=\"{class}\" points=\"");
                for (at, number) in run.iter().filter_map(|(at, number)| Some((at, (*number)?))) {
                    let _ = write!(out, "{:.1},{:.1} ", x(*at), height(number));
                }
                out.push_str("\"/>");
            }
            if let Some(last) = line.points.iter().rev().find_map(|(_, number)| *number) {
                names.put(height(last), class, line.name);
            }
        }
        for (at, text) in &self.marks {
            let _ = write!(
                out,
                "<line class=\"bound\" x1=\"{0:.1}\" x2=\"{0:.1}\" y1=\"{HEAD}\" y2=\"{1:.1}\"/>\
                 <text class=\"faint\" x=\"{2:.1}\" y=\"{3:.1}\">{text}</text>",
                x(*at),
                HEAD + HEIGHT,
                x(*at) + 4.0,
                HEAD + HEIGHT - 6.0,
            );
        }
        out.push_str(&names.0);
        out.push_str("</g>");
        out
    }
}

/// The names at the ends of lines, none over another.
#[derive(Default)]
struct Names(String, Vec<f64>);

impl Names {
    fn put(&mut self, y: f64, class: &str, name: &str) {
        const APART: f64 = 13.0;
        let is_free = |y: f64| self.1.iter().all(|other| (other - y).abs() >= APART);
        let steps = (0..20).map(f64::from);
        let mut places = steps.flat_map(|step| [y - step * 2.0, y + step * 2.0]);
        let y = places.find(|y| is_free(*y)).unwrap_or(y);
        self.1.push(y);
        let (x, y) = (RIGHT + 6.0, y + 4.0);
        // Writing to a string cannot fail.
        let _ = write!(
            self.0,
            "<text x=\"{x}\" y=\"{y:.1}\"><tspan class=\"{class}\">{name}</tspan></text>"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(scale: Scale, points: Vec<(f64, Option<f64>)>) -> String {
        let lines = vec![Line { name: "it", whose: Whose::Own, points }];
        let (title, label): (_, fn(f64) -> String) =
            ("age".to_owned(), |number| number.to_string());
        Chart { title, scale, label, lines, bound: None, marks: Vec::new() }.draw(0.0, 10.0)
    }

    #[test]
    fn a_line_ends_where_there_is_no_number() {
        let points = [Some(0.0), Some(1.0), None, Some(1.0), Some(0.5)];
        let points = (0..5).map(f64::from).zip(points).collect();
        let drawn = chart(Scale::Linear(1.0), points);
        assert_eq!(drawn.matches("<polyline").count(), 2);
        assert!(drawn.contains("points=\"74.0,130.0 151.2,26.0 \""), "{drawn}");
    }

    #[test]
    fn powers_of_ten_are_as_far_apart_as_each_other_and_what_is_beyond_stays_at_the_edge() {
        let points = vec![(0.0, Some(1.0)), (1.0, Some(10.0)), (2.0, Some(1e9)), (3.0, Some(0.0))];
        let drawn = chart(Scale::Powers(1.0, 100.0), points);
        assert!(drawn.contains("74.0,130.0 151.2,78.0 228.4,26.0 305.6,130.0"), "{drawn}");
        assert_eq!(drawn.matches("class=\"grid\"").count(), 3);
    }

    #[test]
    fn the_top_of_a_scale_is_a_round_number() {
        for (most, round) in [(1.0, 1.0), (67.1, 80.0), (3_145_728.0, 4e6), (242_000.0, 3e5)] {
            let Scale::Linear(top) = Scale::up_to(most) else { panic!("it is linear") };
            assert!((top / round - 1.0).abs() < 1e-9, "{top} for {most}");
        }
    }

    #[test]
    fn names_do_not_lie_over_each_other() {
        let mut names = Names::default();
        for _ in 0..3 {
            names.put(50.0, "own", "it");
        }
        let mut places = names.1;
        places.sort_by(f64::total_cmp);
        assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= 13.0), "{places:?}");
    }
}
