//! Leaves alone for a while what fails.

use std::time::Duration;

use forebay_store::seam::Moment;

/// Leaves alone what has failed so many times in a row: for a second, and twice as long after each
/// failure that follows, up to a minute. One success ends it.
#[derive(Debug)]
pub(super) struct Breaker {
    patience: u32,
    failures: u32,
    left_until: Option<Moment>,
}

impl Breaker {
    const FIRST: Duration = Duration::from_secs(1);
    const LONGEST: Duration = Duration::from_secs(60);

    /// It bears one failure less.
    pub(super) fn after(failures: u32) -> Self {
        Self { patience: failures, failures: 0, left_until: None }
    }

    pub(super) fn is_open(&self, now: Moment) -> bool {
        self.left_until.is_some_and(|until| now < until)
    }

    /// `true`: it was left alone before this.
    pub(super) fn succeeded(&mut self) -> bool {
        let was_left = self.left_until.is_some();
        (self.failures, self.left_until) = (0, None);
        was_left
    }

    /// `true`: it is left alone from now on.
    pub(super) fn failed(&mut self, now: Moment) -> bool {
        let was_left = self.left_until.is_some();
        self.failures = self.failures.saturating_add(1);
        if self.failures >= self.patience {
            let doublings = (self.failures - self.patience).min(6);
            let pause = Self::FIRST * (1 << doublings);
            self.left_until = Some(now.after(pause.min(Self::LONGEST)));
        }
        !was_left && self.left_until.is_some()
    }
}
