//! One subject with so many entries, ready for rows of one kind, and how a sample of it is taken.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use forebay_measure::clock::now;
use forebay_store::{Error, Result};

use crate::keys::{Keys, Zipf};
use crate::measured::Sample;
use crate::pair::Pair;
use crate::row::Row;
use crate::stopwatch::{Taken, timed};
use crate::subjects::{Forebay, Kind, Room, Subject};

/// So much is put between two stores of everything dirty.
const CHUNK: usize = 10_000;

/// For so long the same keys are gone through again and again. Waking a thread takes a tenth of a
/// millisecond, which is nothing to that.
const WHILE: Duration = Duration::from_millis(20);

/// So many puts over clean entries by several threads, however fast: those who go through their keys more often find more of
/// them in the processor's caches.
const SHARED: usize = 600_000;

/// The clock is looked at after so many operations.
const LOOK: usize = 1_000;

/// A subject, and the keys that it is asked for.
pub(crate) struct Bench<P: Pair> {
    pub(crate) kind: Kind,
    entries: u32,
    subject: Box<dyn Subject<P>>,
    keys: Keys<P>,
    zipf: Option<Zipf>,
}

impl<P: Pair> Bench<P> {
    /// All entries are there and clean, and there is room for more.
    pub(crate) fn ample(kind: Kind, entries: u32, pair: P) -> Result<Self> {
        let bench = Self::open(kind, entries, Room::Ample, pair)?;
        bench.fill(&bench.keys.all())?;
        let len = bench.subject.len();
        if len != entries as usize {
            let message = format!("{} holds {len} entries, not {entries}", kind.name());
            return Err(Error::invalid(message));
        }
        Ok(bench)
    }

    /// The memory is full, and who leaves it has been chosen often.
    pub(crate) fn full(kind: Kind, entries: u32, pair: P) -> Result<Self> {
        let mut bench = Self::open(kind, entries, Room::Full, pair)?;
        bench.fill(&bench.keys.all())?;
        let more = bench.keys.fresh(entries as usize / 2);
        bench.fill(&more)?;
        Ok(bench)
    }

    /// The memory is full of what was asked for among ten times as many keys.
    pub(crate) fn mixed(kind: Kind, entries: u32, pair: P) -> Result<Self> {
        let mut bench = Self::open(kind, entries, Room::Full, pair)?;
        bench.zipf = Some(Zipf::new(entries * 10));
        for _ in 0..=entries * 5 / 10_000 {
            let keys = bench.asked(10_000, false);
            bench.subject.read_in(&keys)?;
        }
        bench.subject.housekeep();
        Ok(bench)
    }

    /// The memory is full, and so many hundredths of it are dirty.
    pub(crate) fn dirty(share: u32, entries: u32, pair: P) -> Result<Self> {
        let keys = Keys::new(entries, pair);
        let subject = Box::new(Forebay::<P>::dirty(entries, share, &keys.all())?);
        Ok(Self { kind: Kind::Forebay, entries, subject, keys, zipf: None })
    }

    fn open(kind: Kind, entries: u32, room: Room, pair: P) -> Result<Self> {
        let (subject, keys) = (kind.open(entries, room)?, Keys::new(entries, pair));
        Ok(Self { kind, entries, subject, keys, zipf: None })
    }

    fn fill(&self, keys: &[P::Key]) -> Result<()> {
        for chunk in keys.chunks(CHUNK.min(self.entries as usize / 8)) {
            self.subject.put(chunk)?;
            self.subject.store_dirty()?;
        }
        self.subject.housekeep();
        Ok(())
    }

    /// What a row of dirty entries starts from.
    pub(crate) fn make_dirty(&self) -> Result<()> {
        self.subject.put(&self.keys.all())?;
        self.subject.housekeep();
        Ok(())
    }

