//! How a program ends that measures: with its report, or with what went wrong.

use std::fmt::Display;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use crate::report::Report;

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

/// Prints a report, if there is one. If there is a folder for it, it is written into that first.
pub fn hand_over(
    program: &str,
    report: Result<Report, impl Display>,
    folder: Option<&Path>,
) -> ExitCode {
    let report = match report {
        Ok(report) => report,
        Err(error) => return fail(program, &error.to_string()),
    };
    if let Some(folder) = folder
        && let Err(error) = report.write(folder)
    {
        return fail(program, &format!("write the report into {}: {error}", folder.display()));
    }
    say(&report.page)
}
