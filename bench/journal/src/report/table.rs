//! The table of one contest.

use std::fmt::Write;

use forebay_measure::quantity::{bytes, count, each, percent, ratio, time};

use crate::contest::{Contest, Suite};
use crate::measured::{Measured, Series};
use crate::subjects::Kind;

pub(crate) fn table(measured: &Measured, contest: Contest) -> String {
    let mut out = String::from(
        "| | puts/s | Forebay is faster | p50 | p99 | slowest | own syncs a put | flushes of the \
         disk a put | bytes a put | noise |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for series in measured.of(contest) {
        out.push_str(&row(measured, series));
    }
    out
}

fn row(measured: &Measured, series: &Series) -> String {
    let rate = series.spread(|sample| sample.puts_a_second);
    let own = measured.series(series.contest, Kind::Forebay);
    let faster = own.filter(|_| series.kind != Kind::Forebay);
    let cells = [
        name(series.kind, series.contest.suite),
        count(rate.median),
        faster.map(|own| ratio(own.times_as_fast_as(series))).unwrap_or_default(),
        time(series.spread(|sample| sample.p50).median),
        time(series.p99()),
        time(series.spread(|sample| sample.max).max),
        series.counted(|sample| sample.syncs).map(each).unwrap_or_default(),
        series.counted(|sample| sample.flushes).map(each).unwrap_or_default(),
        series.counted(|sample| sample.bytes).map(bytes).unwrap_or_default(),
        format!("±{}", percent(rate.noise())),
    ];
    cells.iter().fold(String::from("|"), |mut row, cell| {
        // Writing to a string cannot fail.
        let _ = write!(row, " {cell} |");
        row
    }) + "\n"
}

/// The name, and how it was set up for this.
fn name(kind: Kind, suite: Suite) -> String {
    let how = match (kind, suite) {
        (Kind::Forebay, Suite::Tickets) => ", 64 in flight",
        (Kind::Etchdb, Suite::Journaled) => ", grouped, 10 ms",
        (Kind::Etchdb, _) => ", immediate",
        (Kind::RaftEngine, Suite::Journaled) => ", `sync` false",
        (Kind::Fjall, Suite::Journaled) => ", no `persist`",
        (Kind::Fjall, _) => ", `persist(SyncData)`",
        (Kind::Redb, Suite::Journaled) => ", `Durability::None`",
        (Kind::Redb, _) => ", `Durability::Immediate`",
        (Kind::Sqlite, Suite::Journaled) => ", WAL, NORMAL",
        (Kind::Sqlite, _) => ", WAL, FULL",
        (Kind::Lmdb, Suite::Journaled) => ", `NOSYNC`",
        _ => "",
    };
    format!("{}{how}", kind.name())
}
