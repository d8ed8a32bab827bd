//! Forebay's memory tier beside published caches, in one program: hits, misses, puts, inserts into a full
//! memory, what dirty entries cost, threads, and the bytes of an entry.
//!
//! `cargo run --release` prints the report; `-- --write DIR` writes it as a table, as CSV and as a picture,
//! too. `row.rs` says what is measured, `subjects/` who is, `field.rs` how one sample is taken, `run.rs` how
//! the samples are interleaved, `held.rs` what an entry takes, and `report/` what is made of it.

mod args;
mod field;
mod held;
mod keys;
mod measured;
mod pair;
mod report;
mod row;
mod run;
mod stopwatch;
mod storing;
mod subjects;

use std::process::ExitCode;

use forebay_measure::{fail, hand_over, say};

use crate::args::{Args, Task, USAGE};

const NAME: &str = "forebay-compare-tier";

fn main() -> ExitCode {
    match Task::parse(std::env::args().skip(1)) {
        Ok(Task::Measure(args)) => measure(&args),
        Ok(Task::Child(child)) => match child.run() {
            Ok(said) => say(&said),
            Err(error) => fail(NAME, &error.to_string()),
        },
        Ok(Task::Help) => say(USAGE),
        Err(error) => fail(NAME, &format!("{error}\n{USAGE}")),
    }
}

fn measure(args: &Args) -> ExitCode {
    let measured = run::run(args, &mut std::io::stderr());
    hand_over(NAME, measured.map(|measured| report::of(&measured)), args.write.as_deref())
}
