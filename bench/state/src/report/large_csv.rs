//! Every round of what was measured of many records.

use std::fmt::Write;

use crate::measured::Measured;

pub(crate) fn large_csv(measured: &Measured) -> String {
    let mut out = String::from(
        "work,records,subject,round,seconds,resident_bytes,peak_bytes,\
         longest_transaction_seconds,longest_before_seconds,transactions_a_second\n",
    );
    for of_one in &measured.openings {
        let (from, records, label) = (of_one.from.label(), of_one.records, of_one.kind.label());
        for (round, one) in (1..).zip(&of_one.rounds) {
            let (seconds, resident, peak) = (one.seconds, one.resident, one.peak);
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "load from a {from},{records},{label},{round},{seconds:.4},{resident:.0},{peak:.0},,,"
            );
        }
    }
    for of_one in &measured.snapshots {
        let (records, label) = (of_one.records, of_one.kind.label());
        for (round, one) in (1..).zip(&of_one.rounds) {
            let _ = writeln!(
                out,
                "snapshot,{records},{label},{round},{:.4},{:.0},{:.0},{:.6},{:.6},{:.0}",
                one.seconds, one.resident, one.peak, one.pause, one.pause_before, one.rate
            );
        }
    }
    out
}