    pub(crate) fn sample(&mut self, row: Row, operations: usize) -> Result<Sample> {
        match row {
            Row::Hit(1) => {
                let keys = self.keys.resident(operations);
                self.timed(&keys, all_found).map(Sample::of)
            }
            Row::Hit(threads) => self.crowd(threads, operations, all_found),
            Row::Warm => {
                let keys = self.keys.resident(operations);
                let mut done = 0;
                let (taken, _) = self.timed(&keys, |subject, keys| {
                    done = again_and_again(keys, |keys| all_found(subject, keys))?.0;
                    Ok(())
                })?;
                Ok(Sample::of((taken, done)))
            }
            Row::Again(1) => {
                let keys = self.keys.resident(operations);
                self.timed(&keys, |subject, keys| subject.put(keys)).map(Sample::of)
            }
            Row::Again(threads) => {
                self.crowd(threads, operations, |subject, keys| subject.put(keys))
            }
            Row::Miss => {
                let keys = self.keys.fresh(operations);
                self.timed(&keys, |subject, keys| subject.miss(keys).map(drop)).map(Sample::of)
            }
            Row::Put(1) => {
                let keys = self.keys.resident(operations);
                self.pieces(&keys, self.entries as usize)
            }
            Row::Put(threads) => self.shares(threads),
            Row::Insert => {
                let keys = self.keys.fresh(operations);
                self.pieces(&keys, self.entries as usize / 8)
            }
            Row::ReadIn | Row::Dirty(_) => {
                let keys = self.keys.fresh(operations);
                self.timed(&keys, |subject, keys| subject.read_in(keys).map(drop)).map(Sample::of)
            }
            Row::Mix | Row::Scan => {
                let keys = self.asked(operations, row == Row::Scan);
                let mut found = 0;
                let timed = self.timed(&keys, |subject, keys| {
                    found = subject.read_in(keys)?;
                    Ok(())
                })?;
                let hits = quotient(found, operations);
                Ok(Sample { hits: Some(hits), ..Sample::of(timed) })
            }
            Row::Stored => Err(Error::unsupported("that row has its own subjects")),
        }
    }

    fn timed(
        &self,
        keys: &[P::Key],
        work: impl FnOnce(&dyn Subject<P>, &[P::Key]) -> Result<()>,
    ) -> Result<(Taken, usize)> {
        let (done, taken) = timed(|| {
            let done = work(&*self.subject, keys);
            self.subject.housekeep();
            done
        });
        done.map(|()| (taken, keys.len()))
    }

    /// Puts, and stores what is dirty after so many, which is not timed.
    fn pieces(&self, keys: &[P::Key], piece: usize) -> Result<Sample> {
        let mut all = Taken::default();
        for piece in keys.chunks(piece) {
            let (taken, _) = self.timed(piece, |subject, keys| subject.put(keys))?;
            all.add(taken);
            self.subject.store_dirty()?;
        }
        Ok(Sample::of((all, keys.len())))
    }

    /// So many threads at once, each of which goes through keys of its own again and again. By the clock it
    /// takes until the last has ended.
    fn crowd(
        &mut self,
        threads: u32,
        operations: usize,
        work: impl Fn(&dyn Subject<P>, &[P::Key]) -> Result<()> + Sync,
    ) -> Result<Sample> {
        let keys: Vec<_> = (0..threads).map(|_| self.keys.resident(operations)).collect();
        let subject = &*self.subject;
        let run = |keys: &[P::Key]| again_and_again(keys, |keys| work(subject, keys));
        let taken = together(keys.iter().map(Vec::as_slice), run)?;
        self.subject.housekeep();
        Ok(Sample::of(taken))
    }

    /// So many threads at once put all keys, each a share, as often as everybody does. What is dirty is stored in between,
    /// which is not timed.
    fn shares(&mut self, threads: u32) -> Result<Sample> {
        let keys = self.keys.resident(self.entries as usize);
        let subject = &*self.subject;
        let run = |keys: &[P::Key]| subject.put(keys).map(|()| (keys.len(), now()));
        let (mut all, mut count) = (Taken::default(), 0);
        for _ in 0..SHARED.div_ceil(keys.len().max(1)) {
            let (taken, done) = together(keys.chunks(keys.len().div_ceil(threads as usize)), run)?;
            all.add(taken);
            count += done;
            subject.store_dirty()?;
        }
        subject.housekeep();
        Ok(Sample::of((all, count)))
    }

