//! Whether what is aimed at was reached.

use std::fmt::Write;

use super::targets::targets;
use crate::measured::Measured;

pub(super) fn verdicts(measured: &Measured) -> String {
    let mut out = String::from(
        "| | against | target | measured | of the limit | verdict |\n|---|---|---:|---:|---:|---|\n",
    );
    let all = targets(measured);
    for target in &all {
        let verdict = if target.is_met() { "PASS" } else { "**FAIL**" };
        let (what, against) = (&target.what, target.against);
        let (bound, found, of_limit) = (target.bound(), target.found(), target.of_limit());
        // Writing to a string cannot fail.
        let _ =
            writeln!(out, "| {what} | {against} | {bound} | {found} | {of_limit} | {verdict} |");
    }
    let met = all.iter().filter(|target| target.is_met()).count();
    let _ = writeln!(out, "\n{met} of {} targets are met.", all.len());
    out
}
