//! The clock: the only place that reads the time, and that lets it pass.
#![expect(clippy::disallowed_methods, reason = "this is the seam: here real time is measured")]

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

pub(crate) fn now() -> Instant {
    Instant::now()
}

/// How long this thread has worked. On a machine that others use, too, it says more than the clock.
pub(crate) fn worked() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// Lets others work for a while, at most for `length`.
pub(crate) fn pause(length: Duration) {
    std::thread::park_timeout(length);
}
