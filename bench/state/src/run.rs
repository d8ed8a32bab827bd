//! The run: every contest, in rounds in which everybody takes a turn.

use std::io::Write;

use forebay_measure::quantity::time;
use forebay_measure::{Machine, mixed};
use tempfile::TempDir;

use crate::args::Args;
use crate::contest::{Contest, Keys, Stock};
use crate::durable_round::{beside_this_program, durable_round};
use crate::effort::Effort;
use crate::large;
use crate::measured::{Measured, Sample, Series};
use crate::people::{Asked, Records, number, shuffled, text};
use crate::round::Round;
use crate::subjects::{Kind, Result, Subject};
use forebay_measure::clock::now;

/// How many keys are asked for before they come again.
const ASKED: usize = 1 << 20;

pub(crate) fn run(args: &Args, progress: &mut dyn Write) -> Result<Measured> {
    let begun = now();
    let place = beside_this_program()?;
    large::check(args, &place)?;
    let mut machine = Machine::look();
    let mut series = Vec::new();
    for is_alone in [true, false] {
        for keys in Keys::ALL.into_iter().filter(|keys| args.wants_keys(*keys)) {
            for &records in &args.sizes {
                series.extend(with(args, Stock { keys, records }, is_alone, progress)?);
            }
        }
    }
    series.extend(with_logs(args, progress)?);
    let (openings, snapshots) = large::measure(args, &place, progress)?;
    machine.look_again();
    let (quick, seconds) = (args.quick, begun.elapsed().as_secs());
    Ok(Measured { machine, quick, seconds, series, openings, snapshots })
}

/// Somebody who has all records, and where the files are.
struct Filled {
    kind: Kind,
    subject: Box<dyn Subject>,
    _folder: TempDir,
}

fn with(
    args: &Args,
    stock: Stock,
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
    if contests.is_empty() {
        return Ok(Vec::new());
    }
    let filled = kinds.map(|kind| fill(kind, stock)).collect::<Result<Vec<_>>>()?;
    let asked = asked(stock);
    let mut all = Vec::new();
    for contest in contests {
        let all_that_can = filled.iter().filter(|one| one.kind.can(contest.suite));
        let all_that_can: Vec<&Filled> = all_that_can.collect();
        let round = |one: &&Filled| {
            let Filled { kind, subject, .. } = one;
            let (kind, subject, asked) = (*kind, &**subject, &asked);
            Round { kind, subject, stock, contest, asked, effort }.hold()
        };
        let held = hold(&all_that_can, |one| one.kind, (stock, contest), effort, round)?;
        say(&held, progress);
        all.extend(held);
    }
    Ok(all)
}

/// The contests with logs on the disk.
fn with_logs(args: &Args, progress: &mut dyn Write) -> Result<Vec<Series>> {
    let effort = if args.quick { Effort::QUICK } else { Effort::FULL };
    let stock = Stock { keys: Keys::Text, records: 0 };
    let mut all = Vec::new();
    for contest in Contest::DURABLE.into_iter().filter(|contest| args.wants(*contest)) {
        let kinds = Kind::ALL.into_iter();
        let kinds = kinds.filter(|kind| kind.can(contest.suite) && args.wants_subject(*kind));
        let round = |kind: &Kind| durable_round(*kind, contest, effort);
        let held = hold(&kinds.collect::<Vec<_>>(), |kind| *kind, (stock, contest), effort, round)?;
        say(&held, progress);
        all.extend(held);
    }
    Ok(all)
}

/// Progress is a courtesy; the numbers are worth more than its lines.
fn say(held: &[Series], progress: &mut dyn Write) {
    let own = held.iter().find(|one| one.kind == Kind::own(one.contest.suite));
    let Some(own) = own.or(held.first()) else { return };
    let _ = writeln!(progress, "{}, {}", own.contest.title(), own.stock.title());
    for series in held {
        let rate = series.rate();
        let _ = writeln!(
            progress,
            "  {:30} {:>10.0}/s ±{:>2.0} %  {:.2} x; works {:>9.1} ns, {:.2} x{}{}",
            series.kind.name(),
            rate.median,
            rate.noise() * 100.0,
            own.times_as_fast_as(series),
            series.worked(),
            own.times_as_light_as(series),
            series.written().map_or(String::new(), |rate| format!("  writes {rate:.0}/s")),
            series.longest().map_or(String::new(), |longest| format!(", waits {}", time(longest))),
        );
    }
}

fn fill(kind: Kind, stock: Stock) -> Result<Filled> {
    let folder = TempDir::new()?;
    let subject = kind.open(folder.path())?;
    // What is there has even numbers, so that new ones fit between.
    let numbers = shuffled(stock.records).into_iter().map(|at| at * 2);
    subject.fill(match stock.keys {
        Keys::Text => Records::texts(numbers),
        Keys::Number => Records::numbers(numbers),
    })?;
    Ok(Filled { kind, subject, _folder: folder })
}

fn asked(stock: Stock) -> Asked {
    let numbers = (0..ASKED as u64).map(|at| mixed(at) % stock.records as u64 * 2);
    match stock.keys {
        Keys::Text => Asked::Texts(numbers.map(text).collect()),
        Keys::Number => Asked::Numbers(numbers.map(number).collect()),
    }
}

/// Gives everybody a turn in each round.
fn hold<S>(
    all: &[S],
    kind: impl Fn(&S) -> Kind,
    (stock, contest): (Stock, Contest),
    effort: Effort,
    round: impl Fn(&S) -> Result<Sample>,
) -> Result<Vec<Series>> {
    let series = |one| Series { stock, contest, kind: kind(one), samples: Vec::new() };
    let mut held: Vec<Series> = all.iter().map(series).collect();
    for number in 0..effort.rounds {
        for turn in 0..all.len() {
            // Each round begins with somebody else, so that nobody always follows the same one.
            let at = (turn + number * 2) % all.len();
            let sample = round(&all[at]).map_err(|error| {
                format!("{}, {}: {error}", kind(&all[at]).name(), contest.title())
            })?;
            held[at].samples.push(sample);
        }
    }
    Ok(held)
}
