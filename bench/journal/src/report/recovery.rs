//! The table of the openings.

use std::fmt::Write;

use forebay_measure::quantity::{bytes, percent, ratio, time};

use crate::measured::Measured;
use crate::subjects::Kind;

pub(crate) fn recovery(measured: &Measured) -> String {
    let mut out = String::from(
        "| | to the first get | Forebay is faster | most memory | on disk | loads everything | noise \
         |\n|---|---:|---:|---:|---:|---|---:|\n",
    );
    let own = measured.recovery(Kind::Forebay);
    for recovery in &measured.recoveries {
        let seconds = recovery.spread(|opening| opening.seconds);
        let others = own.filter(|_| recovery.kind != Kind::Forebay);
        let faster = others.map(|own| recovery.ratio_to(own, |opening| opening.seconds));
        let disk = u32::try_from(recovery.disk >> 10).map_or(f64::INFINITY, f64::from) * 1024.0;
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | ±{} |",
            recovery.kind.name(),
            time(seconds.median * 1e9),
            faster.map(ratio).unwrap_or_default(),
            bytes(recovery.spread(|opening| opening.memory).median),
            bytes(disk),
            if recovery.kind.loads() { "yes" } else { "no" },
            percent(seconds.noise()),
        );
    }
    out
}
