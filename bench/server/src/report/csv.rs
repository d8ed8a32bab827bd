//! Every round, for those who want to reckon for themselves.

use std::fmt::Write;

use crate::measured::Measured;
use crate::subject::Kind;

pub(crate) fn csv(measured: &Measured) -> String {
    let mut out = String::from(
        "promise,command,pipeline,subject,round,commands_a_second,p50_ms,p99_ms,server_ns_a_command\n",
    );
    for pair in &measured.pairs {
        let contest = pair.contest;
        for (round, samples) in (1..).zip(&pair.rounds) {
            for (kind, sample) in Kind::ALL.into_iter().zip(samples) {
                // Writing to a string cannot fail.
                let _ = writeln!(
                    out,
                    "{},{},{},{},{round},{:.0},{:.3},{:.3},{:.0}",
                    contest.promise.label(),
                    contest.command.label(),
                    contest.pipeline,
                    kind.label(),
                    sample.rate,
                    sample.p50,
                    sample.p99,
                    sample.worked * 1e9,
                );
            }
        }
    }
    out
}
