//! The report as files.

use forebay_measure::Report;

use super::{csv, markdown, picture};
use crate::measured::Measured;

pub(crate) fn of(measured: &Measured) -> Report {
    let files = vec![("tier.csv", csv::csv(measured)), ("tier.svg", picture::svg(measured))];
    Report { name: "tier.md", page: markdown::markdown(measured), files }
}
