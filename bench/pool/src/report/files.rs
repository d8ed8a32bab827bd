//! The report as files.

use forebay_measure::Report;

use super::{csv, markdown, picture};
use crate::measured::Measured;

pub(crate) fn of(measured: &Measured) -> Report {
    let files = vec![("pool.csv", csv::csv(measured)), ("pool.svg", picture::svg(measured))];
    Report { name: "pool.md", page: markdown::markdown(measured), files }
}
