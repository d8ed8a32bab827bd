//! Forebay beside published caches, in one process: what an operation costs as the number of
//! entries grows from a thousand to a million.
//!
//! `cargo run --release` prints the report; `-- --write DIR` writes it as a table, as CSV and as
//! a picture, too. `operation.rs` says what is measured, `subjects/` who is, `bench.rs` how one
//! sample is taken, `run.rs` how the samples are interleaved, `report/` what is made of them.

mod args;
mod bench;
mod effort;
mod groups;
mod keys;
mod measured;
mod operation;
mod report;
mod run;
mod stopwatch;
mod subjects;

use std::process::ExitCode;

use forebay_measure::say;

use crate::args::{Args, USAGE};

fn main() -> ExitCode {
    let args = match Args::parse(std::env::args().skip(1)) {
        Ok(Some(args)) => args,
        Ok(None) => return say(USAGE),
        Err(error) => return fail(&format!("{error}\n{USAGE}")),
    };
    let measured = match run::run(&args, &mut std::io::stderr()) {
        Ok(measured) => measured,
        Err(error) => return fail(&error.to_string()),
    };
    let report = report::markdown(&measured);
    if let Some(folder) = &args.write
        && let Err(error) = report::write(folder, &report, &measured)
    {
        return fail(&format!("write the report into {}: {error}", folder.display()));
    }
    say(&report)
}

fn fail(message: &str) -> ExitCode {
    forebay_measure::fail("forebay-compare", message)
}
