//! A panel for each pair, a bar for each subject.

use forebay_measure::picture::{Bar, Bars, Picture, Whose};

use crate::measured::{Measured, Pair, Ratio};
use crate::subjects::Kind;

pub(super) fn svg(measured: &Measured) -> String {
    let panels = measured.pairs.iter().map(panel).collect();
    let about = "Of a hundred that are asked for, so many are in memory. Longer bars are better.";
    let title = "How often a cache has what is asked for";
    Picture { title, about: about.to_owned(), panels, row: 0.0 }.svg()
}

fn panel(pair: &Pair) -> Bars {
    let bar = |ratio: &Ratio| {
        let whose = if ratio.kind == Kind::Forebay { Whose::Own } else { Whose::Peer };
        let length = ratio.mean();
        Bar { name: ratio.kind.label(), whose, length, label: format!("{length:.2}") }
    };
    Bars {
        title: format!("{}, {} % of the keys", pair.trace.label(), pair.share.label()),
        unit: "hits in a hundred",
        bars: pair.ratios.iter().map(bar).collect(),
    }
}
