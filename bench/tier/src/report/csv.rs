//! Every round, for those who want to reckon for themselves.

use std::fmt::Write;

use crate::measured::Measured;

pub(super) fn csv(measured: &Measured) -> String {
    let mut out = String::from("row,pair,entries,subject,round,cpu_ns,wall_ns,all_cpu_ns,hits\n");
    for series in &measured.series {
        let place = series.place;
        for (round, sample) in series.samples.iter().enumerate() {
            let or_nothing = |number: Option<f64>| number.map(|number| format!("{number:.4}"));
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "{},{},{},{},{},{:.2},{:.2},{},{}",
                place.row.code(),
                place.shape.label(),
                place.entries,
                series.kind.label(),
                round + 1,
                sample.cpu,
                sample.wall,
                or_nothing(sample.all).unwrap_or_default(),
                or_nothing(sample.hits).unwrap_or_default(),
            );
        }
    }
    for held in &measured.held {
        for (round, bytes) in held.each.iter().enumerate() {
            let (shape, kind) = (held.shape.label(), held.kind.label());
            let _ = writeln!(out, "bytes,{shape},,{kind},{},{bytes:.1},,,", round + 1);
        }
    }
    out
}
