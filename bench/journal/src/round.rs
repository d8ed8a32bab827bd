//! One round of one subject: a fresh folder, threads that put for a while, and what it came to.

use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::Duration;

use forebay_measure::Folder;

use crate::contest::Contest;
use crate::effort::Effort;
use crate::gauges::{Gauges, Reading};
use crate::histogram::Histogram;
use crate::measured::Sample;
use crate::records::Records;
use crate::subjects::{Kind, Mark, Result, Subject};
use forebay_measure::clock::{now, pause};

const WARMING_UP: u8 = 0;
const TIMED: u8 = 1;
const OVER: u8 = 2;

/// How often a subject is asked to keep up.
const TENDED_EVERY: Duration = Duration::from_millis(20);

/// What one thread, or all of them, did while it was timed.
struct Work {
    puts: u64,
    latencies: Histogram,
}

pub(crate) fn round(kind: Kind, contest: Contest, effort: Effort, place: &Path) -> Result<Sample> {
    let folder = Folder::fresh(place, "round")?;
    let subject = kind.open(contest.suite, folder.path())?;
    let gauges = Gauges::of(folder.path());
    let phase = AtomicU8::new(WARMING_UP);
    let (work, seconds, counted) = thread::scope(|scope| {
        let threads: Vec<_> = (0..contest.threads)
            .map(|number| {
                let (subject, phase) = (&*subject, &phase);
                scope.spawn(move || write(subject, contest, number as u64, phase))
            })
            .collect();
        let mut tended = tend(&*subject, effort.warm_up);
        let before = (gauges.read(), subject.syncs());
        let begun = now();
        phase.store(TIMED, Ordering::Release);
        tended = tended.and(tend(&*subject, effort.timed));
        phase.store(OVER, Ordering::Release);
        let mut whole = Work { puts: 0, latencies: Histogram::new() };
        for thread in threads {
            let part = thread.join().map_err(|_| "a thread that writes has panicked")??;
            whole.puts += part.puts;
            whole.latencies.merge(&part.latencies);
        }
        let seconds = begun.elapsed().as_secs_f64();
        tended?;
        let syncs = subject.syncs().and_then(|syncs| syncs.checked_sub(before.1?));
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>((
            whole,
            seconds,
            (gauges.read().since(before.0), syncs),
        ))
    })?;
    drop(subject);
    folder.clear()?;
    Ok(sample(&work, seconds, counted))
}

fn sample(work: &Work, seconds: f64, counted: (Reading, Option<u64>)) -> Sample {
    let number = |count: u64| u32::try_from(count).map_or(f64::INFINITY, f64::from);
    let puts = number(work.puts);
    let each = |count: Option<u64>| Some(number(count?) / puts);
    let nanoseconds = |thousandths| number(work.latencies.at_most(thousandths));
    let (reading, syncs) = counted;
    Sample {
        puts_a_second: puts / seconds,
        p50: nanoseconds(500),
        p99: nanoseconds(990),
        max: number(work.latencies.max()),
        syncs: each(syncs),
        flushes: each(reading.flushes),
        // In KiB it fits the numbers that a float holds exactly.
        bytes: each(reading.bytes.map(|bytes| bytes / 1024)).map(|kib| kib * 1024.0),
    }
}

fn write(subject: &dyn Subject, contest: Contest, number: u64, phase: &AtomicU8) -> Result<Work> {
    let mut writer = subject.writer()?;
    let mut records = Records::new(number);
    let mut work = Work { puts: 0, latencies: Histogram::new() };
    let every = contest.suite.timed_every();
    let mut count = 0_u64;
    loop {
        let is_timed = match phase.load(Ordering::Acquire) {
            OVER => return Ok(work),
            phase => phase == TIMED,
        };
        count += 1;
        let begun = (is_timed && count.is_multiple_of(every)).then(now);
        let Some(Mark(begun)) = writer.put(records.next(), Mark(begun))? else { continue };
        work.puts += u64::from(is_timed);
        if let Some(begun) = begun {
            work.latencies.add(u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX));
        }
    }
}

/// What this thread does while the others write.
fn tend(subject: &dyn Subject, length: Duration) -> Result<()> {
    let begun = now();
    let mut kept = Ok(());
    while let Some(left) = length.checked_sub(begun.elapsed()) {
        pause(left.min(TENDED_EVERY));
        if kept.is_ok() {
            kept = subject.keep_up();
        }
    }
    kept
}
