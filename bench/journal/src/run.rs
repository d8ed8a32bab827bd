//! The run: every contest, in rounds in which everybody takes a turn.

use std::io::Write;

use forebay_measure::{Machine, settle};

use crate::args::Args;
use crate::contest::Contest;
use crate::effort::Effort;
use crate::measured::{Measured, Series};
use crate::recovery;
use crate::round::round;
use crate::subjects::{Kind, Result};
use forebay_measure::clock::now;

pub(crate) fn run(args: &Args, progress: &mut dyn Write) -> Result<Measured> {
    let begun = now();
    let mut machine = Machine::look();
    let effort = if args.quick { Effort::QUICK } else { Effort::FULL };
    std::fs::create_dir_all(&args.folder)?;
    settle(&args.folder)?;
    let mut series = Vec::new();
    for contest in Contest::ALL {
        if args.wants(contest.suite.letter()) {
            series.extend(hold(contest, effort, args, progress)?);
        }
    }
    let mut recoveries = Vec::new();
    if args.wants(recovery::LETTER) {
        recoveries = recovery::measure(args, effort, progress)?;
    }
    machine.look_again();
    let seconds = begun.elapsed().as_secs();
    let (quick, records) = (args.quick, args.records());
    Ok(Measured { machine, quick, seconds, records, series, recoveries })
}

fn hold(
    contest: Contest,
    effort: Effort,
    args: &Args,
    progress: &mut dyn Write,
) -> Result<Vec<Series>> {
    let begun = now();
    let kinds = Kind::all_that_can(contest.suite);
    let mut series: Vec<Series> =
        kinds.map(|kind| Series { contest, kind, samples: Vec::new() }).collect();
    for number in 0..effort.rounds {
        for turn in 0..series.len() {
            // Each round begins with somebody else, so that nobody always follows the same one.
            let at = (turn + number * 2) % series.len();
            let kind = series[at].kind;
            let sample = round(kind, contest, effort, &args.folder)
                .map_err(|error| format!("{}, {}: {error}", kind.name(), contest.title()))?;
            series[at].samples.push(sample);
        }
    }
    // Progress is a courtesy; the numbers are worth more than its line.
    let _ = writeln!(progress, "{}: {:.1} s", contest.title(), begun.elapsed().as_secs_f64());
    for series in &series {
        let (name, rate) = (series.kind.name(), series.rate());
        let p99 = series.p99() / 1e3;
        let _ = writeln!(progress, "  {name:28} {rate:>11.0} puts/s, p99 {p99:>9.1} us");
    }
    Ok(series)
}
