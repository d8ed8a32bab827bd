//! A clock that moves when a test moves it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{InlineSpawn, SeededRandom};
use crate::seam::{Clock, Job, Moment, Seams, WallTime};
use crate::sync::Mutex;

/// Time that stands still until [`advance`](Self::advance) moves it.
///
/// Timers run on the thread that advances, in the order in which they are due; those due together
/// run in the order in which they were set. So a run is the same each time.
pub struct ManualClock(Mutex<State>);

struct State {
    now: Moment,
    /// The date at `Moment(0)`.
    wall_start: WallTime,
    /// Waiting timers by when they are due and by number.
    timers: BTreeMap<(Moment, u64), Job>,
    timers_set: u64,
}

impl ManualClock {
    /// 2026-01-01: a date that is neither 0 nor near an edge.
    const WALL_START: WallTime = WallTime(1_767_225_600_000);

    /// A clock at `Moment(0)`, with no timer.
    pub fn new() -> Arc<Self> {
        let timers = BTreeMap::new();
        let now = Moment::default();
        let state = State { now, wall_start: Self::WALL_START, timers, timers_set: 0 };
        Arc::new(Self(Mutex::new(state)))
    }

    /// Simulated seams around this clock: jobs run inline, numbers come from `seed`.
    pub fn seams(self: &Arc<Self>, seed: u64) -> Seams {
        Seams {
            clock: Arc::clone(self) as Arc<dyn Clock>,
            spawn: Arc::new(InlineSpawn),
            random: Arc::new(SeededRandom::new(seed)),
        }
    }

    /// Moves time on by `step` and runs every timer that comes due on the way, each at its own
    /// moment; timers that those set, too. Do not call it from inside a timer.
    pub fn advance(&self, step: Duration) {
        let end = self.now().after(step);
        loop {
            let mut state = self.0.lock();
            let due = state.timers.first_entry().filter(|timer| timer.key().0 <= end);
            let Some(timer) = due else {
                state.now = state.now.max(end);
                return;
            };
            let ((due, _), job) = timer.remove_entry();
            state.now = state.now.max(due);
            drop(state);
            job();
        }
    }

    /// Makes the date jump to `wall`, as an operator or a time server would; timers do not care.
    pub fn set_wall(&self, wall: WallTime) {
        let mut state = self.0.lock();
        state.wall_start = WallTime(wall.0.saturating_sub(millis(state.now)));
    }

    /// When the next timer is due.
    pub fn next_due(&self) -> Option<Moment> {
        self.0.lock().timers.keys().next().map(|(due, _)| *due)
    }

    /// How many timers wait.
    pub fn timers(&self) -> usize {
        self.0.lock().timers.len()
    }
}

fn millis(moment: Moment) -> u64 {
    moment.0 / 1_000_000
}

impl Clock for ManualClock {
    fn now(&self) -> Moment {
        self.0.lock().now
    }

    fn wall(&self) -> WallTime {
        let state = self.0.lock();
        WallTime(state.wall_start.0.saturating_add(millis(state.now)))
    }

    fn after(&self, delay: Duration, job: Job) {
        let mut state = self.0.lock();
        state.timers_set += 1;
        let key = (state.now.after(delay), state.timers_set);
        state.timers.insert(key, job);
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.0.lock();
        f.debug_struct("ManualClock")
            .field("now", &state.now)
            .field("timers", &state.timers.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(log: &Arc<Mutex<Vec<u64>>>, clock: &Arc<ManualClock>, name: u64) -> Job {
        let (log, clock) = (Arc::clone(log), Arc::clone(clock));
        Box::new(move || log.lock().extend([name, clock.now().0]))
    }

    #[test]
    fn timers_run_in_the_order_in_which_they_are_due_each_at_its_moment() {
        let clock = ManualClock::new();
        let log = Arc::default();
        clock.after(Duration::from_nanos(20), note(&log, &clock, 2));
        clock.after(Duration::from_nanos(10), note(&log, &clock, 1));
        clock.after(Duration::from_nanos(20), note(&log, &clock, 3));
        clock.after(Duration::from_nanos(21), note(&log, &clock, 4));
        clock.advance(Duration::from_nanos(20));
        assert_eq!(*log.lock(), [1, 10, 2, 20, 3, 20]);
        assert_eq!(clock.next_due(), Some(Moment(21)));
    }

    #[test]
    fn a_timer_that_a_timer_sets_runs_in_the_same_advance() {
        let clock = ManualClock::new();
        let log = Arc::default();
        let (second, later) = (note(&log, &clock, 2), Arc::clone(&clock));
        clock.after(
            Duration::from_nanos(5),
            Box::new(move || later.after(Duration::from_nanos(5), second)),
        );
        clock.advance(Duration::from_nanos(10));
        assert_eq!(*log.lock(), [2, 10]);
        assert_eq!(clock.now(), Moment(10));
    }

    #[test]
    fn the_date_moves_with_time_and_can_jump() {
        let clock = ManualClock::new();
        let start = clock.wall();
        clock.advance(Duration::from_millis(7));
        assert_eq!(clock.wall(), WallTime(start.0 + 7));
        clock.set_wall(WallTime(1000));
        assert_eq!((clock.wall(), clock.now()), (WallTime(1000), Moment(7_000_000)));
    }
}
