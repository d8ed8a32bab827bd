//! The report as files.

use forebay_measure::Report;

use super::{csv, markdown, picture};
use crate::measured::Measured;

pub(crate) fn of(measured: &Measured) -> Report {
    let files = vec![("server.csv", csv::csv(measured)), ("server.svg", picture::svg(measured))];
    Report { name: "server.md", page: markdown::markdown(measured), files }
}
