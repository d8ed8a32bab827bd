//! The report as files.
#![expect(clippy::disallowed_methods, reason = "a report is a plain file, not a store's")]

use std::io::Result;
use std::path::Path;

use super::{csv, large_csv, picture};
use crate::measured::Measured;

pub(crate) fn write(folder: &Path, markdown: &str, measured: &Measured) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("state.md"), markdown)?;
    std::fs::write(folder.join("state.csv"), csv::csv(measured))?;
    std::fs::write(folder.join("state-large.csv"), large_csv::large_csv(measured))?;
    std::fs::write(folder.join("state.svg"), picture::work(measured))?;
    std::fs::write(folder.join("state-ahead.svg"), picture::ahead(measured))
}