    /// As Zipf says, and if there is a scan, every tenth is one of its.
    fn asked(&mut self, count: usize, has_scan: bool) -> Vec<P::Key> {
        let mut scanned = self.keys.fresh(if has_scan { count / 10 } else { 0 }).into_iter();
        let zipf = &mut self.zipf;
        let mut next = |at: usize| {
            let scanned = if at % 10 == 9 { scanned.next() } else { None };
            scanned.unwrap_or_else(|| P::key(zipf.as_mut().map_or(0, Zipf::next)))
        };
        (0..count).map(&mut next).collect()
    }
}

/// A thread for each of these, all at once. Says how many they have done; by the clock it takes from when the first has
/// begun until the last has ended.
fn together<'a, K: Sync + 'a>(
    keys: impl Iterator<Item = &'a [K]>,
    run: impl Fn(&[K]) -> Result<(usize, Instant)> + Sync,
) -> Result<(Taken, usize)> {
    let keys: Vec<_> = keys.collect();
    let start = Barrier::new(keys.len());
    let (start, run) = (&start, &run);
    thread::scope(|scope| {
        let start_one = |keys| {
            scope.spawn(move || {
                start.wait();
                // Told by each, for who starts them may go on after they have.
                let begun = now();
                let (ended, taken) = timed(|| run(keys));
                ended.map(|(done, end)| (done, begun, end, taken.cpu))
            })
        };
        let threads: Vec<_> = keys.into_iter().map(start_one).collect();
        let (mut cpu, mut count, mut times) = (Duration::ZERO, 0, None);
        for thread in threads {
            let (done, begun, end, own) =
                thread.join().map_err(|_| Error::invalid("a thread has panicked"))??;
            let (first, last) = times.unwrap_or((begun, end));
            times = Some((begun.min(first), end.max(last)));
            cpu += own;
            count += done;
        }
        let wall = times.map_or(Duration::ZERO, |(first, last)| last.duration_since(first));
        Ok((Taken { cpu, wall }, count))
    })
}

/// Works on these keys over and over until the time is over. Says on how many, and when it ended.
fn again_and_again<K>(
    keys: &[K],
    mut work: impl FnMut(&[K]) -> Result<()>,
) -> Result<(usize, Instant)> {
    let (begin, mut done) = (now(), 0);
    for keys in keys.chunks(LOOK).cycle() {
        work(keys)?;
        done += keys.len();
        let end = now();
        if end.duration_since(begin) >= WHILE {
            return Ok((done, end));
        }
    }
    Err(Error::invalid("there are no keys"))
}

fn all_found<P: Pair>(subject: &dyn Subject<P>, keys: &[P::Key]) -> Result<()> {
    let found = subject.get(keys)?;
    if found == keys.len() {
        return Ok(());
    }
    Err(Error::invalid(format!("{found} of {} keys are there", keys.len())))
}

fn quotient(part: usize, whole: usize) -> f64 {
    let number = |count: usize| u32::try_from(count).map_or(f64::INFINITY, f64::from);
    number(part) / number(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pair::Numbers;

    #[test]
    fn keys_are_gone_through_until_the_time_is_over_and_each_is_counted() {
        let keys: Vec<u64> = (0..1_500).collect();
        let (mut asked, begin) = (0, now());
        let work = |keys: &[u64]| {
            asked += keys.len();
            Ok(())
        };
        let (done, end) = again_and_again(&keys, work).unwrap();
        assert!(done == asked && done > keys.len());
        assert!(end.duration_since(begin) >= WHILE);
        assert!(again_and_again(&[], |_: &[u64]| Ok(())).is_err());
    }

    #[test]
    fn threads_that_worked_at_once_took_at_least_their_time_by_the_clock() {
        let mut bench = Bench::ample(Kind::Quick, 1_000, Numbers).unwrap();
        let sample = bench.sample(Row::Hit(2), 1_000).unwrap();
        // What one operation took by the clock is at least the work of it, shared by all processors.
        let processors = thread::available_parallelism().unwrap().get().min(2);
        let share = f64::from(u32::try_from(processors).unwrap());
        assert!(sample.wall > 0.0 && sample.wall * share >= sample.cpu * 0.9);
    }
}
