//! The run: every kind of work, in rounds in which everybody takes a turn.

use std::io::Write;
use std::path::Path;

use forebay_measure::Machine;
use forebay_measure::clock::now;
use tempfile::TempDir;

use crate::args::Args;
use crate::effort::Effort;
use crate::measured::{Measured, Peaks, Sample, Series};
use crate::round::{hits, inserts, transfer};
use crate::rows::rows;
use crate::subjects::peak::{self, Allocator, Child};
use crate::subjects::{Durable, Hits, Kind, Result, Slow, Spilled, Stores};
use crate::work::{Crowd, Size, Way, Work};

pub(crate) fn run(args: &Args, progress: &mut dyn Write) -> Result<Measured> {
    let begun = now();
    let effort = if args.quick { Effort::QUICK } else { Effort::FULL };
    let mut machine = Machine::look();
    let mut series = Vec::new();
    if args.wants(Work::Store(Size::Small)) {
        for size in Size::ALL.into_iter().filter(|size| args.wants_size(*size)) {
            series.extend(transfers(args, size, effort, progress)?);
        }
        // In the report all stores stand together.
        series.sort_by_key(|one: &Series| matches!(one.work, Work::Load(_)));
    }
    series.extend(calls(args, effort, progress)?);
    series.extend(others(args, progress)?);
    let peaks = peaks(args, progress)?;
    machine.look_again();
    let (quick, seconds) = (args.quick, begun.elapsed().as_secs());
    Ok(Measured { machine, quick, seconds, series, peaks })
}

/// Somebody who stores, where his files are, and what was measured of him.
struct Turn {
    kind: Kind,
    subject: Box<dyn Stores>,
    _folder: TempDir,
    samples: Vec<[Sample; 2]>,
}

fn transfers(
    args: &Args,
    size: Size,
    effort: Effort,
    progress: &mut dyn Write,
) -> Result<Vec<Series>> {
    let place = place()?;
    let mut turns = Vec::new();
    for kind in Kind::ALL.into_iter().filter(|kind| kind.stores() && args.wants_subject(*kind)) {
        let folder = TempDir::new_in(&place)?;
        let subject = kind.open_stores(folder.path())?;
        turns.push(Turn { kind, subject, _folder: folder, samples: Vec::new() });
    }
    // The first round makes files and buffers; nobody looks at it.
    for round in 0..=effort.rounds {
        for turn in &mut turns {
            let seed = round as u64;
            let samples = transfer(turn.kind, &mut *turn.subject, size, seed)?;
            turn.samples.extend((round > 0).then_some(samples));
        }
    }
    let mut all = Vec::new();
    for (at, work) in [Work::Store(size), Work::Load(size)].into_iter().enumerate() {
        let series = turns.iter().filter(|turn| turn.kind.is_row_of(work)).map(|turn| {
            let samples = turn.samples.iter().map(|both| both[at]).collect();
            Series { lost: turn.subject.lost(), ..Series::new(work, turn.kind, samples) }
        });
        let series: Vec<Series> = series.collect();
        tell(&series, progress);
        all.extend(series);
    }
    Ok(all)
}

fn calls(args: &Args, effort: Effort, progress: &mut dyn Write) -> Result<Vec<Series>> {
    let place = place()?;
    let folder = TempDir::new_in(&place)?;
    let ways = Way::ALL.into_iter().flat_map(|way| Crowd::ALL.map(|crowd| Work::Hit(way, crowd)));
    let works: Vec<Work> = ways.chain([Work::Insert]).filter(|work| args.wants(*work)).collect();
    let kinds = Kind::ALL.into_iter().filter(|kind| kind.hits() && args.wants_subject(*kind));
    let subjects: Vec<(Kind, Box<dyn Hits>)> = kinds
        .map(|kind| Ok((kind, kind.open_hits(&folder.path().join(kind.label()))?)))
        .collect::<Result<_>>()?;
    let mut all = Vec::new();
    for work in works {
        let mut series: Vec<Series> =
            subjects.iter().map(|(kind, _)| Series::new(work, *kind, Vec::new())).collect();
        for round in 0..=effort.rounds {
            for ((_, subject), series) in subjects.iter().zip(&mut series) {
                let sample = match work {
                    Work::Hit(way, crowd) => hits(&**subject, way, crowd, effort)?,
                    _ => inserts(&**subject)?,
                };
                series.samples.extend((round > 0).then_some(sample));
            }
        }
        tell(&series, progress);
        all.extend(series);
    }
    Ok(all)
}

