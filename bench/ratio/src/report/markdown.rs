//! The report to read.

use std::fmt::Write;

use super::table::table;
use super::verdicts::verdicts;
use crate::measured::{Measured, Pair};
use crate::subjects::Kind;
use crate::trace::Trace;

pub(crate) fn markdown(measured: &Measured) -> String {
    let mut out = String::from(
        "# How often a cache has what is asked for\n\n\
         Forebay beside published caches on recorded traces, with room for 1, 5 and 20 % of the keys of each. \
         Written by `cargo run --release -- --traces DIR` in `bench/ratio`.\n\n\
         ![hits in a hundred, a panel for each trace and size](ratio.svg)\n\n## How\n\n",
    );
    out.push_str(&method(measured));
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "\n## Does Forebay keep up?\n\n\
         It is held against the best of the others, who differ from pair to pair, and may have {} point less. \
         *Dice* says how far its seeds lie apart.\n\n{}\n",
        Pair::ALLOWED,
        verdicts(measured),
    );
    let _ = write!(
        out,
        "## All counts\n\nHits in a hundred. The best of the others is bold.\n\n{}",
        table(measured)
    );
    out
}

fn method(measured: &Measured) -> String {
    let mut out = String::from(
        "Every key of a trace is asked for in turn; who does not have it fetches and keeps it. All weigh the same.\n\n",
    );
    // Writing to a string cannot fail.
    for trace in Trace::ALL {
        let Some(pair) = measured.pairs.iter().find(|pair| pair.trace == trace) else { continue };
        let (label, about, asked, keys) = (trace.label(), trace.about(), pair.asked, pair.distinct);
        let _ = writeln!(out, "- `{label}`: {about}; {asked} requests for {keys} keys.");
    }
    let seeds = measured.seeds;
    let _ = writeln!(
        out,
        "\nCounts are means over {seeds} seeds of the hash, which decides who shares a shard; the exact LRU has no \
         shards and needs one. Shards and settings are everybody's defaults. `moka` does the work that it puts off \
         after every miss, so that it has no more entries than the others. {}",
        if measured.pairs.iter().any(|pair| pair.find(Kind::MokaLazy).is_some()) {
            "`moka-lazy` does it when it likes and exceeds its capacity meanwhile, by hundreds of entries: it is \
             shown and not judged."
        } else {
            ""
        },
    );
    out
}
