//! The table of one contest with one stock.

use std::fmt::Write;

use forebay_measure::quantity::{count, percent, ratio, time};

use crate::contest::{Contest, Stock};
use crate::measured::{Measured, Series};
use crate::subjects::Kind;

pub(crate) fn table(measured: &Measured, stock: Stock, contest: Contest) -> String {
    let own = measured.find(stock, contest, Kind::own(contest.suite));
    let name = own.map_or("Forebay", |own| own.kind.name());
    let limit = measured.of(stock, contest).find(|series| series.kind.is_limit());
    let mut out = format!(
        "| | a second | {name} is faster | work in each | {name} works less | the writer, a second | \
         of the limit | noise |\n|---|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for series in measured.of(stock, contest) {
        let rate = series.rate();
        let others = own.filter(|own| series.kind != own.kind);
        let limit = limit.filter(|limit| series.kind != limit.kind);
        let share = |limit: &Series| percent(series.times_as_fast_as(limit));
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} | ±{} |",
            series.kind.name(),
            count(rate.median),
            others.map(|own| ratio(own.times_as_fast_as(series))).unwrap_or_default(),
            known(series.worked(), time),
            others.map(|own| known(own.times_as_light_as(series), ratio)).unwrap_or_default(),
            series.written().map(count).unwrap_or_default(),
            limit.map(share).unwrap_or_default(),
            percent(rate.noise()),
        );
    }
    out
}

/// Nothing, if it is not known.
fn known(number: f64, said: fn(f64) -> String) -> String {
    if number.is_finite() { said(number) } else { String::new() }
}
