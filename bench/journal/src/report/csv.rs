//! Every round, for those who want to reckon for themselves.

use std::fmt::Write;

use crate::measured::Measured;

/// Latencies are nanoseconds; openings have a time and the most memory, in bytes.
pub(crate) fn csv(measured: &Measured) -> String {
    let mut out = String::from(
        "contest,subject,round,puts_a_second,p50,p99,slowest,syncs_a_put,flushes_a_put,bytes_a_put,\
         opening_seconds,opening_memory\n",
    );
    let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
    for series in &measured.series {
        for (round, sample) in series.samples.iter().enumerate() {
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "{},\"{}\",{},{:.0},{:.0},{:.0},{:.0},{},{},{},,",
                series.contest.code(),
                series.kind.name(),
                round + 1,
                sample.puts_a_second,
                sample.p50,
                sample.p99,
                sample.max,
                number(sample.syncs),
                number(sample.flushes),
                number(sample.bytes),
            );
        }
    }
    for recovery in &measured.recoveries {
        for (round, opening) in recovery.openings.iter().enumerate() {
            let _ = writeln!(
                out,
                "recovery_{},\"{}\",{},,,,,,,,{:.4},{:.0}",
                measured.records,
                recovery.kind.name(),
                round + 1,
                opening.seconds,
                opening.memory,
            );
        }
    }
    out
}
