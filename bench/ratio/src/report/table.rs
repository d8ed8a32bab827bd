//! All counts.

use std::fmt::Write;

use crate::measured::{Measured, Pair};
use crate::subjects::Kind;

pub(super) fn table(measured: &Measured) -> String {
    let kinds = kinds(measured);
    let mut out = String::from("| trace | entries |");
    // Writing to a string cannot fail.
    for kind in &kinds {
        let _ = write!(out, " {} |", kind.label());
    }
    out.push_str("\n|---|---:|");
    out.push_str(&"---:|".repeat(kinds.len()));
    out.push('\n');
    for pair in &measured.pairs {
        out.push_str(&row(pair, &kinds));
    }
    out
}

fn row(pair: &Pair, kinds: &[Kind]) -> String {
    let (trace, share, entries) = (pair.trace.label(), pair.share.label(), pair.entries);
    let mut out = format!("| {trace}, {share} % | {entries} |");
    let best = pair.best().map(|ratio| ratio.kind);
    for kind in kinds {
        let said = pair.find(*kind).map(|ratio| format!("{:.2}", ratio.mean())).unwrap_or_default();
        let said = if best == Some(*kind) { format!("**{said}**") } else { said };
        // Writing to a string cannot fail.
        let _ = write!(out, " {said} |");
    }
    out.push('\n');
    out
}

fn kinds(measured: &Measured) -> Vec<Kind> {
    let has = |kind: &Kind| measured.pairs.iter().any(|pair| pair.find(*kind).is_some());
    Kind::ALL.into_iter().filter(has).collect()
}
