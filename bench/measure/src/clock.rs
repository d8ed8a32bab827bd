//! The clock: where the comparisons read the time, and let it pass.
#![expect(clippy::disallowed_methods, reason = "this is the seam: here real time is measured")]

use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// What the clock on the wall says.
pub fn now() -> Instant {
    Instant::now()
}

/// How long this thread has worked. On a machine that others use, too, it says more than the clock.
pub fn worked() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// Lets others work for a while, at most for `length`.
pub fn pause(length: Duration) {
    std::thread::park_timeout(length);
}

/// Lets others work for so long.
pub fn pause_for(length: Duration) {
    let begun = now();
    while let Some(left) = length.checked_sub(begun.elapsed()) {
        pause(left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_as_long_as_it_was_asked_for_and_no_work() {
        let length = Duration::from_millis(20);
        // A thread that was told to go on does not go on for that.
        std::thread::current().unpark();
        let (begun, before) = (now(), worked());
        pause_for(length);
        assert!(begun.elapsed() >= length);
        assert!(worked().saturating_sub(before) < begun.elapsed());
    }
}
