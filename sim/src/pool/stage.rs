//! Time, jobs and what was written down: nothing happens but by a step, or in the middle of a call.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use forebay_store::seam::manual::SeededRandom;
use forebay_store::seam::{Clock, Job, Spawn};
use forebay_store::sync::Mutex;
use forebay_store::{Moment, Seams, WallTime};

use super::cast;
use super::ways::PoolQuirk;
use crate::dice::Dice;

thread_local! {
    /// What is handed in now is an errand of an archive.
    static IS_ERRAND: Cell<bool> = const { Cell::new(false) };
}

/// The stage of one owner.
pub(crate) struct Stage {
    state: Mutex<State>,
    dice: Dice,
    /// Calls in whose middle others run, in a thousand.
    meanwhile: u64,
    quirk: PoolQuirk,
}

#[derive(Default)]
struct State {
    now: Moment,
    timers: BTreeMap<(Moment, u64), Job>,
    ready: Vec<Ready>,
    count: u64,
    jobs: u64,
    depth: u32,
    is_over: bool,
    lines: Vec<String>,
    violations: Vec<String>,
}

struct Ready {
    job: Job,
    /// It may wait for others on this thread: never in the middle of a call.
    is_errand: bool,
}

impl Stage {
    /// Jobs that run inside of each other.
    const DEPTH: u32 = 3;
    /// While a job is ready no more time passes at once than this.
    const LEAP: Duration = Duration::from_millis(300);

    pub(crate) fn new(seed: u64, meanwhile: u64, quirk: PoolQuirk) -> Arc<Self> {
        let (state, dice) = (Mutex::default(), Dice::new(seed, 60));
        Arc::new(Self { state, dice, meanwhile, quirk })
    }

    pub(crate) fn seams(self: &Arc<Self>, seed: u64) -> Seams {
        Seams {
            clock: Arc::clone(self) as Arc<dyn Clock>,
            spawn: Arc::clone(self) as Arc<dyn Spawn>,
            random: Arc::new(SeededRandom::new(seed)),
        }
    }

    /// Runs one thing: a job that is ready, or the next timer. `false` if there is nothing. With `may_leap`
    /// nobody else is ready.
    pub(crate) fn step(&self, may_leap: bool) -> bool {
        let next = self.next(may_leap, true);
        next.map(|job| self.run(job)).is_some()
    }

    /// In the middle of a call others run, and time passes.
    pub(crate) fn meanwhile(&self) {
        if !self.dice.chance(self.meanwhile) {
            return;
        }
        {
            let mut state = self.state.lock();
            if state.depth >= Self::DEPTH || state.is_over {
                return;
            }
            state.depth += 1;
            state.now = state.now.after(self.dice.delay(Duration::from_millis(20)));
        }
        for _ in 0..self.dice.below(if self.dice.chance(200) { 30 } else { 5 }) {
            if self.dice.chance(500) {
                cast::poll(&self.dice);
            } else if let Some(job) = self.next(false, false) {
                self.run(job);
            }
        }
        self.state.lock().depth -= 1;
    }

    fn next(&self, may_leap: bool, with_errands: bool) -> Option<Job> {
        let mut state = self.state.lock();
        let may_run = |ready: &Ready| with_errands || !ready.is_errand;
        let able: Vec<_> = (0..state.ready.len()).filter(|at| may_run(&state.ready[*at])).collect();
        let due = state.timers.first_key_value().map(|((due, _), _)| *due);
        let is_near = due.is_some_and(|due| due <= state.now.after(Self::LEAP));
        let is_due = due.is_some_and(|due| due <= state.now);
        let is_busy = !able.is_empty() || !may_leap;
        let rings = match (is_busy, is_due) {
            (false, _) => due.is_some(),
            (true, true) => self.dice.chance(if able.is_empty() { 1000 } else { 300 }),
            (true, false) => is_near && self.dice.chance(20),
        };
        if rings {
            let ((due, _), job) = state.timers.pop_first()?;
            state.now = state.now.max(due);
            return Some(job);
        }
        (!able.is_empty()).then(|| {
            let at = able[self.dice.index(able.len())];
            state.ready.swap_remove(at).job
        })
    }

    fn run(&self, job: Job) {
        if catch_unwind(AssertUnwindSafe(job)).is_err() {
            self.violate("a job panics");
        }
    }

    /// Whether a job is ready.
    pub(crate) fn is_busy(&self) -> bool {
        !self.state.lock().ready.is_empty()
    }

    /// Whether an errand of an archive is ready.
    pub(crate) fn has_errands(&self) -> bool {
        self.state.lock().ready.iter().any(|ready| ready.is_errand)
    }

    /// The owner has ended: nothing of it happens any more.
    pub(crate) fn end(&self) {
        self.state.lock().is_over = true;
        loop {
            let mut state = self.state.lock();
            let timers = std::mem::take(&mut state.timers);
            let ready = std::mem::take(&mut state.ready);
            drop(state);
            if timers.is_empty() && ready.is_empty() {
                return;
            }
        }
    }

    /// What is handed in by `call` may wait for others.
    pub(crate) fn errand<R>(call: impl FnOnce() -> R) -> R {
        IS_ERRAND.with(|is| is.set(true));
        let result = call();
        IS_ERRAND.with(|is| is.set(false));
        result
    }

    pub(crate) fn note(&self, line: impl Into<String>) {
        let mut state = self.state.lock();
        let line =
            format!("{:>9.3} {}", state.now.since(Moment::default()).as_secs_f64(), line.into());
        state.lines.push(line);
    }

    pub(crate) fn violate(&self, text: impl Into<String>) {
        let text = text.into();
        self.note(format!("!! {text}"));
        self.state.lock().violations.push(text);
    }

    pub(crate) fn is_broken(&self) -> bool {
        !self.state.lock().violations.is_empty()
    }

    /// Takes what was written down, and what must not be.
    pub(crate) fn take(&self) -> (Vec<String>, Vec<String>) {
        let mut state = self.state.lock();
        (std::mem::take(&mut state.lines), std::mem::take(&mut state.violations))
    }
}

impl Clock for Stage {
    fn now(&self) -> Moment {
        self.state.lock().now
    }

    fn wall(&self) -> WallTime {
        WallTime(1_767_225_600_000 + self.now().0 / 1_000_000)
    }

    fn after(&self, delay: Duration, job: Job) {
        let mut state = self.state.lock();
        if state.is_over {
            drop(state);
            return drop(job);
        }
        state.count += 1;
        let key = (state.now.after(delay), state.count);
        state.timers.insert(key, job);
    }
}

impl Spawn for Stage {
    fn run(&self, job: Job) {
        let is_errand = IS_ERRAND.with(Cell::get);
        let mut state = self.state.lock();
        state.count += 1;
        state.jobs += 1;
        let is_hit = state.jobs.is_multiple_of(15);
        if state.is_over || is_hit && self.quirk == PoolQuirk::LosesJobs {
            drop(state);
            return drop(job);
        }
        if is_hit && self.quirk == PoolQuirk::ForgetsJobs {
            return std::mem::forget(job);
        }
        state.ready.push(Ready { job, is_errand });
    }
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stage").field("now", &self.now()).finish_non_exhaustive()
    }
}
