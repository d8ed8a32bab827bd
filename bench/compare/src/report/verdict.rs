//! Forebay's promise: what it costs does not grow with the number of entries.

use std::fmt::Write;

use forebay_measure::quantity::{ratio, time};

use super::entries::entries;
use crate::measured::Measured;
use crate::operation::Operation;
use crate::run::SIZES;
use crate::subjects::Kind;

/// The most that the cost with a million entries may be of that with ten thousand, unless that of a plain map grows as much.
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
            let has_grown = growth > floor.unwrap_or_default().max(GROWTH_MAX);
            let verdict = if has_grown { "**FAIL**" } else { "PASS" };
            failed += u32::from(has_grown);
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

/// What a journal may cost: a write at `Journaled` against two at `Memory`, and a hit. What it costs to
/// have one at all is told and not judged.
pub(crate) fn journal_verdicts(measured: &Measured) -> String {
    use Kind::{ForebayBehind, ForebayJournaled, ForebayLogged};
    use Operation::{GetHit, OverwriteDirty};
    let (journaled, logged) = (ForebayJournaled, ForebayLogged);
    let rows = [
        ("Journaled against Memory, both with a journal", OverwriteDirty, journaled, logged, 2.0),
        ("Hit with a journal against one without", GetHit, journaled, ForebayBehind, 1.1),
        ("Memory with a journal against one without", OverwriteDirty, logged, ForebayBehind, NONE),
        ("Journaled against Memory without one", OverwriteDirty, journaled, ForebayBehind, NONE),
    ];
    let mut out = heading("");
    out.push_str(" | at most | verdict |\n");
    out.push_str(&rule("---:|---|"));
    for (title, operation, kind, base, most) in rows {
        let ratio_at = |size| {
            let base = measured.series(operation, base, size)?;
            Some(measured.series(operation, kind, size)?.ratio_to(base))
        };
        let ratios: Vec<f64> = SIZES.into_iter().filter_map(ratio_at).collect();
        let _ = write!(out, "| {title}");
        for found in &ratios {
            let _ = write!(out, " | {}", ratio(*found));
        }
        let (bound, verdict) = match most {
            NONE => (String::new(), ""),
            _ if ratios.iter().all(|found| *found <= most) => (ratio(most), "PASS"),
            _ => (ratio(most), "**FAIL**"),
        };
        let _ = writeln!(out, " | {bound} | {verdict} |");
    }
    out
}

/// No bound was promised.
const NONE: f64 = f64::INFINITY;

/// What a put with a journal costs besides, on other threads than the caller's.
pub(crate) fn journal_background(measured: &Measured) -> String {
    let mut out = heading("CPU time of a put on other threads");
    out.push_str(" |\n");
    out.push_str(&rule(""));
    for kind in [Kind::ForebayLogged, Kind::ForebayJournaled] {
        let _ = write!(out, "| {}", kind.name());
        let series = |size| measured.series(Operation::OverwriteDirty, kind, size);
        for series in SIZES.into_iter().filter_map(series) {
            let _ = write!(out, " | {}", time(series.others().median));
        }
        out.push_str(" |\n");
    }
    out
}

/// The beginning of a table with a column for each number of entries.
fn heading(what: &str) -> String {
    SIZES.iter().fold(format!("| {what}"), |line, size| line + " | " + &entries(*size))
}

/// The line under it, and that of the columns that follow.
fn rule(more: &str) -> String {
    format!("|---|{}{more}\n", "---:|".repeat(SIZES.len()))
}

/// The operation that asks as much of a plain map.
fn like(operation: Operation) -> Operation {
    match operation {
        Operation::OverwriteDirty => Operation::Overwrite,
        other => other,
    }
}
