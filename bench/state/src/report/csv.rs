//! Every round, for those who want to reckon for themselves.

use std::fmt::Write;

use crate::measured::Measured;

pub(crate) fn csv(measured: &Measured) -> String {
    let mut out = String::from(
        "work,threads,keys,records,subject,round,a_second,worked_ns,written_a_second\n",
    );
    for series in &measured.series {
        let (contest, content) = (series.contest, series.content);
        for (round, sample) in series.samples.iter().enumerate() {
            let written = sample.written.map_or(String::new(), |rate| format!("{rate:.0}"));
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "{},{},{},{},{},{},{:.0},{:.1},{written}",
                contest.suite.label(),
                contest.threads,
                content.keys.label(),
                content.records,
                series.kind.label(),
                round + 1,
                sample.rate,
                sample.worked,
            );
        }
    }
    out
}
