//! Forebay's server beside Redis: both as processes, asked by `redis-benchmark`.
//!
//! `cargo run --release` builds the server, measures and prints the report; `-- --write DIR` writes it
//! as a table, as CSV and as a picture, too. `contest.rs` says what is measured, `subject.rs` who is,
//! `sample.rs` how one sample is taken, `run.rs` how all of it is interleaved, and `report/` what is
//! made of it.

mod args;
mod contest;
mod measured;
mod report;
mod run;
mod sample;
mod subject;

use std::process::ExitCode;

use forebay_measure::{fail, hand_over, say};

use crate::args::{Args, Task, USAGE};

const NAME: &str = "forebay-compare-server";

fn main() -> ExitCode {
    match Task::parse(std::env::args().skip(1)) {
        Ok(Task::Measure(args)) => measure(&args),
        Ok(Task::Help) => say(USAGE),
        Err(error) => fail(NAME, &format!("{error}\n{USAGE}")),
    }
}

fn measure(args: &Args) -> ExitCode {
    let measured = run::run(args, &mut std::io::stderr());
    hand_over(NAME, measured.map(|measured| report::of(&measured)), args.write.as_deref())
}
