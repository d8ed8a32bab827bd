//! Forebay's state beside published stores, in one program: point reads, ranges and single writes of
//! one struct, in memory, and durable writes.
//!
//! `cargo run --release` prints the report; `-- --write DIR` writes it as a table, as CSV and as
//! a picture, too. `contest.rs` says what is measured, `subjects/` who is, `round.rs` and `durable_round.rs`
//! how one sample is taken, `large/` what is measured of many records in processes of their own, `run.rs`
//! how all of it is interleaved, and `report/` what is made of it.

mod args;
mod contest;
mod durable_round;
mod effort;
mod large;
mod measured;
mod pace;
mod people;
mod report;
mod round;
mod run;
mod subjects;

use std::process::ExitCode;

use forebay_measure::{fail, hand_over, say};

use crate::args::{Args, Task, USAGE};

const NAME: &str = "forebay-compare-state";

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
