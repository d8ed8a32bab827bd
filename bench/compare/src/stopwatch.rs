//! The two clocks: the only place that reads the time of the wall and of the processor.
#![expect(clippy::disallowed_methods, reason = "this is the seam: here real time is measured")]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use forebay_store::seam::{Clock, Job};
use forebay_store::{Moment, WallTime};
use rustix::time::{ClockId, Timespec, clock_gettime};

/// Adds up what the timed parts of a sample take, on the wall and on this thread's processor.
#[derive(Debug, Default)]
pub(crate) struct Stopwatch {
    pub(crate) cpu: Duration,
    pub(crate) wall: Duration,
}

impl Stopwatch {
    pub(crate) fn time<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let cpu = thread_cpu();
        let wall = now();
        let result = work();
        self.wall += wall.elapsed();
        self.cpu += thread_cpu().saturating_sub(cpu);
        result
    }
}

pub(crate) fn now() -> Instant {
    Instant::now()
}

/// The processor time that this thread has used.
fn thread_cpu() -> Duration {
    cpu(ClockId::ThreadCPUTime)
}

/// The processor time that all other threads of the process have used.
pub(crate) fn others_cpu() -> Duration {
    let all = cpu(ClockId::ProcessCPUTime);
    all.saturating_sub(thread_cpu())
}

fn cpu(clock: ClockId) -> Duration {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(clock);
    let seconds = u64::try_from(tv_sec).unwrap_or_default();
    Duration::from_secs(seconds) + Duration::from_nanos(u64::try_from(tv_nsec).unwrap_or_default())
}

/// Busy until `pause` is over, because a sleep would let the processor slow down.
pub(crate) fn spin(pause: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < pause {
        std::hint::spin_loop();
    }
}

/// Real time for Forebay, without its timers: every flush in this program is asked for, so that
/// none happens on another thread and goes unmeasured.
#[derive(Debug)]
pub(crate) struct TimerlessClock(Instant);

impl TimerlessClock {
    /// It starts a day after its zero, so that "older than an hour" is a moment on it.
    const START: Moment = Moment(86_400_000_000_000);

    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }
}

impl Clock for TimerlessClock {
    fn now(&self) -> Moment {
        Self::START.after(self.0.elapsed())
    }

    fn wall(&self) -> WallTime {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        WallTime(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    fn after(&self, _delay: Duration, _job: Job) {}
}
