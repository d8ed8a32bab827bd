//! What write-behind makes of a slow store: how many puts a second beside write-through, and, over a store
//! that swings and goes down for a while, whether the age of what is unstored stays within the promise, what
//! one noisy writer does to the others, and how much memory it takes.
//!
//! `cargo run --release` prints the report; `-- --write DIR` writes it as a table, as CSV and as a picture, too.
//! `store.rs` is the store, `rate.rs` measures the puts, `swing/` is the long run, `times.rs` what its puts took, and `report/` what is made of it.

mod measured;
mod rate;
mod report;
mod run;
mod store;
mod swing;
mod times;

use std::process::ExitCode;

use forebay_measure::{Arguments, fail, hand_over, say};

const NAME: &str = "forebay-compare-promise";

/// The parts that can be asked for alone.
const PARTS: [&str; 2] = ["rate", "swing"];

const USAGE: &str = "\
usage: forebay-compare-promise [--quick] [--only LIST] [--write DIR]
  --quick      few rounds, and 40 s in place of four minutes: to try the program, not to quote
  --only LIST  parts: rate, swing
  --write DIR  also write the report, its numbers and its picture into DIR
";

fn main() -> ExitCode {
    match Arguments::parse(std::env::args().skip(1), &[("--only", &PARTS)]) {
        Ok(Some(arguments)) => measure(&arguments),
        Ok(None) => say(USAGE),
        Err(error) => fail(NAME, &format!("{error}\n{USAGE}")),
    }
}

fn measure(arguments: &Arguments) -> ExitCode {
    let measured = run::run(arguments, &mut std::io::stderr());
    hand_over(NAME, measured.map(|measured| report::of(&measured)), arguments.folder.as_deref())
}
