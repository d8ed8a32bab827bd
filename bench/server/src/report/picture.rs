//! The picture: a panel for each contest, a bar for each server.

use forebay_measure::picture::{Bar, Bars, Picture, Whose};
use forebay_measure::quantity::{count, time};

use crate::measured::{Measured, Pair};
use crate::subject::Kind;

pub(crate) fn svg(measured: &Measured) -> String {
    let panels = measured.pairs.iter().map(panel).collect();
    let quick = if measured.quick { " A QUICK RUN: do not quote." } else { "" };
    let about = format!("Medians of the rounds; 50 clients, values of 100 bytes.{quick}");
    Picture { title: "The server beside Redis", about, panels, row: 0.0 }.svg()
}

fn panel(pair: &Pair) -> Bars {
    let bar = |(side, kind): (usize, Kind)| {
        let rate = pair.spread(side, |sample| sample.rate).median;
        let worked = pair.spread(side, |sample| sample.worked).median;
        let whose = if kind == Kind::Forebay { Whose::Own } else { Whose::Peer };
        let label = format!("{}, {} of the server each", count(rate), time(worked * 1e9));
        Bar { name: kind.label(), whose, length: rate, label }
    };
    let bars = Kind::ALL.into_iter().enumerate().map(bar).collect();
    Bars { title: pair.contest.title(), unit: "commands a second", bars }
}
