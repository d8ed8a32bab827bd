//! One panel: bars for those who were compared.

use std::fmt::Write;

use forebay_measure::quantity::{bytes, count, time};

use super::style::{BAR_GAP, BAR_HEIGHT, BAR_LEFT, BAR_LENGTH, class};
use crate::contest::Contest;
use crate::measured::Measured;
use crate::subjects::Kind;

/// What is drawn in one panel.
pub(crate) struct Panel {
    title: String,
    unit: &'static str,
    bars: Vec<Bar>,
}

struct Bar {
    kind: Kind,
    length: f64,
    label: String,
}

impl Panel {
    /// Puts a second, with the p99 beside each.
    pub(crate) fn of_contest(measured: &Measured, contest: Contest) -> Self {
        let bar = |series: &crate::measured::Series| Bar {
            kind: series.kind,
            length: series.rate(),
            label: format!("{}, p99 {}", count(series.rate()), time(series.p99())),
        };
        let bars = measured.of(contest).map(bar).collect();
        Self { title: contest.title(), unit: "puts a second: more is better", bars }
    }

    /// The time to the first get, with the memory beside each.
    pub(crate) fn of_recovery(measured: &Measured) -> Option<Self> {
        let bar = |recovery: &crate::measured::Recovery| Bar {
            kind: recovery.kind,
            length: recovery.seconds(),
            label: format!(
                "{}, {}{}",
                time(recovery.seconds() * 1e9),
                bytes(recovery.spread(|opening| opening.memory).median),
                if recovery.kind.loads() { "" } else { ", not loaded" },
            ),
        };
        let bars: Vec<Bar> = measured.recoveries.iter().map(bar).collect();
        let records = count(u32::try_from(measured.records).map_or(f64::INFINITY, f64::from));
        let title = format!("Recovery of {records} records");
        (!bars.is_empty()).then_some(Self { title, unit: "time: less is better", bars })
    }

    pub(crate) fn draw(&self, left: f64, top: f64) -> String {
        let mut out = format!(
            "<g transform=\"translate({left} {top})\"><text class=\"panel\" x=\"20\" y=\"16\">{}\
             <tspan class=\"faint\" font-weight=\"400\" dx=\"8\">{}</tspan></text>",
            self.title, self.unit
        );
        let longest = self.bars.iter().map(|bar| bar.length).fold(f64::MIN_POSITIVE, f64::max);
        let mut y = 28.0;
        for Bar { kind, length, label } in &self.bars {
            let (width, class, name) = (BAR_LENGTH * length / longest, class(*kind), kind.label());
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
}
