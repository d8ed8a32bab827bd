//! One round of one subject.

use std::hint::black_box;
use std::thread;
use std::time::Duration;

use forebay_measure::clock::now;
use rustix::time::{ClockId, clock_gettime};

use crate::effort::Effort;
use crate::measured::Sample;
use crate::rows::{Row, ends, rows};
use crate::subjects::{Hits, Kind, Result, Stores};
use crate::work::{Crowd, Size, Way};

/// How many calls are made between two looks at the clock.
const BATCH: usize = 256;

/// How many objects are looked at.
pub(crate) const OBJECTS: usize = 64;

/// A round of storing and one of loading.
pub(crate) fn transfer(
    kind: Kind,
    subject: &mut dyn Stores,
    size: Size,
    seed: u64,
) -> Result<[Sample; 2]> {
    let rows = rows(kind.rows(size), size.bytes(), seed);
    let bytes = rows.len() * size.bytes();
    let expected: f64 = rows.iter().map(|row| ends(row)).sum();
    subject.take(rows)?;
    let stored = timed(bytes, || subject.store())?;
    let mut found = 0.0;
    let loaded = timed(bytes, || {
        found = subject.load()?;
        Ok(())
    })?;
    subject.clear()?;
    if (found - expected).abs() > 1e-6 {
        return Err(format!("{} has loaded something else", kind.name()).into());
    }
    Ok([stored, loaded])
}

/// A round of hits.
pub(crate) fn hits(subject: &dyn Hits, way: Way, crowd: Crowd, effort: Effort) -> Result<Sample> {
    let hit = |thread: usize| -> Result<usize> {
        let (begun, mut at) = (now(), 0);
        while begun.elapsed() < effort.timed {
            let (first, objects) = match crowd {
                Crowd::Alone => (0, OBJECTS),
                Crowd::Apart => (thread * OBJECTS / 4, OBJECTS / 4),
                Crowd::Together => (0, 1),
            };
            let sum: f64 = (at..at + BATCH)
                .map(|at| subject.hit(way, first + at % objects))
                .sum::<Result<f64>>()?;
            black_box(sum);
            at += BATCH;
        }
        Ok(at)
    };
    let (begun, before) = (now(), worked_by_all());
    let calls = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..crowd.threads()).map(|thread| scope.spawn(move || hit(thread))).collect();
        let mut calls = 0;
        for thread in threads {
            calls += thread.join().map_err(|_| "a thread that looks has panicked")??;
        }
        Ok::<_, Box<dyn std::error::Error + Send + Sync>>(calls)
    })?;
    Ok(sample(calls, begun.elapsed(), worked_by_all().saturating_sub(before)))
}

/// A round of inserts. Making the rows and dropping the objects is not timed.
pub(crate) fn inserts(subject: &dyn Hits) -> Result<Sample> {
    let rows: Vec<Row> = rows(2_000, 4 << 10, 1);
    subject.insert(rows, &mut |count, insert| timed(count, insert))
}

pub(crate) fn timed(units: usize, mut work: impl FnMut() -> Result<()>) -> Result<Sample> {
    let (begun, before) = (now(), worked_by_all());
    work()?;
    Ok(sample(units, begun.elapsed(), worked_by_all().saturating_sub(before)))
}

fn sample(units: usize, taken: Duration, worked: Duration) -> Sample {
    let units = u32::try_from(units).map_or(f64::INFINITY, f64::from);
    Sample { taken: taken.as_secs_f64() / units, worked: worked.as_secs_f64() / units }
}

/// How long all threads of this program have worked.
fn worked_by_all() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}
