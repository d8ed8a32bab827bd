//! The clocks: the wall's, and how long processors have worked.

use std::time::Duration;

use forebay_measure::clock::{now, worked};
use rustix::time::{ClockId, clock_gettime};

/// What something took.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Taken {
    /// Of the thread or threads that did it.
    pub(crate) cpu: Duration,
    pub(crate) wall: Duration,
}

impl Taken {
    pub(crate) fn add(&mut self, more: Self) {
        self.cpu += more.cpu;
        self.wall += more.wall;
    }
}

/// Times what this thread does.
pub(crate) fn timed<R>(work: impl FnOnce() -> R) -> (R, Taken) {
    let (cpu, wall) = (worked(), now());
    let result = work();
    let wall = wall.elapsed();
    (result, Taken { cpu: worked().saturating_sub(cpu), wall })
}

/// How long all threads of this program have worked.
pub(crate) fn worked_by_all() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}
