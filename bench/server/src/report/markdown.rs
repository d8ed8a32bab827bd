//! The report to read.

use std::fmt::Write;

use forebay_measure::quantity::{count, exact, percent, ratio, time};

use crate::measured::{Measured, Pair};
use crate::sample::{CLIENTS, KEYS};
use crate::subject::Kind;

/// Nearer than this nobody is called better.
const TIE: f64 = 0.95;

pub(crate) fn markdown(measured: &Measured) -> String {
    let mut out = String::from("# The server beside Redis\n\n");
    if measured.quick {
        out.push_str("**A quick run: to try the program. Do not quote these numbers.**\n\n");
    }
    out.push_str(
        "Gets and sets over TCP. Written by `cargo run --release` in `bench/server`.\n\n\
         ![what both answer in a second, a panel for each contest](server.svg)\n\n## How\n\n",
    );
    method(measured, &mut out);
    out.push_str(
        "\n## Targets\n\n| | target | measured | half of the rounds | verdict |\n|---|---:|---:|---:|---|\n",
    );
    for pair in &measured.pairs {
        let Some(target) = pair.contest.target() else { continue };
        let (title, found) = (pair.contest.title(), exact(pair.ratio()));
        let ratios = pair.ratios();
        let (low, high) = (ratio(ratios.quarter), ratio(ratios.three_quarters));
        let verdict = match (pair.ratio() >= target, pair.ratio_of_medians() >= target) {
            (true, true) => "PASS",
            (false, false) => "**FAIL**",
            (true, false) | (false, true) => "undecided: too noisy",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "| {title} | at least {} of Redis | {found} | {low} to {high} | {verdict} |",
            ratio(target)
        );
    }
    out.push_str("\n## Where Forebay loses\n\nEverything where Redis answers over 5 % more, by the median of the ratios or by the ratio of the medians.\n\n");
    out.push_str(&losses(measured));
    out.push_str("\n## All numbers\n\n");
    table(measured, &mut out);
    out
}

fn method(measured: &Measured, out: &mut String) {
    let Measured { machine, seconds, peer, flags, .. } = measured;
    let flags = if flags.is_empty() { String::new() } else { format!(" `{}`", flags.join(" ")) };
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "- Machine: {machine}. The run took {seconds} s.\n\
         - Redis {peer} and Forebay, each a process, asked by `redis-benchmark -c {CLIENTS} -r {KEYS} -d 100` over \
         the loopback; `-P` is how many commands a client sends together. An MSET sets ten keys.\n\
         - In memory: `redis-server --save \"\" --appendonly no`; `forebay serve --store memory: --journal none \
         --durability memory`{flags}. Synced: `redis-server --appendonly yes --appendfsync always`; `forebay serve \
         --store redb:… --durability synced`{flags}, with the journal beside the store: an answered write survives a \
         power cut. Forebay then goes on and stores it in redb, which is part of what it costs.\n\
         - Nearly all keys are set before anything is measured, so a GET finds its key in memory. In each round both have a turn, and who is first changes; \
         both servers are there all the time. A cell is the median of the rounds, a ratio the median of the ratios of \
         each round, the noise half the distance between the quarters. `server.csv` has every round.\n\
         - The client takes as much of the processors as a server, and nobody is pinned. So *work of the server* tells \
         more than the rate where both are near each other: the processor time of all its threads, a command.\n"
    );
}

fn losses(measured: &Measured) -> String {
    let mut out = String::new();
    let is_lost = |pair: &&Pair| pair.ratio().min(pair.ratio_of_medians()) < TIE;
    for pair in measured.pairs.iter().filter(is_lost) {
        let [ours, theirs] =
            [0, 1].map(|side| count(pair.spread(side, |sample| sample.rate).median));
        let (title, found) = (pair.contest.title(), ratio(pair.ratio()));
        let _ =
            writeln!(out, "- {title}: Redis answers {theirs} a second, Forebay {ours} ({found}).");
    }
    if out.is_empty() { "Nowhere in this run.\n".into() } else { out }
}

fn table(measured: &Measured, out: &mut String) {
    out.push_str(
        "| | | commands a second | Forebay's of Redis's | work of the server | Forebay's of Redis's | p50 | p99 | noise |\n\
         |---|---|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    for pair in &measured.pairs {
        for (side, kind) in Kind::ALL.into_iter().enumerate() {
            row(pair, side, kind, out);
        }
    }
}

fn row(pair: &Pair, side: usize, kind: Kind, out: &mut String) {
    let is_own = kind == Kind::Forebay;
    let rate = pair.spread(side, |sample| sample.rate);
    let millis = |of: fn(&crate::sample::Sample) -> f64| time(pair.spread(side, of).median * 1e6);
    let _ = writeln!(
        out,
        "| {} | {} | {} | {} | {} | {} | {} | {} | ±{} |",
        if is_own { pair.contest.title() } else { String::new() },
        kind.label(),
        count(rate.median),
        if is_own { exact(pair.ratio()) } else { String::new() },
        time(pair.spread(side, |sample| sample.worked).median * 1e9),
        if is_own { exact(pair.effort()) } else { String::new() },
        millis(|sample| sample.p50),
        millis(|sample| sample.p99),
        percent(rate.noise()),
    );
}
