//! One round of one store with its log: threads that write for a while.

use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::Duration;

use forebay_measure::Folder;

use crate::contest::Contest;
use crate::effort::Effort;
use crate::measured::Sample;
use crate::people::{Person, text};
use crate::round::{OVER, TIMED, WARMING_UP, number_of};
use crate::subjects::{Durable, Kind, Result};
use forebay_measure::clock::{now, pause_for, worked};

/// How many records a transaction of many has.
const TOGETHER: u64 = 1000;

/// So many transactions are made beforehand and timed together: to look at the clocks takes as long as
/// a good part of one.
const AT_ONCE: u64 = 16;

/// Every thread has keys of its own, from here on.
const STREAM: u64 = 1 << 32;

/// Opens a fresh store and has it written to. Operations are records.
pub(crate) fn durable_round(kind: Kind, contest: Contest, effort: Effort) -> Result<Sample> {
    let folder = Folder::fresh(&beside_this_program()?, kind.label())?;
    let sample = written(kind, contest, effort, folder.path())?;
    // The next one is not to pay for what this one has left to the disk.
    folder.clear()?;
    Ok(sample)
}

fn written(kind: Kind, contest: Contest, effort: Effort, folder: &Path) -> Result<Sample> {
    let store = kind.open_durable(folder, contest.suite)?;
    let phase = AtomicU8::new(WARMING_UP);
    let together = if contest.suite.is_together() { TOGETHER } else { 1 };
    let sample = thread::scope(|scope| {
        let threads: Vec<_> = (0..contest.threads)
            .map(|at| {
                let (store, phase) = (&*store, &phase);
                scope.spawn(move || write(store, at as u64 * STREAM, together, phase))
            })
            .collect();
        pause_for(effort.warm_up);
        phase.store(TIMED, Ordering::Release);
        pause_for(effort.timed * 2);
        phase.store(OVER, Ordering::Release);
        let (mut count, mut rate, mut worked) = (0, 0.0, Duration::ZERO);
        for thread in threads {
            let done = thread.join().map_err(|_| "a thread that writes has panicked")??;
            count += done.count;
            rate += done.rate();
            worked += done.worked;
        }
        let worked = worked.as_secs_f64() * 1e9 / number_of(count.max(1));
        Ok(Sample { rate, worked, beside: None })
    });
    store.end()?;
    sample
}

/// What a thread has done while it was timed. Making the records does not count: that is nobody's merit.
#[derive(Default)]
struct Done {
    count: usize,
    spent: Duration,
    worked: Duration,
}

impl Done {
    fn rate(&self) -> f64 {
        if self.count == 0 { 0.0 } else { number_of(self.count) / self.spent.as_secs_f64() }
    }
}

fn write(store: &dyn Durable, first: u64, together: u64, phase: &AtomicU8) -> Result<Done> {
    let (mut at, mut done) = (first, Done::default());
    loop {
        let is_timed = match phase.load(Ordering::Acquire) {
            OVER => return Ok(done),
            phase => phase == TIMED,
        };
        let at_once = if together == 1 { AT_ONCE } else { 1 };
        let transactions: Vec<Vec<_>> = (0..at_once)
            .map(|which| at + which * together)
            .map(|first| (first..first + together).map(|at| (text(at), Person::new(at))).collect())
            .collect();
        at += at_once * together;
        let (begun, worked_before) = (now(), worked());
        for records in transactions {
            store.put(records)?;
        }
        if is_timed {
            done.worked += worked().saturating_sub(worked_before);
            done.spent += begun.elapsed();
            done.count += usize::try_from(at_once * together)?;
        }
    }
}

/// The target directory is on a disk; a place for temporary files may be in memory.
pub(crate) fn beside_this_program() -> Result<std::path::PathBuf> {
    let folder = std::env::current_exe()?.with_file_name("measured-files");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}
