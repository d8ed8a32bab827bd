//! The clock: the only place that reads the time, and that lets it pass.
#![expect(clippy::disallowed_methods, reason = "this is the seam: here real time is measured")]

use std::time::{Duration, Instant};

pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Lets others work for a while, at most for `length`.
pub(crate) fn pause(length: Duration) {
    std::thread::park_timeout(length);
}
