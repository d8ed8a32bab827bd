//! The world of a run: time, jobs, randomness, and the log. One thread; nothing happens but by
//! [`World::step`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::Future;
use std::mem::take;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use forebay_store::seam::manual::{InlineSpawn, SeededRandom};
use forebay_store::seam::{Clock, Job, Spawn};
use forebay_store::sync::Mutex;
use forebay_store::{Moment, Seams, WallTime};

use crate::dates::Dates;
use crate::dice::Dice;
use crate::history::Act;
use crate::trace::{Broken, Trace, Violation};
use crate::value::{Name, Tag};

/// Virtual time with its timers, and jobs that wait to be run in an order drawn from the seed.
pub struct World {
    state: Mutex<State>,
    dice: Dice,
    /// Timers ring up to this much late.
    lateness: Duration,
    /// No time passes while a job is ready.
    is_punctual: bool,
}

/// When a timer is due, its place among those due together, and its number.
type Due = (Moment, u64, u64);

struct State {
    now: Moment,
    /// By when they are due; those due together in an order drawn from the seed.
    timers: BTreeMap<Due, Job>,
    /// Those of them that somebody outside the process has set.
    outside: BTreeSet<Due>,
    ready: Vec<Job>,
    /// Counts timers, and what is to be ordered in the history.
    count: u64,
    trace: Trace,
    dates: Dates,
    /// What merging each part did when that was last done.
    merges: BTreeMap<Tag, Act>,
}

impl World {
    /// The world of `seed`.
    pub fn new(seed: u64) -> Arc<Self> {
        let dice = Dice::new(seed, 1);
        let lateness = *dice.pick(&[Duration::ZERO, Duration::from_millis(2)]);
        Arc::new(Self { state: State::new(), dice, lateness, is_punctual: false })
    }

    /// A world where whatever is due happens at once, for bounds in time.
    pub fn punctual(seed: u64) -> Arc<Self> {
        let (dice, lateness) = (Dice::new(seed, 1), Duration::ZERO);
        Arc::new(Self { state: State::new(), dice, lateness, is_punctual: true })
    }

    /// The seams of this world.
    pub fn seams(self: &Arc<Self>, seed: u64) -> Seams {
        Seams {
            clock: Arc::clone(self) as Arc<dyn Clock>,
            spawn: Arc::clone(self) as Arc<dyn Spawn>,
            random: Arc::new(SeededRandom::new(seed)),
        }
    }

    /// A job that is ready may have to wait, but no process is kept from running for longer than this:
    /// who has ten minutes for something does get around to it.
    const LEAP_MAX: Duration = Duration::from_secs(60);

    /// Runs one thing: a job that is ready, or the next timer. `false` if there is nothing.
    pub fn step(&self) -> bool {
        let mut state = self.state.lock();
        let due = state.timers.first_key_value().map_or(Moment(u64::MAX), |(key, _)| key.0);
        let ahead = if self.is_punctual { 0 } else { 50 };
        let chance = if due <= state.now { 300 } else { ahead };
        let wait = state.timers.is_empty() || !self.dice.chance(chance);
        let is_far = due > state.now.after(Self::LEAP_MAX);
        let job = if !state.ready.is_empty() && (wait || is_far) {
            let place = self.dice.index(state.ready.len());
            state.ready.swap_remove(place)
        } else if let Some((key, job)) = state.timers.pop_first() {
            state.outside.remove(&key);
            state.now = state.now.max(key.0);
            job
        } else {
            return false;
        };
        drop(state);
        job();
        true
    }

    /// Nobody waits for any of the timers any more.
    pub(crate) fn forget_timers(&self) {
        let mut state = self.state.lock();
        let timers = take(&mut state.timers);
        state.outside.clear();
        drop(state);
        drop(timers);
    }

    /// Whoever has set timers and jobs is no more, and so are they.
    pub(crate) fn forget_jobs(&self) {
        loop {
            let mut state = self.state.lock();
            let (timers, ready) = (take(&mut state.timers), take(&mut state.ready));
            state.outside.clear();
            drop(state);
            if timers.is_empty() && ready.is_empty() {
                return;
            }
        }
    }

