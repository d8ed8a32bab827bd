//! The report to read.

use std::fmt::Write;

use super::losses::losses;
use super::table::table;
use super::verdict::{journal_background, journal_verdicts, verdicts};
use crate::measured::Measured;
use crate::operation::Operation;

pub(crate) fn markdown(measured: &Measured) -> String {
    let mut out = String::from("# Cost as the entries grow\n\n");
    if measured.quick {
        out.push_str("**A quick run: to try the program. Do not quote these numbers.**\n\n");
    }
    out.push_str(
        "Forebay beside published caches: what one operation costs with a thousand to a million \
         entries, `u64` to `u64`. Written by `cargo run --release` in `bench/compare`.\n\n\
         ![cost against entries, a panel for each operation](results.svg)\n\n## How\n\n",
    );
    out.push_str(&method(measured));
    out.push_str("\n## Does Forebay's cost grow?\n\n");
    out.push_str(
        "PASS if an operation with a million entries costs at most 3 times what it costs with ten \
         thousand, or if its cost grows no more than a HashMap's. Some growth is the memory's: ten thousand \
         entries fit the processor's own caches, a million do not, and the HashMap, which does one lookup, shows \
         what that alone costs: the less an operation does besides, the more of it is that.\n\n",
    );
    out.push_str(&verdicts(measured));
    out.push_str("\n## What does a journal cost?\n\n");
    out.push_str(
        "PASS if a write behind at `Journaled` costs its caller at most twice one at `Memory` in a cache \
         with a journal, and if a hit costs at most a tenth more with a journal than without. What it \
         costs to have a journal at all is told below and has no bound: at every rung a write is \
         encoded, summed and appended before it is acknowledged.\n\n",
    );
    out.push_str(&journal_verdicts(measured));
    out.push_str(
        "\nThe rest is done by other threads, which sync the journal and make its segments: their CPU \
         time from the beginning of a sample until nothing is left to be done, for each put. A write at \
         `Memory` is handed to the operating system there, too. A sample is over before the timer \
         syncs, so its sync is here as a whole; a segment is full after some fifty samples, and who \
         fills it syncs it, which is rare enough not to be seen in a median.\n\n",
    );
    out.push_str(&journal_background(measured));
    out.push_str("\n## Where Forebay loses\n\n");
    out.push_str(
        "Everything where a peer is more than 5 % cheaper than the Forebay that does the same. \
         quick_cache and moka have no store and do not tell one, which Forebay is charged for; \
         oximedia-cache takes no lock and is for one thread.\n\n",
    );
    out.push_str(&losses(measured));
    out.push_str("\n## All numbers\n");
    for operation in Operation::ALL {
        let _ = write!(out, "\n### {}\n\n{}\n\n", operation.title(), operation.explanation());
        out.push_str(&table(measured, operation));
    }
    out
}

fn method(measured: &Measured) -> String {
    let (least, most) = measured.rounds();
    let rounds = if least == most { least.to_string() } else { format!("{least} to {most}") };
    let lines = [
        format!("Machine: {}. The run took {} s.", measured.machine, measured.seconds),
        format!(
            "One process, one thread. In each of {rounds} rounds every subject takes one sample \
             with every number of entries, in turns; a first round is thrown away. A cell is the \
             median of the rounds, a ratio the median of the ratios of each round, and the noise \
             is half the distance between the quarters, at its worst number of entries."
        ),
        "A time is CPU time of the thread; `results.csv` has wall time and the spread, too."
            .to_owned(),
        "Keys are random and so is their order, from a fixed seed; making them is not measured. \
         A sample is 20,000 operations (2,000 calls or 40 batches for age flushes), fewer where \
         a peer's cost grows with its entries, so that the run ends."
            .to_owned(),
        "The store keeps nothing and answers at once on the same thread. Forebay without a journal runs on \
         a spawn seam that runs jobs where they are handed in, so no hop to another thread is measured, \
         and its flushes are asked for, not left to its timer; with a real store and its default \
         threads a write-through costs at least a hop more. It keeps its locks, which one thread \
         does not need. The store counts what it gets, and the run fails if a subject did not \
         store what the operation says."
            .to_owned(),
        "A Forebay with a journal runs on the real clock and threads, as in a user's program: timers \
         sync the journal, and other threads do that, make segments and write checkpoints. So its times \
         are what a put costs the thread that calls it. Before each sample it is waited, unmeasured, \
         until everything is synced and no job is left; the disk is that of the temporary folder."
            .to_owned(),
        "Every cache is as it comes: default policy and hasher. Except where the cache is to be \
         full there is room for twice the entries; for Forebay four times, because it lets at \
         most half of its capacity be dirty."
            .to_owned(),
        "wb-cache 0.1.0, the other write-behind cache for Rust, is missing: with today's versions \
         of what it depends on it does not compile."
            .to_owned(),
    ];
    lines.iter().fold(String::new(), |text, line| text + "- " + line + "\n")
}
