//! The table of one operation.

use std::fmt::Write;

use forebay_measure::quantity::{percent, ratio, time};

use super::entries::entries;
use crate::measured::Measured;
use crate::operation::Operation;
use crate::run::SIZES;
use crate::subjects::Kind;

pub(crate) fn table(measured: &Measured, operation: Operation) -> String {
    let mut out = String::from("| CPU time of ");
    out.push_str(operation.unit());
    for size in SIZES {
        let _ = write!(out, " | {}", entries(size));
    }
    out.push_str(" | wall, 1M | growth 10k to 1M | against Forebay, 1M | noise |\n|---");
    out.push_str(&"|---:".repeat(SIZES.len() + 4));
    out.push_str("|\n");
    for kind in Kind::all_that_can(operation) {
        out.push_str(&row(measured, operation, kind));
    }
    out
}

fn row(measured: &Measured, operation: Operation, kind: Kind) -> String {
    let mut row = format!("| {}", kind.name());
    let mut noise = 0.0_f64;
    for size in SIZES {
        let Some(series) = measured.series(operation, kind, size) else { continue };
        let cpu = series.cpu();
        noise = noise.max(cpu.noise());
        let _ = write!(row, " | {}", time(cpu.median));
    }
    let most = SIZES[SIZES.len() - 1];
    let last = measured.series(operation, kind, most);
    let wall = last.map(|series| time(series.wall().median)).unwrap_or_default();
    let growth = measured.growth(operation, kind).map(ratio).unwrap_or_default();
    let own = measured.series(operation, kind.counterpart(), most);
    let against = match (last, own) {
        (Some(_), _) if kind.is_forebay() => "1".to_owned(),
        (Some(series), Some(own)) => ratio(series.ratio_to(own)),
        _ => String::new(),
    };
    let _ = writeln!(row, " | {wall} | {growth} | {against} | ±{} |", percent(noise));
    row
}
