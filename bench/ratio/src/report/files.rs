//! The report as files.

use forebay_measure::Report;

use super::{csv, markdown, picture};
use crate::measured::Measured;

pub(crate) fn of(measured: &Measured) -> Report {
    let files = vec![("ratio.csv", csv::csv(measured)), ("ratio.svg", picture::svg(measured))];
    Report { name: "ratio.md", page: markdown::markdown(measured), files }
}
