//! Forebay beside published caches, in one process: what an operation costs as the number of
//! entries grows from a thousand to a million.
//!
//! `cargo run --release` prints the report; `-- --write DIR` writes it as a table, as CSV and as
//! a picture, too. `operation.rs` says what is measured, `subjects/` who is, `bench.rs` how one
//! sample is taken, `run.rs` how the samples are interleaved, `report/` what is made of them.

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

use forebay_measure::{Arguments, fail, hand_over, say};

const NAME: &str = "forebay-compare";

const USAGE: &str = "\
usage: forebay-compare [--quick] [--write DIR]
  --quick      fewer and smaller samples: to try the program, not to quote
  --write DIR  also write results.md, results.csv and results.svg into DIR
";

fn main() -> ExitCode {
    match Arguments::parse(std::env::args().skip(1), &[]) {
        Ok(Some(arguments)) => measure(&arguments),
        Ok(None) => say(USAGE),
        Err(error) => fail(NAME, &format!("{error}\n{USAGE}")),
    }
}

fn measure(arguments: &Arguments) -> ExitCode {
    let measured = run::run(arguments, &mut std::io::stderr());
    hand_over(NAME, measured.map(|measured| report::of(&measured)), arguments.folder.as_deref())
}
