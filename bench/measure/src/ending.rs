//! How a program ends that measures: with its report, or with what went wrong.

use std::io::Write as _;
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