    /// Runs the next thing that somebody outside the process does, if `is_outside` knows of one.
    pub(crate) fn step_outside(&self) {
        let mut state = self.state.lock();
        let Some(key) = state.outside.first().copied() else { return };
        state.outside.remove(&key);
        let job = state.timers.remove(&key);
        state.now = state.now.max(key.0);
        drop(state);
        if let Some(job) = job {
            job();
        }
    }

    /// As [`Clock::after`], for somebody outside the process.
    pub(crate) fn after_outside(&self, delay: Duration, job: Job) {
        let key = self.set_timer(delay, job);
        self.state.lock().outside.insert(key);
    }

    fn set_timer(&self, delay: Duration, job: Job) -> Due {
        let late = self.dice.delay(self.lateness);
        let mut state = self.state.lock();
        state.count += 1;
        let key = (state.now.after(delay + late), self.dice.next(), state.count);
        state.timers.insert(key, job);
        key
    }

    /// Whether nothing will ever happen by itself.
    pub fn is_idle(&self) -> bool {
        let state = self.state.lock();
        state.timers.is_empty() && state.ready.is_empty()
    }

    /// The next place in the one order of all things.
    pub fn tick(&self) -> u64 {
        let mut state = self.state.lock();
        state.count += 1;
        state.count
    }

    /// How many places have been given.
    pub(crate) fn ticks(&self) -> u64 {
        self.state.lock().count
    }

    /// Writes into the log, about `keys` (none: about all).
    pub fn note(&self, keys: &[Name], text: impl Into<String>) {
        let mut state = self.state.lock();
        let now = state.now;
        state.trace.note(now, keys, text.into());
    }

    /// Something must not be.
    pub fn violate(&self, broken: Broken, key: Option<Name>, text: impl Into<String>) {
        let text = text.into();
        let keys: Vec<_> = key.into_iter().collect();
        self.note(&keys, format!("!! {text}"));
        self.state.lock().trace.violate(Violation { broken, key, text });
    }

    /// How many violations there are.
    pub fn violations(&self) -> usize {
        self.state.lock().trace.violations().len()
    }

    /// Takes the log out.
    pub fn take_trace(&self) -> Trace {
        std::mem::replace(&mut self.state.lock().trace, Trace::new())
    }

    /// The date becomes so many milliseconds later; earlier, if negative.
    pub fn jump(&self, millis: i64) {
        let mut state = self.state.lock();
        let now = state.now;
        state.dates.jump(now, millis);
        drop(state);
        self.note(&[], format!("the date jumps by {millis} ms"));
    }

    /// A part was merged into this.
    pub(crate) fn note_merge(&self, part: Tag, before: Option<Tag>) {
        let act = Act::Change(Some(before), Some(part));
        self.state.lock().merges.insert(part, act);
    }

    /// What merging a part did, if it was merged.
    pub(crate) fn merged(&self, part: Tag) -> Option<Act> {
        self.state.lock().merges.get(&part).copied()
    }

    /// What the date has been.
    pub fn dates(&self) -> Dates {
        self.state.lock().dates.clone()
    }
}

impl State {
    fn new() -> Mutex<Self> {
        let (now, timers, ready) = (Moment::default(), BTreeMap::new(), Vec::new());
        let (trace, dates) = (Trace::new(), Dates::default());
        let (outside, merges) = (BTreeSet::new(), BTreeMap::new());
        Mutex::new(Self { now, timers, outside, ready, count: 0, trace, dates, merges })
    }
}

impl Clock for World {
    fn now(&self) -> Moment {
        self.state.lock().now
    }

    fn wall(&self) -> WallTime {
        let state = self.state.lock();
        state.dates.at(state.now)
    }

    fn after(&self, delay: Duration, job: Job) {
        self.set_timer(delay, job);
    }
}

impl Spawn for World {
    fn run(&self, job: Job) {
        self.state.lock().ready.push(job);
    }

    fn spawn(&self, future: Pin<Box<dyn Future<Output = ()> + Send>>) {
        InlineSpawn.spawn(future);
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("now", &self.now()).finish_non_exhaustive()
    }
}
