//! A snapshot of everything while one thread overwrites records, one a transaction, as fast as it can.

use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::Duration;

use forebay_measure::{Spread, memory, mixed};

use super::whole::Whole;
use crate::people::{Person, text};
use crate::subjects::{Kind, Result};
use forebay_measure::clock::{now, pause, pause_for};

/// The writer goes on for so long before the snapshot, so that its memory is what it comes to.
const BEFORE: Duration = Duration::from_secs(3);

/// And so long after it: what it leaves to be done belongs to it.
const AFTER: Duration = Duration::from_millis(500);

/// A store that has made none by then makes none.
pub(super) const AT_MOST: Duration = Duration::from_secs(300);

#[derive(Clone, Copy, Debug)]
pub(crate) struct Snapshot {
    /// Seconds from asking for it until it was there.
    pub(crate) seconds: f64,
    /// The writer's longest transaction before, in seconds.
    pub(crate) pause_before: f64,
    /// And while the snapshot was made.
    pub(crate) pause: f64,
    /// Transactions a second, while it was made.
    pub(crate) rate: f64,
    /// Bytes of memory before it.
    pub(crate) resident: f64,
    /// The most while it was made.
    pub(crate) peak: f64,
}

/// The snapshots of one subject.
#[derive(Debug)]
pub(crate) struct Snapshots {
    pub(crate) kind: Kind,
    pub(crate) records: usize,
    pub(crate) rounds: Vec<Snapshot>,
}

impl Snapshots {
    pub(crate) fn spread(&self, of: impl Fn(&Snapshot) -> f64) -> Spread {
        Spread::of(self.rounds.iter().map(of).collect())
    }
}

/// What the writer is told.
const UNTIMED: u8 = 0;
const TIMED: u8 = 1;
const OVER: u8 = 2;

/// What the writer has seen while it was timed.
#[derive(Default)]
struct Seen {
    longest: Duration,
    count: u32,
}

pub(super) fn take(whole: &mut dyn Whole, records: usize) -> Result<Snapshot> {
    let before = while_written(whole, records, 0, |_| {
        pause_for(BEFORE);
        Ok(())
    })?;
    let resident = memory::resident().ok_or("the system does not tell how much memory there is")?;
    if !memory::forget_peak() {
        return Err("the system does not begin anew with the most memory".into());
    }
    whole.ask_for_snapshot()?;
    let begun = now();
    let mut seconds = 0.0;
    let during = while_written(whole, records, 1 << 32, |whole| {
        while !whole.has_snapshot() {
            if begun.elapsed() > AT_MOST {
                return Err("it has made no snapshot".into());
            }
            pause(Duration::from_millis(5));
        }
        seconds = begun.elapsed().as_secs_f64();
        pause_for(AFTER);
        Ok(())
    })?;
    let peak = memory::peak().ok_or("the system does not tell how much memory there was")?;
    Ok(Snapshot {
        seconds,
        pause_before: before.longest.as_secs_f64(),
        pause: during.longest.as_secs_f64(),
        rate: f64::from(during.count) / (seconds + AFTER.as_secs_f64()),
        resident: bytes(resident),
        peak: bytes(peak),
    })
}

/// Overwrites records while `wait` waits.
fn while_written(
    whole: &dyn Whole,
    records: usize,
    first: u64,
    wait: impl FnOnce(&dyn Whole) -> Result<()>,
) -> Result<Seen> {
    let told = AtomicU8::new(UNTIMED);
    thread::scope(|scope| {
        let writer = scope.spawn(|| write(whole, records, first, &told));
        // The first writes of a thread are slow for reasons of their own.
        pause_for(Duration::from_millis(20));
        told.store(TIMED, Ordering::Release);
        let waited = wait(whole);
        told.store(OVER, Ordering::Release);
        let seen = writer.join().map_err(|_| "the thread that writes has panicked")??;
        waited.map(|()| seen)
    })
}

fn write(whole: &dyn Whole, records: usize, first: u64, told: &AtomicU8) -> Result<Seen> {
    let mut seen = Seen::default();
    for at in first.. {
        let number = mixed(at) % records as u64;
        let record = vec![(text(number), Person::new(number))];
        let told = told.load(Ordering::Acquire);
        if told == OVER {
            break;
        }
        let begun = now();
        whole.put(record)?;
        if told == TIMED {
            seen.longest = seen.longest.max(begun.elapsed());
            seen.count += 1;
        }
    }
    Ok(seen)
}

/// Good to a kibibyte, which is more than the system counts.
fn bytes(bytes: u64) -> f64 {
    u32::try_from(bytes >> 10).map_or(f64::INFINITY, f64::from) * 1024.0
}
