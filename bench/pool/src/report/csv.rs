//! Every round, for those who want to reckon for themselves.

use std::fmt::Write;

use super::targets::peak_title;
use crate::measured::Measured;

pub(crate) fn csv(measured: &Measured) -> String {
    let mut out = String::from("work,subject,round,worked_ns_per_unit,taken_ns_per_unit,unit\n");
    for series in &measured.series {
        let unit = if series.work.is_transfer() { "byte" } else { "call" };
        for (round, sample) in series.samples.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "\"{}\",{},{},{:.4},{:.4},{unit}",
                series.work.title(),
                series.kind.label(),
                round + 1,
                sample.worked * 1e9,
                sample.taken * 1e9,
            );
        }
    }
    for peaks in &measured.peaks {
        for (round, bytes) in peaks.bytes.iter().enumerate() {
            let (title, label, round) = (peak_title(), peaks.label(), round + 1);
            let _ = writeln!(out, "\"{title}\",{label},{round},{bytes:.0},,bytes");
        }
    }
    out
}
