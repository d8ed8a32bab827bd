//! Keeps and commits objects from four threads, and says what was answered, for who kills it in the middle.
//!
//! `keeps work DIR` never ends by itself. On stdout it says, a line each and never more than was answered: `kept
//! KEY CONTENT`, `deleting KEY`, `deleted KEY`, `committing THREAD GENERATION`, `committed THREAD GENERATION`.
//!
//! `keeps check DIR` opens what is there, reads every object, verifies the archive, and says `swept SESSIONS FILES`,
//! `kept KEY CONTENT` and `snapshot THREAD GENERATION`. Objects say what is in them, so a wrong one is noticed without
//! a list.
//!
//! `keeps look DIR` is a neighbour. It has objects of its own in the same spill directory, and reads them and the
//! archive all the time, whoever has it or was killed. It says `ready`, for each line on its stdin `whole LOOKS
//! SNAPSHOTS OVERTAKEN`, and `closed` when its stdin ends.
//!
//! With a word `named` at the end there are no files without names, as on some systems.
#![expect(clippy::print_stdout, reason = "what it says is what it is for")]

mod check;
mod content;
mod named;
mod neighbour;
mod place;
mod work;

use std::io::{Write, stdout};
use std::process::ExitCode;

use forebay_store::{Error, Result};

use place::Place;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        [task, directory] => run(task, &Place::new(directory, false)),
        [task, directory, "named"] => run(task, &Place::new(directory, true)),
        _ => say(USAGE),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("failed: {error:?}");
            ExitCode::FAILURE
        }
    }
}

const USAGE: &str = "keeps work|check|look DIR [named]";

fn run(task: &str, place: &Place) -> Result<()> {
    match task {
        "work" => work::run(place),
        "check" => check::run(place),
        "look" => neighbour::run(place),
        _ => Err(Error::invalid(USAGE)),
    }
}

/// A whole line at once: who is killed says it or not.
fn say(line: &str) -> Result<()> {
    let mut out = stdout().lock();
    let written = writeln!(out, "{line}").and_then(|()| out.flush());
    written.map_err(|error| Error::unavailable("say it").with_source(error))
}
