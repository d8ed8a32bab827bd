//! `forebay state import`.
#![expect(clippy::disallowed_methods, reason = "lines are read from the file that is named")]

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::Path;

use forebay::state::copy::Bare;
use forebay::{Error, Result};

use super::super::exit::{Exit, print};
use super::super::progress::Progress;
use super::checkpoint::told;
use super::command::{Common, STREAM};
use super::source::copying;
use super::verify::count_entries;

/// Makes a state of an export.
pub(super) fn run(common: &Common, from: &Path, out: &mut dyn Write) -> Result<Exit> {
    let progress = Progress::new(common.progress);
    let imported = read(from, &progress).and_then(|bare| {
        bare.checkpoint(common.directory.as_path(), |done| copying(&progress, done))
    });
    progress.end_with(if imported.is_ok() { "all imported" } else { "given up" });
    let place = common.directory.display().to_string();
    print(out, &told(common, "imported to", &place, &imported?))?;
    Ok(Exit::Good)
}

fn read(from: &Path, progress: &Progress) -> Result<Bare> {
    let told = |count| {
        progress.say(|| format!("{} read", count_entries(count)));
        Ok(())
    };
    if from.as_os_str() == STREAM {
        return Bare::import(io::stdin().lock(), told);
    }
    let file = File::open(from).map_err(|error| {
        Error::invalid(format!("open the export {}", from.display())).with_source(error)
    })?;
    Bare::import(BufReader::new(file), told)
}