/// Who takes part in a work, and how he is opened in a folder.
struct Field<S> {
    has: fn(Kind) -> bool,
    open: fn(Kind, &Path) -> Result<S>,
}

/// Everybody's rounds of one work, each in a folder of his own.
fn in_turn<S>(
    args: &Args,
    work: Work,
    field: &Field<S>,
    mut sample: impl FnMut(&mut S, usize) -> Result<Sample>,
    progress: &mut dyn Write,
) -> Result<Vec<Series>> {
    if !args.wants(work) {
        return Ok(Vec::new());
    }
    let rounds = if args.quick { Effort::QUICK.rounds } else { Effort::FULL.rounds };
    let (place, mut turns) = (place()?, Vec::new());
    for kind in Kind::ALL.into_iter().filter(|kind| (field.has)(*kind) && args.wants_subject(*kind))
    {
        let folder = TempDir::new_in(&place)?;
        let subject = (field.open)(kind, folder.path())?;
        turns.push((subject, folder, Series::new(work, kind, Vec::new())));
    }
    for round in 0..=rounds {
        for (subject, _, series) in &mut turns {
            let sample = sample(subject, round)?;
            series.samples.extend((round > 0).then_some(sample));
        }
    }
    let series: Vec<Series> = turns.into_iter().map(|(_, _, series)| series).collect();
    tell(&series, progress);
    Ok(series)
}

/// What is durable, what is dropped, and what is slow.
fn others(args: &Args, progress: &mut dyn Write) -> Result<Vec<Series>> {
    let small = |count: usize, round: usize| rows(count, Size::Small.bytes(), round as u64);
    let field = Field { has: Kind::keeps, open: Kind::open_durable };
    let keep = |subject: &mut Box<dyn Durable>, round| subject.keep(small(Work::KEPT, round));
    let mut all = in_turn(args, Work::Keep, &field, keep, progress)?;
    let field = Field { has: Kind::spills, open: Kind::open_spilled };
    let drop = |subject: &mut Box<dyn Spilled>, round| subject.dropped(small(512, round));
    all.extend(in_turn(args, Work::Drop, &field, drop, progress)?);
    let field = Field { has: Kind::spills, open: Kind::open_slow };
    let leaving = |subject: &mut Box<dyn Slow>, round| subject.leaving(small(2, round));
    all.extend(in_turn(args, Work::Leaving, &field, leaving, progress)?);
    let at_once = |subject: &mut Box<dyn Slow>, round| subject.at_once(small(32, round));
    all.extend(in_turn(args, Work::AtOnce, &field, at_once, progress)?);
    Ok(all)
}

/// The most memory, in a process for each round.
fn peaks(args: &Args, progress: &mut dyn Write) -> Result<Vec<Peaks>> {
    let kinds = peak::KINDS.into_iter().filter(|kind| args.wants_subject(*kind));
    let each = kinds.flat_map(|kind| Allocator::ALL.map(|allocator| (kind, allocator)));
    let empty = |(kind, allocator)| Peaks { kind, allocator, bytes: Vec::new() };
    let mut all: Vec<Peaks> = each.map(empty).collect();
    if !args.wants_part("peak") {
        return Ok(Vec::new());
    }
    for _ in 0..if args.quick { 1 } else { 5 } {
        for peaks in &mut all {
            let folder = TempDir::new_in(place()?)?;
            let child = Child::new(peaks.kind, folder.path());
            peaks.bytes.push(child.told(peaks.allocator)?);
        }
    }
    for one in &all {
        // As below.
        let _ = writeln!(progress, "{:45} {:.2} x the budget", one.name(), one.of_budget().median);
    }
    Ok(all)
}

/// Beside this program: a temporary folder may be in memory.
fn place() -> Result<std::path::PathBuf> {
    let program = std::env::current_exe()?;
    Ok(program.parent().ok_or("this program lies nowhere")?.to_owned())
}

/// Progress is a courtesy; the numbers are worth more than its lines.
fn tell(series: &[Series], progress: &mut dyn Write) {
    let Some(own) = series.first() else { return };
    let _ = writeln!(progress, "{}", own.work.title());
    for one in series {
        let (speed, pace) = (one.speed(), one.pace());
        let said = |speed: f64| if one.work.is_transfer() { speed / 1e6 } else { 1e9 / speed };
        let _ = writeln!(
            progress,
            "  {:34} {:>9.1} ±{:>2.0} %  {:>7.2} x; by the clock {:>9.1}",
            one.kind.name_at(one.work),
            said(speed.median),
            speed.noise() * 100.0,
            own.times_as_fast_as(one),
            said(pace.median),
        );
    }
}
