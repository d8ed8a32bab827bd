//! How often a cache has what is asked for: Forebay beside published caches, on recorded traces, each with
//! room for a hundredth, a twentieth and a fifth of the keys.
//!
//! `cargo run --release -- --traces DIR` prints the report; with `--write DIR` it is written as a table, as
//! CSV and as a picture, too. `trace/` says what is asked, `subjects/` who is, `run.rs` how, `measured.rs`
//! when Forebay keeps up, and `report/` what is made of it. Only counts are told, no times.

mod args;
mod measured;
mod report;
mod run;
mod share;
mod subjects;
mod trace;

use std::process::ExitCode;

use forebay_measure::{fail, hand_over, say};

use crate::args::{Args, USAGE};

const NAME: &str = "forebay-compare-ratio";

fn main() -> ExitCode {
    match Args::parse(std::env::args().skip(1)) {
        Ok(Some(args)) => measure(&args),
        Ok(None) => say(USAGE),
        Err(error) => fail(NAME, &format!("{error}\n{USAGE}")),
    }
}

fn measure(args: &Args) -> ExitCode {
    let measured = run::run(args, &mut std::io::stderr());
    hand_over(NAME, measured.map(|measured| report::of(&measured)), args.write.as_deref())
}
