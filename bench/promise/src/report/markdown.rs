//! The report to read.

use std::fmt::Write;

use forebay_measure::quantity::{count, percent, ratio, time};

use super::targets::{float, targets};
use crate::measured::Measured;
use crate::rate::Way;
use crate::store::{CALLS, WRITES};
use crate::swing::{APART, AT_ONCE, MODEST, Swing, UNANSWERED, Weather};

pub(crate) fn markdown(measured: &Measured) -> String {
    let mut out = String::from("# A slow store behind the cache\n\n");
    if measured.is_quick {
        out.push_str("**A quick run: to try the program. Do not quote these numbers.**\n\n");
    }
    out.push_str(
        "How many puts a second write-behind stores where write-through stores one by one; and, over a store that \
         swings and goes down, how old unstored writes become, who hears of it, what a noisy writer does to the \
         others, and what memory it takes. Written by `cargo run --release` in `bench/promise`.\n\n",
    );
    if measured.swing.is_some() {
        out.push_str("![age, unstored bytes, memory and latencies over the run](promise.svg)\n\n");
    }
    out.push_str("## How\n\n");
    method(measured, &mut out);
    out.push_str("\n## Targets\n\n| | target | measured | verdict |\n|---|---:|---:|---|\n");
    for target in targets(measured) {
        let verdict = if target.is_met { "PASS" } else { "**FAIL**" };
        // Writing to a string cannot fail.
        let _ =
            writeln!(out, "| {} | {} | {} | {verdict} |", target.what, target.wanted, target.found);
    }
    rates(measured, &mut out);
    if let Some(swing) = &measured.swing {
        puts(swing, &mut out);
        told(swing, &mut out);
    }
    out
}

fn method(measured: &Measured, out: &mut String) {
    let Measured { machine, seconds, .. } = measured;
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "- Machine: {machine}. The run took {seconds} s.\n\
         - The store sleeps for each call, whatever is in it, and takes {CALLS} calls at once of {WRITES} writes each. It \
         keeps nothing. Keys are numbers, values 100 bytes.\n\
         - *Puts a second*: a call takes 1 ms. Each writer is a thread that puts keys of its own, all different, so no put \
         takes the place of another, and awaits each answer. It counts from the first put until the store has the \
         last. Through, what comes together is stored together, too: sixteen writers share calls.\n"
    );
    let Some(swing) = &measured.swing else { return };
    let (script, (dirty, capacity)) = (&swing.script, Swing::BOUNDS);
    let [length, promised, slow] = [script.length(), script.promised, script.slow]
        .map(|time| self::time(time.as_secs_f64() * 1e9));
    let (from, to) = script.outage();
    let _ = write!(
        out,
        "- *The long run* of {length}: `max_staleness` is {promised}, memory {capacity}, of which {dirty} may be \
         unstored: about what the store takes in three fifths of the promise at its slowest, which is how that bound is \
         to be chosen. A call takes 1 ms, then {slow}, in turns; from {:.0} s to {:.0} s the store is down. {MODEST} \
         modest writers put once in {} ms each and await the answer; who is held up begins the next late, and it counts from \
         when it should have begun. The noisy one begins {AT_ONCE} puts in each millisecond without awaiting them, as long as \
         not more than {UNANSWERED} are unanswered; he is silent at first, so that it can be seen what the others have \
         without him. All of them are threads of one process, each with an account of his own.\n\
         - *The store is there*: all of the run but the outage and one more promise after it, in which it has \
         to catch up.\n\
         - How long puts took is counted in classes 3 % wide, and told by the longest of a class.\n\
         - Ten looks a second: `promise.csv` has them all.\n",
        from.as_secs_f64(),
        to.as_secs_f64(),
        APART.as_millis(),
    );
}

fn rates(measured: &Measured, out: &mut String) {
    if measured.rates.is_empty() {
        return;
    }
    out.push_str(
        "\n## Puts a second\n\n| writers | | puts a second | behind of through | puts in a call | noise |\n\
         |---:|---|---:|---:|---:|---:|\n",
    );
    for rates in &measured.rates {
        for way in Way::ALL {
            let rate = rates.spread(way, |sample| sample.rate);
            let batch = rates.spread(way, |sample| sample.batch).median;
            let found = if way == Way::Behind { ratio(rates.ratio()) } else { String::new() };
            // Writing to a string cannot fail.
            let _ = writeln!(
                out,
                "| {} | {} | {} | {found} | {batch:.1} | ±{} |",
                rates.writers,
                way.label(),
                count(rate.median),
                percent(rate.noise()),
            );
        }
    }
}

fn puts(swing: &Swing, out: &mut String) {
    out.push_str(
        "\n## What a put takes\n\nOf the modest writers, while the store is there.\n\n\
         | store | | puts | p50 | p99 | most |\n|---|---|---:|---:|---:|---:|\n",
    );
    for weather in [Weather::Fast, Weather::Slow] {
        for is_loud in [false, true] {
            let puts = swing.modest(weather, is_loud);
            let took = [50, 99, 100].map(|hundredths| {
                puts.percentile(hundredths).map_or("-".to_owned(), |nanos| time(float(nanos)))
            });
            let whom = if is_loud { "beside the noisy one" } else { "alone" };
            let number = count(float(puts.count()));
            // Writing to a string cannot fail.
            let _ = writeln!(out, "| {weather:?} | {whom} | {number} | {} |", took.join(" | "));
        }
    }
}

fn told(swing: &Swing, out: &mut String) {
    out.push_str("\n## What the cache told\n\n| after | |\n|---:|---|\n");
    for told in &swing.told {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "| {:.1} s | `{:?}` |", told.at.as_secs_f64(), told.event);
    }
}
