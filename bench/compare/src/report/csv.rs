//! Every series with its spread, for those who want to reckon for themselves.

use std::fmt::Write;

use crate::measured::Measured;

/// All times are nanoseconds for one operation.
pub(crate) fn csv(measured: &Measured) -> String {
    let mut out = String::from(
        "operation,subject,entries,rounds,operations_a_round,\
         cpu_min,cpu_q1,cpu_median,cpu_q3,cpu_max,wall_min,wall_median,wall_max,others_median\n",
    );
    for series in &measured.series {
        let (cpu, wall) = (series.cpu(), series.wall());
        let operations = series.samples.first().map_or(0, |sample| sample.operations);
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{},\"{}\",{},{},{operations},{:.1},{:.1},{:.1},{:.1},{:.1},{:.1},{:.1},{:.1},{:.1}",
            series.operation.code(),
            series.kind.name(),
            series.entries,
            series.samples.len(),
            cpu.min,
            cpu.quarter,
            cpu.median,
            cpu.three_quarters,
            cpu.max,
            wall.min,
            wall.median,
            wall.max,
            series.others().median,
        );
    }
    out
}
