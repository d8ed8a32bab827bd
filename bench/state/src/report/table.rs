//! The table of one contest with one content.

use std::fmt::Write;

use forebay_measure::quantity::{count, percent, ratio, time};

use crate::contest::{Content, Contest};
use crate::measured::Measured;
use crate::subjects::Kind;

pub(crate) fn table(measured: &Measured, content: Content, contest: Contest) -> String {
    let mut out = String::from(
        "| | a second | Forebay is faster | work in each | Forebay works less | the writer, a second | noise |\n\
         |---|---:|---:|---:|---:|---:|---:|\n",
    );
    let own = measured.find(content, contest, Kind::Forebay);
    for series in measured.of(content, contest) {
        let rate = series.rate();
        let others = own.filter(|_| series.kind != Kind::Forebay);
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | ±{} |",
            series.kind.name(),
            count(rate.median),
            others.map(|own| ratio(own.times_as_fast_as(series))).unwrap_or_default(),
            time(series.worked()),
            others.map(|own| ratio(own.times_as_light_as(series))).unwrap_or_default(),
            series.written().map(count).unwrap_or_default(),
            percent(rate.noise()),
        );
    }
    out
}
