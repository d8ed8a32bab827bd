//! The report as files.

use forebay_measure::Report;

use super::{csv, markdown, picture};
use crate::measured::Measured;

pub(crate) fn of(measured: &Measured) -> Report {
    let mut files = vec![("promise.csv", csv::csv(measured))];
    // Without the long run there is nothing to draw.
    files.extend(picture::svg(measured).map(|picture| ("promise.svg", picture)));
    Report { name: "promise.md", page: markdown::markdown(measured), files }
}
