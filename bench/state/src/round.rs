//! One round of one subject: threads that read for a while, or one that writes.

use std::hint::black_box;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::Duration;

use crate::contest::{Contest, Keys, Stock, Suite};
use crate::effort::Effort;
use crate::measured::{Beside, Sample};
use crate::pace::Pace;
use crate::people::{Asked, Batch, Person, Records, number, text};
use crate::subjects::{Kind, Result, Subject};
use forebay_measure::clock::{now, pause_for, worked};

pub(crate) const WARMING_UP: u8 = 0;
pub(crate) const TIMED: u8 = 1;
pub(crate) const OVER: u8 = 2;

/// How many keys are asked for between two looks at whether it is over.
const BATCH: usize = 64;

/// New records are taken out again when they are one in so many, so that the size stays what it is.
const GROWTH: usize = 4;

/// A prime, so that no new record comes twice before all have come.
const STRIDE: u64 = 7919;

pub(crate) struct Round<'a> {
    pub(crate) kind: Kind,
    pub(crate) subject: &'a dyn Subject,
    pub(crate) stock: Stock,
    pub(crate) contest: Contest,
    pub(crate) asked: &'a Asked,
    pub(crate) effort: Effort,
}

impl Round<'_> {
    pub(crate) fn hold(&self) -> Result<Sample> {
        match self.contest.suite {
            Suite::Read | Suite::ReadWritten | Suite::ReadPaced | Suite::Range => self.read(),
            Suite::Insert | Suite::Overwrite => self.write(),
            Suite::InsertAmong => {
                self.let_threads_read()?;
                self.write()
            }
            Suite::Together | Suite::TogetherOfAll | Suite::Synced | Suite::Journaled => {
                Err("this is measured with fresh stores".into())
            }
        }
    }

    /// Lets all threads read once, at the same time.
    fn let_threads_read(&self) -> Result<()> {
        let together = Barrier::new(self.contest.threads);
        thread::scope(|scope| {
            let read = || {
                let read = self.subject.hand()?.read(self.asked.batch(0, 1));
                together.wait();
                read.map(drop)
            };
            let threads: Vec<_> = (0..self.contest.threads).map(|_| scope.spawn(read)).collect();
            threads.into_iter().try_for_each(|thread| {
                thread.join().map_err(|_| "a thread that reads has panicked")?
            })
        })
    }

    fn read(&self) -> Result<Sample> {
        let phase = AtomicU8::new(WARMING_UP);
        let is_written = self.contest.suite.is_written();
        thread::scope(|scope| {
            let readers: Vec<_> = (0..self.contest.threads)
                .map(|at| {
                    let phase = &phase;
                    scope.spawn(move || self.ask(at, phase))
                })
                .collect();
            let writer = is_written.then(|| scope.spawn(|| self.overwrite_all_along(&phase)));
            pause_for(self.effort.warm_up);
            let begun = now();
            phase.store(TIMED, Ordering::Release);
            pause_for(self.effort.timed * self.kind.turns(self.contest.suite));
            let seconds = begun.elapsed().as_secs_f64();
            phase.store(OVER, Ordering::Release);
            let (mut count, mut worked, mut longest) = (0, Duration::ZERO, Duration::ZERO);
            for reader in readers {
                let done = reader.join().map_err(|_| "a thread that reads has panicked")??;
                count += done.count;
                worked += done.worked;
                longest = longest.max(done.longest);
            }
            let written = writer.map(thread::ScopedJoinHandle::join).transpose();
            let written =
                written.map_err(|_| "the thread that writes has panicked")?.transpose()?;
            let longest = longest.as_secs_f64() * 1e9;
            let rate = |count: usize| number_of(count) / seconds;
            // Who never got a turn is slow, not of a speed that is unknown; what a read would have been
            // to it nobody knows.
            let worked = if count == 0 { f64::NAN } else { worked.as_secs_f64() * 1e9 };
            let count = count.max(1);
            let worked = worked / number_of(count);
            let beside = written.map(|count| Beside { written: rate(count), longest });
            Ok(Sample { rate: rate(count), worked, beside })
        })
    }

    /// What one thread reads while it is timed.
    fn ask(&self, thread: usize, phase: &AtomicU8) -> Result<Asking> {
        let mut hand = self.subject.hand()?;
        // A range is a hundred times as much.
        let step = if self.contest.suite == Suite::Range { 1 } else { BATCH };
        let is_written = self.contest.suite.is_written();
        let mut at = self.asked.len() / self.contest.threads * thread;
        let mut done = Asking::default();
        let mut begun = None;
        let mut looked = now();
        loop {
            let is_timed = match phase.load(Ordering::Acquire) {
                OVER => {
                    let until = worked();
                    done.worked = until.saturating_sub(begun.unwrap_or(until));
                    return Ok(done);
                }
                phase => phase == TIMED,
            };
            if is_timed && begun.is_none() {
                begun = Some(worked());
            }
            let keys = self.asked.batch(at, step);
            at += step;
            black_box(match self.contest.suite {
                Suite::Range => hand.range(keys)?,
                _ => hand.read(keys)?,
            });
            done.count += if is_timed { step } else { 0 };
            if is_written {
                let now = now();
                let taken = now.duration_since(looked);
                looked = now;
                done.longest = done.longest.max(if is_timed { taken } else { Duration::ZERO });
            }
        }
    }

    /// What one thread overwrites while it is timed.
    fn overwrite_all_along(&self, phase: &AtomicU8) -> Result<usize> {
        let people: Vec<Person> = (0..1024).map(Person::new).collect();
        let mut pace = (self.contest.suite == Suite::ReadPaced).then(Pace::begin);
        let step = if pace.is_some() { 1 } else { self.kind.writes_at_once() };
        let mut at = self.asked.len() / 2;
        let mut count = 0;
        loop {
            let is_timed = match phase.load(Ordering::Acquire) {
                OVER => return Ok(count),
                phase => phase == TIMED,
            };
            if pace.as_mut().is_some_and(|pace| !pace.is_due()) {
                continue;
            }
            self.subject.write(others(self.asked.batch(at, step), &people, at))?;
            at += step;
            count += if is_timed { step } else { 0 };
        }
    }

    /// One thread writes; making the records, and taking new ones out again, is not timed.
    fn write(&self) -> Result<Sample> {
        let people: Vec<Person> = (0..1024).map(Person::new).collect();
        let step = self.kind.writes_at_once();
        let is_insert = self.contest.suite != Suite::Overwrite;
        let (mut spent, mut busy, mut count, mut at) = (Duration::ZERO, Duration::ZERO, 0, 0);
        while spent < self.effort.timed {
            let records = if is_insert {
                self.new_records(at, step)
            } else {
                others(self.asked.batch(at, step), &people, at)
            };
            let (begun, worked_before) = (now(), worked());
            self.subject.write(records)?;
            busy += worked().saturating_sub(worked_before);
            spent += begun.elapsed();
            count += step;
            at += step;
            if is_insert && at >= self.stock.records / GROWTH {
                self.remove(at)?;
                at = 0;
            }
        }
        if is_insert {
            self.remove(at)?;
        }
        let rate = number_of(count) / spent.as_secs_f64();
        let worked = busy.as_secs_f64() * 1e9 / number_of(count);
        Ok(Sample { rate, worked, beside: None })
    }

    fn new_records(&self, from: usize, count: usize) -> Records {
        let numbers = (from..from + count).map(|at| self.new_number(at));
        match self.stock.keys {
            Keys::Text => Records::texts(numbers),
            Keys::Number => Records::numbers(numbers),
        }
    }

    /// Record `at` of those that are not there, spread over all that are: they have even numbers.
    fn new_number(&self, at: usize) -> u64 {
        (at as u64 * STRIDE) % self.stock.records as u64 * 2 + 1
    }

    fn remove(&self, count: usize) -> Result<()> {
        let numbers = (0..count).map(|at| self.new_number(at));
        match self.stock.keys {
            Keys::Text => {
                let keys: Vec<String> = numbers.map(text).collect();
                self.subject.remove(Batch::Texts(&keys))
            }
            Keys::Number => {
                let keys: Vec<u64> = numbers.map(number).collect();
                self.subject.remove(Batch::Numbers(&keys))
            }
        }
    }
}

/// What a thread that reads has done while it was timed.
#[derive(Default)]
struct Asking {
    count: usize,
    worked: Duration,
    /// The longest between two looks at the clock, beside a writer.
    longest: Duration,
}

/// Other people in the places of those who are there.
fn others(keys: Batch<'_>, people: &[Person], from: usize) -> Records {
    let person = |at: usize| people[(from + at) % people.len()].clone();
    match keys {
        Batch::Texts(keys) => Records::Texts(
            keys.iter().enumerate().map(|(at, key)| (key.clone(), person(at))).collect(),
        ),
        Batch::Numbers(keys) => {
            Records::Numbers(keys.iter().enumerate().map(|(at, key)| (*key, person(at))).collect())
        }
    }
}

pub(crate) fn number_of(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
}
