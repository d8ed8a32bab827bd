//! The report as files.
#![expect(clippy::disallowed_methods, reason = "a report is a plain file, not a store's")]

use std::io::Result;
use std::path::Path;

use super::{csv, picture};
use crate::measured::Measured;

pub(crate) fn write(folder: &Path, markdown: &str, measured: &Measured) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("server.md"), markdown)?;
    std::fs::write(folder.join("server.csv"), csv::csv(measured))?;
    std::fs::write(folder.join("server.svg"), picture::svg(measured))
}
