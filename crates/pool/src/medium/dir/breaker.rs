//! Leaves a directory that fails alone for a while.

use std::time::Duration;

use forebay_store::seam::Moment;

/// Leaves a directory alone for a while after three failed writes in a row: for a second, and twice as
/// long after each failure that follows, up to a minute. One write that succeeds ends it.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    failures: u32,
    left_until: Option<Moment>,
}

impl Breaker {
    const FAILURES: u32 = 3;
    const FIRST: Duration = Duration::from_secs(1);
    const LONGEST: Duration = Duration::from_secs(60);

    pub(super) fn is_open(&self, now: Moment) -> bool {
        self.left_until.is_some_and(|until| now < until)
    }

    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }

    pub(super) fn failed(&mut self, now: Moment) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= Self::FAILURES {
            let doublings = (self.failures - Self::FAILURES).min(6);
            let pause = Self::FIRST * (1 << doublings);
            self.left_until = Some(now.after(pause.min(Self::LONGEST)));
        }
    }
}
