//! Whether what is aimed at was reached.

use std::fmt::Write;

use super::targets::targets;
use crate::measured::Measured;

pub(super) fn verdicts(measured: &Measured) -> String {
    let mut out = String::from(
        "| | | Forebay | against | target | measured | verdict |\n|---|---|---|---|---:|---:|---|\n",
    );
    let all = targets(measured);
    let mut before = "";
    for target in &all {
        // The kind of work is said once: the table is long.
        let part = if target.part == before { "" } else { target.part };
        before = target.part;
        let verdict = if target.is_met() { "PASS" } else { "**FAIL**" };
        let (what, own, against) = (&target.what, target.own, target.against);
        let (bound, found) = (target.bound.text(), target.found());
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "| {part} | {what} | {own} | {against} | {bound} | {found} | {verdict} |"
        );
    }
    let met = all.iter().filter(|target| target.is_met()).count();
    let _ = writeln!(out, "\n{met} of {} targets are met.", all.len());
    out
}
