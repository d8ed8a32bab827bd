//! Forebay's promise: what it costs does not grow with the number of entries.

use std::fmt::Write;

use forebay_measure::quantity::ratio;

use super::entries::entries;
use crate::measured::Measured;
use crate::operation::Operation;
use crate::run::SIZES;
use crate::subjects::Kind;

/// The most that the cost with a million entries may be of that with ten thousand.
const GROWTH_MAX: f64 = 3.0;

pub(crate) fn verdicts(measured: &Measured) -> String {
    let mut out = String::from(
        "| | Forebay | 1M / 10k | HashMap, for comparison | verdict |\n|---|---|---:|---:|---|\n",
    );
    let mut failed = 0;
    for operation in Operation::ALL.into_iter().filter(|operation| operation.is_judged()) {
        for kind in Kind::all_that_can(operation).filter(|kind| kind.is_forebay()) {
            let Some(growth) = measured.growth(operation, kind) else { continue };
            let floor = measured.growth(like(operation), Kind::PlainMap);
            let verdict = if growth <= GROWTH_MAX { "PASS" } else { "**FAIL**" };
            failed += u32::from(growth > GROWTH_MAX);
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {verdict} |",
                operation.title(),
                kind.label().trim_start_matches("Forebay "),
                ratio(growth),
                floor.map(ratio).unwrap_or_default(),
            );
        }
    }
    let whole = if failed == 0 { "PASS".into() } else { format!("FAIL, rows: {failed}") };
    let _ = writeln!(out, "\nAll of it: **{whole}**.");
    out
}

/// What a journal may cost: a write at `Journaled` against two at `Memory`, and a hit.
pub(crate) fn journal_verdicts(measured: &Measured) -> String {
    use Kind::{ForebayBehind, ForebayJournaled, ForebayLogged};
    use Operation::{GetHit, OverwriteDirty};
    let rows = [
        ("Journaled against Memory, both with a journal", OverwriteDirty, ForebayLogged, 2.0),
        ("Journaled against Memory without a journal", OverwriteDirty, ForebayBehind, 2.0),
        ("Hit with a journal against one without", GetHit, ForebayBehind, 1.1),
    ];
    let mut out = String::from("|");
    for size in SIZES {
        let _ = write!(out, " | {}", entries(size));
    }
    out.push_str(" | at most | verdict |\n|---|");
    out.push_str(&"---:|".repeat(SIZES.len() + 1));
    out.push_str("---|\n");
    for (title, operation, base, most) in rows {
        let ratio_at = |size| {
            let base = measured.series(operation, base, size)?;
            Some(measured.series(operation, ForebayJournaled, size)?.ratio_to(base))
        };
        let ratios: Vec<f64> = SIZES.into_iter().filter_map(ratio_at).collect();
        let _ = write!(out, "| {title}");
        for found in &ratios {
            let _ = write!(out, " | {}", ratio(*found));
        }
        let verdict = if ratios.iter().all(|found| *found <= most) { "PASS" } else { "**FAIL**" };
        let _ = writeln!(out, " | {} | {verdict} |", ratio(most));
    }
    out
}

/// The operation that asks as much of a plain map.
fn like(operation: Operation) -> Operation {
    match operation {
        Operation::OverwriteDirty => Operation::Overwrite,
        other => other,
    }
}
