//! One panel: bars for those who were compared.

use std::fmt::Write;

/// From one bar to the next, and how high each is.
const GAP: f64 = 18.5;
const HEIGHT: f64 = 12.5;

/// Where the first bar lies in its panel, and what is left free below the last one.
const TOP: f64 = 28.0;
const BELOW: f64 = 17.5;

/// Where the bars of a panel begin, and how long the longest is.
const LEFT: f64 = 118.0;
const LENGTH: f64 = 200.0;

/// What is drawn in one panel.
#[derive(Clone, Debug)]
pub struct Bars {
    /// What was measured.
    pub title: String,
    /// In what, and which way is better.
    pub unit: &'static str,
    /// From top to bottom. The longest takes the whole length.
    pub bars: Vec<Bar>,
}

/// Somebody's bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Who it is: one short word, beside the bar.
    pub name: &'static str,
    /// Whose colour it has.
    pub whose: Whose,
    /// What was measured.
    pub length: f64,
    /// The same to read, behind the bar.
    pub label: String,
}

/// Whose a bar is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Forebay's.
    Own,
    /// The machine's: nobody can be better.
    Limit,
    /// Somebody else's.
    Peer,
}

impl Whose {
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Limit => "ideal",
            Self::Peer => "peer",
        }
    }
}

impl Bars {
    /// How high the panel is.
    pub(super) fn height(&self) -> f64 {
        self.bars.iter().fold(TOP + BELOW, |height, _| height + GAP)
    }

    pub(super) fn draw(&self, left: f64, top: f64) -> String {
        let mut out = format!(
            "<g transform=\"translate({left} {top})\"><text class=\"panel\" x=\"20\" y=\"16\">{}\
             <tspan class=\"faint\" font-weight=\"400\" dx=\"8\">{}</tspan></text>",
            self.title, self.unit
        );
        let longest = self.bars.iter().map(|bar| bar.length).fold(f64::MIN_POSITIVE, f64::max);
        let mut y = TOP;
        for Bar { name, whose, length, label } in &self.bars {
            let (width, class) = (LENGTH * length / longest, whose.class());
            // Writing to a string cannot fail.
            let _ = write!(
                out,
                "<text class=\"{class}\" text-anchor=\"end\" x=\"{:.1}\" y=\"{:.1}\">{name}</text>\
                 <rect class=\"{class}\" x=\"{LEFT}\" y=\"{y:.1}\" width=\"{:.1}\" \
                 height=\"{HEIGHT}\" rx=\"2\"/>\
                 <text class=\"faint\" x=\"{:.1}\" y=\"{:.1}\">{label}</text>",
                LEFT - 8.0,
                y + 10.5,
                width.max(1.0),
                LEFT + width + 6.0,
                y + 10.5,
            );
            y += GAP;
        }
        out.push_str("</g>");
        out
    }
}
