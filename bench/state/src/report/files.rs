//! The report as files.

use forebay_measure::Report;

use super::{csv, large_csv, markdown, picture};
use crate::measured::Measured;

pub(crate) fn of(measured: &Measured) -> Report {
    let files = vec![
        ("state.csv", csv::csv(measured)),
        ("state-large.csv", large_csv::large_csv(measured)),
        ("state.svg", picture::work(measured)),
        ("state-ahead.svg", picture::ahead(measured)),
    ];
    Report { name: "state.md", page: markdown::markdown(measured), files }
}
