//! The report to read.

use std::fmt::Write;

use super::losses::losses;
use super::table::{bytes, table};
use super::targets::verdicts;
use crate::measured::Measured;
use crate::pair::Shape;

pub(crate) fn markdown(measured: &Measured) -> String {
    let mut out = String::from("# The memory tier beside published caches\n\n");
    if measured.quick {
        out.push_str("**A quick run: to try the program. Do not quote these numbers.**\n\n");
    }
    out.push_str(
        "What is done in memory, without a journal: hits, misses, puts, what comes into a full memory, and \
         what an entry takes. Written by `cargo run --release` in `bench/tier`.\n\n\
         ![operations in a second, a panel for each kind of work](tier.svg)\n\n## How\n\n",
    );
    out.push_str(&method(measured));
    out.push_str("\n## Targets\n\n");
    out.push_str(&verdicts(measured));
    out.push_str("\n## Where Forebay loses\n\n");
    out.push_str("Everything where a peer costs more than 5 % less: in work, or where several threads work at once by the \
         clock.\n\n");
    out.push_str(&losses(measured));
    out.push_str("\n## All numbers\n");
    let mut told = None;
    for place in measured.places() {
        if told != Some(place.row) {
            let (title, explanation) = (place.row.title(), place.row.explanation());
            // Writing to a string cannot fail.
            let _ = write!(out, "\n### {title}\n\n{explanation}\n");
            told = Some(place.row);
        }
        let _ = write!(out, "\n{}", table(measured, place));
    }
    if !measured.held.is_empty() {
        out.push_str("\n### Bytes of an entry\n");
        for shape in Shape::ALL {
            let _ = write!(out, "\n{}", bytes(measured, shape));
        }
    }
    out
}

fn method(measured: &Measured) -> String {
    let rounds =
        measured.series.iter().map(|series| series.samples.len()).max().unwrap_or_default();
    let lines = [
        format!("Machine: {}. The run took {} s.", measured.machine, measured.seconds),
        format!(
            "One process. In each of {rounds} rounds everybody takes one sample, in turns, beginning with \
             somebody else each time; a first round is thrown away. A number is the median of the rounds, a \
             ratio the median of the ratios of each round, and the noise is half the distance between the \
             quarters."
        ),
        "All is built with one codegen unit a crate: else what is inlined hangs on how the compiler cuts this \
         program into pieces."
            .to_owned(),
        "*Work* is processor time of the threads that do the operations, for each operation; *by the clock* \
         is the time from when the first of them has begun until the last has ended, for each operation of all. \
         Ratios and targets are of work, and with several threads by the clock: who waits for another does no work."
            .to_owned(),
        "Where several threads put over clean entries, everybody goes through all keys equally often, in at least 600 000 \
         puts; Forebay stores what is dirty after each time, which is not measured."
            .to_owned(),
        "Keys are random and so is their order, from a fixed seed; making the keys that are looked up is not \
         measured. A put takes a key and a value of its own, which everybody makes in the measured time."
            .to_owned(),
        "Every cache is as it comes: default policy and hasher, each entry counting the same. There is room \
         for twice the entries where not the memory is to be full; for Forebay five times, because it lets \
         at most half of its capacity be dirty. Forebay counts hits and misses; quick_cache does not, unless \
         this program is built with `--features counted`. moka puts work off, so each of its samples ends with doing \
         it, except where several threads work at once."
            .to_owned(),
        "Forebay acknowledges at `Memory`. Its store keeps nothing and answers at once, on the thread that \
         asks, except in the row that stores everything, which has real threads and timers."
            .to_owned(),
        "The bytes of an entry are what a process of its own has more than before, over its entries, when \
         half as many new keys again have come into a full memory."
            .to_owned(),
    ];
    lines.iter().fold(String::new(), |text, line| text + "- " + line + "\n")
}
