//! The report as files.

use forebay_measure::Report;

use super::{csv, markdown, picture};
use crate::measured::Measured;

pub(crate) fn of(measured: &Measured) -> Report {
    let files = vec![("journal.csv", csv::csv(measured)), ("journal.svg", picture::svg(measured))];
    Report { name: "journal.md", page: markdown::markdown(measured), files }
}
