//! `forebay state restore`.
#![expect(clippy::disallowed_methods, reason = "a stream is read from the file that is named")]

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use forebay::state::CopyReport;
use forebay::state::copy::{restore, restore_from};
use forebay::{Error, Result};

use super::super::exit::{Exit, print};
use super::super::progress::Progress;
use super::checkpoint::told;
use super::command::{Common, STREAM};
use super::source::copying;

/// Makes a state of a checkpoint.
pub(super) fn run(common: &Common, from: &Path, out: &mut dyn Write) -> Result<Exit> {
    let progress = Progress::new(common.progress);
    let restored = restored(from, &common.directory, &progress);
    progress.end_with(if restored.is_ok() { "all restored" } else { "given up" });
    let place = common.directory.display().to_string();
    print(out, &told(common, "restored to", &place, &restored?))?;
    Ok(Exit::Good)
}

fn restored(from: &Path, to: &Path, progress: &Progress) -> Result<CopyReport> {
    let told = |done| copying(progress, done);
    if from.as_os_str() == STREAM {
        return restore_from(io::stdin().lock(), to, told);
    }
    if from.is_dir() {
        return restore(from, to, told);
    }
    let file = File::open(from).map_err(|error| {
        Error::invalid(format!("open the checkpoint {}", from.display())).with_source(error)
    })?;
    restore_from(file, to, told)
}
