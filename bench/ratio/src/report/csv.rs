//! Every count, for those who want to reckon for themselves.

use std::fmt::Write;

use crate::measured::Measured;

pub(super) fn csv(measured: &Measured) -> String {
    let mut out = String::from("trace,percent_of_keys,entries,subject,seed,hit_percent\n");
    for pair in &measured.pairs {
        let (trace, share, entries) = (pair.trace.label(), pair.share.label(), pair.entries);
        for ratio in &pair.ratios {
            for (at, hits) in ratio.hits.iter().enumerate() {
                let (label, seed) = (ratio.kind.label(), at + 1);
                // Writing to a string cannot fail.
                let _ = writeln!(out, "{trace},{share},{entries},{label},{seed},{hits:.4}");
            }
        }
    }
    out
}
