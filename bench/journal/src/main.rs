//! Forebay's journal beside published logs and stores, in one program, on one disk: durable puts,
//! puts that are only handed over, and recovery.
//!
//! `cargo run --release` prints the report; `-- --write DIR` writes it as a table, as CSV and as
//! a picture, too. `contest.rs` says what is measured, `subjects/` who is, `round.rs` how one
//! sample is taken, `recovery/` how an opening is, `run.rs` how all of it is interleaved, and
//! `report/` what is made of it.

mod args;
mod contest;
mod effort;
mod gauges;
mod histogram;
mod measured;
mod records;
mod recovery;
mod report;
mod round;
mod run;
mod subjects;

use std::process::ExitCode;

use forebay_measure::{fail, hand_over, say};

use crate::args::{Args, Task, USAGE};

const NAME: &str = "forebay-compare-journal";

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
