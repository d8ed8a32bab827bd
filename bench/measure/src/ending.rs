//! How a program ends that measures: with its report, or with what went wrong.

use std::io::{Result, Write as _};
use std::path::Path;
use std::process::ExitCode;

/// Prints a text; that is all the program was asked for.
pub fn say(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Says why `program` could not do it.
pub fn fail(program: &str, message: &str) -> ExitCode {
    // Nobody is left to tell if even this cannot be written.
    let _ = writeln!(std::io::stderr(), "{program}: {message}");
    ExitCode::FAILURE
}

/// Prints a report. If there is a folder for it, the files that belong to it are written into that first.
pub fn hand_over(
    program: &str,
    report: &str,
    folder: Option<&Path>,
    files: &[(&str, &str)],
) -> ExitCode {
    if let Some(folder) = folder
        && let Err(error) = write(folder, files)
    {
        return fail(program, &format!("write the report into {}: {error}", folder.display()));
    }
    say(report)
}

#[expect(clippy::disallowed_methods, reason = "a report is a plain file, not a store's")]
fn write(folder: &Path, files: &[(&str, &str)]) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    files.iter().try_for_each(|(name, text)| std::fs::write(folder.join(name), text))
}
