//! Every round, for those who want to reckon for themselves.

use std::fmt::Write;

use crate::measured::Measured;

pub(crate) fn csv(measured: &Measured) -> String {
    let mut out = String::from(
        "work,threads,keys,records,subject,round,a_second,worked_ns,written_a_second,longest_ns\n",
    );
    for series in &measured.series {
        let (contest, stock) = (series.contest, series.stock);
        for (round, sample) in series.samples.iter().enumerate() {
            let beside = sample.beside.map_or(",".to_owned(), |beside| {
                format!("{:.0},{:.0}", beside.written, beside.longest)
            });
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "{},{},{},{},{},{},{:.0},{:.1},{beside}",
                contest.suite.label(),
                contest.threads,
                stock.keys.label(),
                stock.records,
                series.kind.label(),
                round + 1,
                sample.rate,
                sample.worked,
            );
        }
    }
    out
}
