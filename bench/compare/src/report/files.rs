//! The report as files.

use forebay_measure::Report;

use super::{csv, markdown, picture};
use crate::measured::Measured;

pub(crate) fn of(measured: &Measured) -> Report {
    let files = vec![("results.csv", csv::csv(measured)), ("results.svg", picture::svg(measured))];
    Report { name: "results.md", page: markdown::markdown(measured), files }
}
