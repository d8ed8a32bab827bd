//! The run: every contest, in rounds in which everybody takes a turn.

use std::io::Write;

use forebay_measure::{Machine, mixed};
use tempfile::TempDir;

use crate::args::Args;
use crate::contest::{Content, Contest, Keys};
use crate::effort::Effort;
use crate::measured::{Measured, Series};
use crate::people::{Asked, Records, number, shuffled, text};
use crate::round::Round;
use crate::stopwatch::now;
use crate::subjects::{Kind, Result, Subject};

/// How many keys are asked for before they come again.
const ASKED: usize = 1 << 20;

pub(crate) fn run(args: &Args, progress: &mut dyn Write) -> Result<Measured> {
    let begun = now();
    let mut machine = Machine::look();
    let mut series = Vec::new();
    for is_alone in [true, false] {
        for keys in Keys::ALL.into_iter().filter(|keys| args.wants_keys(*keys)) {
            for &records in &args.sizes {
                series.extend(with(args, Content { keys, records }, is_alone, progress)?);
            }
        }
    }
    machine.look_again();
    Ok(Measured { machine, quick: args.quick, seconds: begun.elapsed().as_secs(), series })
}

/// Somebody who has all records, and where the files are.
struct Filled {
    kind: Kind,
    subject: Box<dyn Subject>,
    _folder: TempDir,
}

fn with(
    args: &Args,
    content: Content,
    is_alone: bool,
    progress: &mut dyn Write,
) -> Result<Vec<Series>> {
    let effort = if args.quick { Effort::QUICK } else { Effort::FULL };
    let contests = Contest::ALL.into_iter();
    let contests = contests.filter(|one| one.is_alone() == is_alone && args.wants(*one));
    let contests: Vec<Contest> = contests.collect();
    let kinds = Kind::ALL.into_iter().filter(|kind| {
        args.wants_subject(*kind) && contests.iter().any(|contest| kind.can(contest.suite))
    });
    let filled = kinds.map(|kind| fill(kind, content)).collect::<Result<Vec<_>>>()?;
    let asked = asked(content);
    let mut all = Vec::new();
    for contest in contests {
        let held = hold(&filled, content, contest, &asked, effort)?;
        // Progress is a courtesy; the numbers are worth more than its line.
        let _ = writeln!(progress, "{}, {}", contest.title(), content.title());
        for series in &held {
            let (rate, own) = (series.rate(), &held[0]);
            let _ = writeln!(
                progress,
                "  {:26} {:>10.0}/s ±{:>2.0} %  {:.2} x; works {:>9.1} ns, {:.2} x{}",
                series.kind.name(),
                rate.median,
                rate.noise() * 100.0,
                own.times_as_fast_as(series),
                series.worked(),
                own.times_as_light_as(series),
                series.written().map_or(String::new(), |rate| format!("  writes {rate:.0}/s")),
            );
        }
        all.extend(held);
    }
    Ok(all)
}

fn fill(kind: Kind, content: Content) -> Result<Filled> {
    let folder = TempDir::new()?;
    let subject = kind.open(folder.path())?;
    // What is there has even numbers, so that new ones fit between.
    let numbers = shuffled(content.records).into_iter().map(|at| at * 2);
    subject.fill(match content.keys {
        Keys::Text => Records::texts(numbers),
        Keys::Number => Records::numbers(numbers),
    })?;
    Ok(Filled { kind, subject, _folder: folder })
}

fn asked(content: Content) -> Asked {
    let numbers = (0..ASKED as u64).map(|at| mixed(at) % content.records as u64 * 2);
    match content.keys {
        Keys::Text => Asked::Texts(numbers.map(text).collect()),
        Keys::Number => Asked::Numbers(numbers.map(number).collect()),
    }
}

fn hold(
    filled: &[Filled],
    content: Content,
    contest: Contest,
    asked: &Asked,
    effort: Effort,
) -> Result<Vec<Series>> {
    let all: Vec<&Filled> = filled.iter().filter(|one| one.kind.can(contest.suite)).collect();
    let series = |one: &&Filled| Series { content, contest, kind: one.kind, samples: Vec::new() };
    let mut held: Vec<Series> = all.iter().map(series).collect();
    for round in 0..effort.rounds {
        for turn in 0..all.len() {
            // Each round begins with somebody else, so that nobody always follows the same one.
            let at = (turn + round * 2) % all.len();
            let Filled { kind, subject, .. } = all[at];
            let (kind, subject) = (*kind, &**subject);
            let round = Round { kind, subject, content, contest, asked, effort };
            let sample = round
                .hold()
                .map_err(|error| format!("{}, {}: {error}", kind.name(), contest.title()))?;
            held[at].samples.push(sample);
        }
    }
    Ok(held)
}
