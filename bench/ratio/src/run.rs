//! The run: every trace, with room for each share of its keys, by everybody.

use std::io::Write;
use std::sync::Mutex;

use forebay_store::{Error, Result};

use crate::args::Args;
use crate::measured::{Measured, Pair, Ratio};
use crate::share::Share;
use crate::subjects::Kind;
use crate::trace::{Asked, Trace};

/// A thread for each trace: only counts are told, which nobody can disturb.
pub(crate) fn run(args: &Args, progress: &mut (dyn Write + Send)) -> Result<Measured> {
    let (progress, mut pairs) = (Mutex::new(progress), Vec::new());
    let progress = &progress;
    std::thread::scope(|threads| {
        let wanted = Trace::ALL.into_iter().filter(|trace| args.wants(*trace));
        let traces: Vec<_> =
            wanted.map(|trace| threads.spawn(move || all_of(trace, args, progress))).collect();
        for trace in traces {
            let ended =
                trace.join().map_err(|_| Error::unavailable("a trace was not run to its end"))?;
            pairs.extend(ended?);
        }
        Ok(Measured { seeds: args.seeds, pairs })
    })
}

fn all_of(
    trace: Trace,
    args: &Args,
    progress: &Mutex<&mut (dyn Write + Send)>,
) -> Result<Vec<Pair>> {
    let asked = trace.read(&args.traces)?;
    let shares = Share::ALL.into_iter().filter(|share| args.wants_share(*share));
    let pairs = shares.map(|share| {
        let pair = pair(trace, share, &asked, args)?;
        if let Ok(mut progress) = progress.lock() {
            // Progress is a courtesy; the numbers are worth more than its line.
            let _ = writeln!(progress, "{}", pair.brief());
        }
        Ok(pair)
    });
    pairs.collect()
}

fn pair(trace: Trace, share: Share, asked: &Asked, args: &Args) -> Result<Pair> {
    let entries = share.entries(asked.distinct);
    let mut ratios = Vec::new();
    for kind in Kind::ALL.into_iter().filter(|kind| args.wants_subject(*kind)) {
        let seeds = if kind.throws_dice() { args.seeds } else { 1 };
        let mut hits = Vec::new();
        for seed in 1..=seeds {
            let mut subject = kind.open(entries, seed)?;
            let found = subject.ask(&asked.keys)?;
            check(kind, subject.len(), entries)?;
            hits.push(percent(found, asked.keys.len() as u64));
        }
        ratios.push(Ratio { kind, hits });
    }
    let (asked, distinct) = (asked.keys.len(), asked.distinct);
    Ok(Pair { trace, share, entries, asked, distinct, ratios })
}

/// Who has more entries than there is room for has more hits, too. Shards of a whole number of entries
/// may have a little more, together.
fn check(kind: Kind, len: usize, entries: usize) -> Result<()> {
    if len <= entries + entries.div_ceil(32) || !kind.keeps_its_bound() {
        return Ok(());
    }
    Err(Error::invalid(format!("{} has {len} entries, and room for {entries}", kind.name())))
}

/// In hundredths.
#[expect(clippy::cast_precision_loss, reason = "nobody asks 2^52 times")]
fn percent(found: u64, asked: u64) -> f64 {
    found as f64 * 100.0 / asked as f64
}
