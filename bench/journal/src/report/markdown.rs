//! The report to read.

use std::fmt::Write;

use super::losses::losses;
use super::method::method;
use super::recovery::recovery;
use super::table::table;
use super::targets::targets;
use crate::measured::Measured;

pub(crate) fn markdown(measured: &Measured) -> String {
    let mut out = String::from("# The journal beside published logs and stores\n\n");
    if measured.quick {
        out.push_str("**A quick run: to try the program. Do not quote these numbers.**\n\n");
    }
    out.push_str(
        "Durable puts, puts that are only handed over, and recovery. Written by \
         `cargo run --release` in `bench/journal`.\n\n\
         ![puts a second, a panel for each number of writers](journal.svg)\n\n## How\n\n",
    );
    out.push_str(&method(measured));
    out.push_str("\n## Targets\n\n");
    out.push_str(&targets(measured));
    out.push_str("\n## Where Forebay loses\n\n");
    out.push_str("Everything where somebody is more than 5 % better.\n\n");
    out.push_str(&losses(measured));
    out.push_str("\n## All numbers\n");
    for contest in measured.contests() {
        let _ = write!(out, "\n### {}\n\n{}", contest.title(), table(measured, contest));
    }
    if !measured.recoveries.is_empty() {
        let _ = write!(out, "\n### Recovery\n\n{}", recovery(measured));
    }
    out
}
