//! The report to read.

use std::fmt::Write;

use super::losses::losses;
use super::method::method;
use super::table::{peaks, table};
use super::targets::peak_title;
use super::verdicts::verdicts;
use crate::measured::Measured;

pub(crate) fn markdown(measured: &Measured) -> String {
    let mut out = String::from("# The pool beside published stores\n\n");
    if measured.quick {
        out.push_str("**A quick run: to try the program. Do not quote these numbers.**\n\n");
    }
    out.push_str(
        "Rows of numbers that are stored, loaded again, and looked at while they are in memory. Written \
         by `cargo run --release` in `bench/pool`.\n\n\
         ![how fast everybody is, a panel for each kind of work](pool.svg)\n\n## How\n\n",
    );
    out.push_str(&method(measured));
    out.push_str("\n## Targets\n\n");
    out.push_str(&verdicts(measured));
    out.push_str("\n## Where Forebay loses\n\n");
    out.push_str("Everything where somebody is more than 5 % faster.\n\n");
    out.push_str(&losses(measured));
    out.push_str("\n## All numbers\n");
    for work in measured.held() {
        let _ = write!(out, "\n### {}\n\n{}", work.title(), table(measured, work));
    }
    if !measured.peaks.is_empty() {
        let _ = write!(out, "\n### {}\n\n{}", peak_title(), peaks(measured));
    }
    out
}
