//! The report to read.

use std::fmt::Write;

use super::large::large;
use super::losses::losses;
use super::method::method;
use super::table::table;
use super::verdicts::verdicts;
use crate::measured::Measured;

pub(crate) fn markdown(measured: &Measured) -> String {
    let mut out = String::from("# The state beside published stores\n\n");
    if measured.quick {
        out.push_str("**A quick run: to try the program. Do not quote these numbers.**\n\n");
    }
    out.push_str(
        "Point reads, ranges and writes of one struct, in memory and with a log, openings, and snapshots. \
         Written by `cargo run --release` in `bench/state`.\n\n\
         ![how many times as fast as etchdb Forebay is, a line for each target](state-ahead.svg)\n\n\
         ![what everybody does in a second, a panel for each kind of work](state.svg)\n\n## How\n\n",
    );
    out.push_str(&method(measured));
    out.push_str("\n## Targets\n\n");
    out.push_str(&verdicts(measured));
    out.push_str("\n## Where Forebay loses\n\n");
    out.push_str("Everything where somebody is more than 5 % faster.\n\n");
    out.push_str(&losses(measured));
    out.push_str("\n## All numbers\n");
    for (stock, contest) in measured.held() {
        let _ = write!(
            out,
            "\n### {}, {}\n\n{}",
            contest.title(),
            stock.title(),
            table(measured, stock, contest)
        );
    }
    out.push_str(&large(measured));
    out
}
